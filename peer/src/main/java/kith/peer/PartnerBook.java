package kith.peer;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.UnaryOperator;
import kith.codec.CorruptDataException;
import kith.codec.KithException;
import kith.codec.NotPermittedException;
import kith.codec.OwnerId;
import kith.index.Rows;
import kith.index.Table;
import kith.index.Update;
import kith.peer.choice.NetworkPrefix;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The partners of this node and what was agreed with each. Kept in memory and, as rows, on disk; a
 * file follows each row once that is durable. Safe for any number of threads.
 */
public final class PartnerBook implements Contacts {
  private static final Logger LOG = LoggerFactory.getLogger(PartnerBook.class);

  private final Rows rows;
  private final OwnerId self;
  private final Optional<AgreementFiles> files;
  private final Farewells farewells;
  private final KeepSetBook keepSets;
  private final LastWords lastWords;
  private final Takeovers takeovers;
  private final LossBook losses;
  private final Set<OwnerId> unknownThere = ConcurrentHashMap.newKeySet();
  private final ConcurrentSkipListMap<OwnerId, Partner> partners = new ConcurrentSkipListMap<>();

  /**
   * Reads the book. Where rows and files differ the newer holds, and the other is written again.
   *
   * @param self whose book it is
   * @param folder where each agreement is kept as a file, too
   * @throws CorruptDataException if a row is damaged and has no file
   */
  public PartnerBook(Rows rows, OwnerId self, Path folder)
      throws IOException, CorruptDataException {
    this(rows, self, Optional.of(new AgreementFiles(folder)));
  }

  /**
   * Puts an agreement that a partner told into the folder of a book that will be opened for the
   * first time; durable on return.
   *
   * @throws CorruptDataException if it is not signed by both, or not with him
   */
  public static void recovered(Path folder, OwnerId partner, SignedRecord record, Contact at)
      throws IOException, CorruptDataException {
    Agreement agreement = Agreement.ofBoth(record);
    if (!agreement.isWith(partner)) {
      throw new CorruptDataException("an agreement with others than " + partner.brief());
    }
    Optional<SignedRecord> none = Optional.empty();
    var line = new Partner(partner, agreement, record, at.addresses(), 0, none, none);
    new AgreementFiles(folder).write(partner, line.toRow());
  }

  /** A book in rows alone. */
  PartnerBook(Rows rows, OwnerId self) throws IOException, CorruptDataException {
    this(rows, self, Optional.empty());
  }

  private PartnerBook(Rows rows, OwnerId self, Optional<AgreementFiles> files)
      throws IOException, CorruptDataException {
    this.rows = rows;
    this.self = self;
    this.files = files;
    this.farewells = new Farewells(rows);
    this.keepSets = new KeepSetBook(rows);
    this.lastWords = new LastWords(rows);
    this.takeovers = new Takeovers(rows);
    this.losses = new LossBook(rows);
    partners.putAll(new BookRecovery(rows, files).open());
  }

  /**
   * Makes all rows durable, and then the partner's file what they say: a file that came first would
   * bring an agreement back after a crash without what was applied in the same step.
   */
  private synchronized void keep(OwnerId id) throws IOException {
    rows.sync();
    Partner partner = partners.get(id);
    if (files.isPresent() && partner != null) {
      try {
        files.get().write(id, partner.toRow());
      } catch (IOException e) {
        LOG.warn("the agreement with {} is in the index alone", id.brief(), e);
      }
    }
  }

  /** Which owners have said that they are gone for good. */
  Farewells farewells() {
    return farewells;
  }

  /** By what owners have dropped something here. */
  KeepSetBook keepSets() {
    return keepSets;
  }

  /** What former partners have not heard. */
  LastWords lastWords() {
    return lastWords;
  }

  /** Which machines speak for partners. */
  Takeovers takeovers() {
    return takeovers;
  }

  /** Whether a machine comes with an owner key that a partner has replaced. */
  public boolean isReplaced(Credential machine) {
    return takeovers.isReplaced(machine.owner(), machine);
  }

  /** What partners admitted to have lost with their machines. */
  public LossBook losses() {
    return losses;
  }

  /** Notes whether a partner says that he knows of no agreement; he may have ended it. */
  void unknownThere(OwnerId partner, boolean now) {
    if (now) {
      unknownThere.add(partner);
    } else {
      unknownThere.remove(partner);
    }
  }

  boolean isUnknownThere(OwnerId partner) {
    return unknownThere.contains(partner);
  }

  /** Whose book it is. */
  public OwnerId self() {
    return self;
  }

  public Optional<Partner> find(OwnerId partner) {
    return Optional.ofNullable(partners.get(partner));
  }

  /** All partners in the order of their ids. */
  public List<Partner> all() {
    return List.copyOf(partners.values());
  }

  /** Those who do not leave, in the order of their ids. */
  public List<Partner> staying() {
    return partners.values().stream().filter(partner -> !partner.isLeaving()).toList();
  }

  @Override
  public Optional<Contact> contact(OwnerId owner) {
    return find(owner).map(Partner::contact);
  }

  /**
   * Enters an agreement that both have signed, in place of one with a lower generation; durable on
   * return.
   *
   * @param with applied in the same step
   * @return the partner
   * @throws CorruptDataException if a signature is missing or false, it is not ours, or it is older
   *     than the one in the book
   */
  Partner agree(SignedRecord record, List<NodeAddress> addresses, Update with)
      throws IOException, CorruptDataException {
    Agreement agreement = Agreement.ofBoth(record);
    OwnerId id = agreement.otherThan(self).owner();
    Partner partner;
    synchronized (this) {
      Partner before = partners.get(id);
      if (before != null) {
        checkReplaces(before, agreement, record);
      }
      partner =
          new Partner(
              id,
              agreement,
              record,
              before != null && addresses.isEmpty() ? before.addresses() : addresses,
              before == null ? 0 : before.epoch(),
              before == null ? Optional.empty() : before.checkpointHere(),
              before == null ? Optional.empty() : before.checkpointThere(),
              before == null ? Optional.empty() : before.leave());
      rows.apply(with.put(Table.PARTNERS, id.toBytes(), partner.toRow()));
      partners.put(id, partner);
      keep(id);
    }
    return partner;
  }

  /**
   * Enters an agreement that a partner told after a recovery; durable on return.
   *
   * @throws CorruptDataException if it is not with him, or not signed by both
   */
  public Partner takeBack(OwnerId partner, SignedRecord record, List<NodeAddress> addresses)
      throws IOException, CorruptDataException {
    if (!Agreement.ofBoth(record).isWith(partner)) {
      throw new CorruptDataException("an agreement with others than " + partner.brief());
    }
    return agree(record, addresses, new Update());
  }

  private static void checkReplaces(Partner before, Agreement agreement, SignedRecord record)
      throws CorruptDataException {
    String with = before.id().brief();
    if (!before.agreement().id().equals(agreement.id())) {
      throw new CorruptDataException("there is another agreement with " + with);
    }
    if (before.agreement().generation() > agreement.generation()) {
      throw new CorruptDataException("there is a newer agreement with " + with);
    }
    if (before.agreement().generation() == agreement.generation()
        && !before.record().sameBody(record)) {
      throw new CorruptDataException(
          "there is another agreement of generation " + agreement.generation() + " with " + with);
    }
  }

  /** Ends an agreement here; durable on return. */
  public void remove(OwnerId id) throws IOException {
    synchronized (this) {
      if (files.isPresent()) {
        files.get().delete(id);
      }
      rows.apply(new Update().delete(Table.PARTNERS, id.toBytes()));
      partners.remove(id);
      takeovers.forget(id);
      losses.forget(id);
    }
    rows.sync();
  }

  /** Ends the agreement that this partner has, unless there is another with him by now. */
  synchronized void end(Partner ended) throws IOException {
    Partner now = partners.get(ended.id());
    if (now != null && now.agreement().id().equals(ended.agreement().id())) {
      remove(ended.id());
    }
  }

  /** A step of the end of a partnership. */
  @FunctionalInterface
  interface LeaveStep {
    Leave of(Partner partner) throws IOException, KithException;
  }

  /** Takes a step; durable on return. */
  synchronized Partner leaving(OwnerId id, LeaveStep step) throws IOException, KithException {
    Partner before = partners.get(id);
    if (before == null) {
      throw new NotPermittedException("there is no agreement with " + id.brief());
    }
    Optional<Leave> next = Optional.of(step.of(before));
    if (!next.equals(before.leave())) {
      change(id, partner -> partner.withLeave(next));
    }
    return partners.get(id);
  }

  /**
   * Notes where a partner is now. Nothing happens for strangers, for no addresses, and for those
   * that are only good inside a house where the book has others.
   */
  public void moved(OwnerId id, List<NodeAddress> addresses) throws IOException {
    change(
        id,
        partner -> {
          boolean same = partner.addresses().equals(addresses);
          boolean reachable = isOpen(addresses) || !isOpen(partner.addresses());
          return addresses.isEmpty() || same || !reachable
              ? partner
              : partner.withAddresses(addresses);
        });
  }

  /** Whether one of them can be called from outside a house. */
  static boolean isOpen(List<NodeAddress> addresses) {
    return NetworkPrefix.of(addresses.stream().map(NodeAddress::host).toList()).stream()
        .anyMatch(prefix -> !prefix.isInside());
  }

  /** Notes the epoch that a partner's node shows; a lower one than before changes nothing. */
  void saw(OwnerId id, long epoch) throws IOException {
    Partner partner = partners.get(id);
    if (partner != null && partner.epoch() < epoch) {
      change(id, before -> before.withEpoch(Math.max(before.epoch(), epoch)));
    }
  }

  void checkpointHere(OwnerId id, SignedRecord signed) throws IOException {
    change(id, partner -> partner.withCheckpointHere(signed));
    rows.sync();
  }

  void checkpointThere(OwnerId id, SignedRecord signed) throws IOException {
    change(id, partner -> partner.withCheckpointThere(signed));
    rows.sync();
  }

  /** Our ledger there is lost with all that was signed of it; durable on return. */
  public void ledgerLost(OwnerId id) throws IOException {
    change(id, Partner::withoutCheckpointThere);
    rows.sync();
  }

  private synchronized void change(OwnerId id, UnaryOperator<Partner> change) throws IOException {
    Partner before = partners.get(id);
    if (before == null) {
      return;
    }
    Partner after = change.apply(before);
    if (!after.equals(before)) {
      rows.apply(new Update().put(Table.PARTNERS, id.toBytes(), after.toRow()));
      partners.put(id, after);
      // Checkpoints come with every head and can be had again; a forgotten epoch cannot.
      if (after.epoch() != before.epoch()
          || !after.addresses().equals(before.addresses())
          || !after.leave().equals(before.leave())) {
        keep(id);
      }
    }
  }
}
