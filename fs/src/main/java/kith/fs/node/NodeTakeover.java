package kith.fs.node;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.IntSupplier;
import java.util.stream.Stream;
import kith.codec.CorruptDataException;
import kith.codec.KithException;
import kith.codec.OwnerId;
import kith.index.Rows;
import kith.index.Table;
import kith.index.Update;
import kith.peer.Credential;
import kith.peer.OwnerRecord;
import kith.peer.Partner;
import kith.peer.PartnerBook;
import kith.peer.PeerClient;
import kith.peer.SignedRecord;
import kith.peer.TakeoverState;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks partners which machines speak for this owner. One that takes this one's place is told to its
 * owner, who agrees or refuses; once so many partners serve another that no head of this one could
 * be published, nothing is sent from here any more. What its owner has agreed to is a row of META,
 * {@code takeover.word}: version u8 = 1, the signed word. Safe for many threads.
 */
final class NodeTakeover {
  private static final Logger LOG = LoggerFactory.getLogger(NodeTakeover.class);
  private static final byte[] WORD = "takeover.word".getBytes(StandardCharsets.US_ASCII);
  private static final int VERSION = 1;

  /** Partners are asked so often. */
  static final Duration EACH = Duration.ofMinutes(10);

  private final Parts parts;
  private final Map<OwnerId, TakeoverState> told = new ConcurrentHashMap<>();
  private final Set<Long> seen = ConcurrentHashMap.newKeySet();
  private volatile Optional<SignedRecord> agreed;
  private volatile boolean stopped;
  private Instant next = Instant.MIN;

  /**
   * What it works with.
   *
   * @param epoch of this machine
   * @param quorum how many partners must take a head before it counts as published
   */
  record Parts(
      Rows rows,
      PartnerBook book,
      NodePartners partners,
      PeerClient client,
      long epoch,
      IntSupplier quorum,
      InstantSource clock) {}

  NodeTakeover(Parts parts) throws IOException, CorruptDataException {
    this.parts = parts;
    byte[] row = parts.rows.get(Table.META, WORD);
    this.agreed =
        row == null || row.length == 0 || row[0] != VERSION
            ? Optional.empty()
            : Optional.of(SignedRecord.takeover(Arrays.copyOfRange(row, 1, row.length)));
  }

  /** Asks those who are there, from time to time; returns 0. */
  synchronized int tick() {
    Instant now = parts.clock.instant();
    if (now.isBefore(next) && next.isBefore(now.plus(EACH.multipliedBy(2)))) {
      return 0;
    }
    next = now.plus(EACH);
    for (OwnerId partner : parts.partners.reachable()) {
      ask(partner, agreed, Optional.empty());
    }
    judge();
    return 0;
  }

  private void ask(OwnerId partner, Optional<SignedRecord> word, Optional<OwnerRecord> override) {
    try {
      TakeoverState state =
          word.isPresent()
              ? parts.client.takeover(partner, word.get(), override)
              : parts.client.takeover(partner);
      told.put(partner, state);
    } catch (KithException e) {
      LOG.debug("{} does not tell who speaks for this owner: {}", partner, e.getMessage());
    }
  }

  /** Asks these now. */
  synchronized void ask(Set<OwnerId> partners) {
    partners.forEach(partner -> ask(partner, agreed, Optional.empty()));
  }

  /** Whether a partner said that the owner's node has a key of so many rekeys. */
  boolean knows(OwnerId partner, int rekeys) {
    return Optional.ofNullable(told.get(partner))
        .flatMap(TakeoverState::current)
        .filter(node -> node.lineage().generation() >= rekeys)
        .isPresent();
  }

  private void judge() {
    for (Credential successor : successors()) {
      if (seen.add(successor.epoch())) {
        LOG.warn(
            "takeover-announced: another machine (epoch {}) wants to take this one's place. If it"
                + " is yours, 'kith takeover confirm' lets it; if not, somebody has your kit:"
                + " 'kith takeover refuse' within 72 hours",
            successor.epoch());
      }
    }
    if (isSuperseded() && !stopped) {
      stopped = true;
      LOG.error("{}", refusal());
    }
  }

  /** Machines that want to take the place of this one, the lowest epoch first. */
  private List<Credential> successors() {
    return announced()
        .map(TakeoverState.Announced::successor)
        .filter(node -> node.epoch() > parts.epoch)
        .sorted(Comparator.comparingLong(Credential::epoch))
        .toList();
  }

  private Stream<TakeoverState.Announced> announced() {
    return told.values().stream().flatMap(state -> state.announced().stream());
  }

  private long superseding() {
    return parts.book.staying().stream()
        .map(Partner::id)
        .filter(told::containsKey)
        .filter(id -> told.get(id).standing() == TakeoverState.Standing.SUPERSEDED)
        .count();
  }

  /** Whether another machine is the owner's node by now, or will be by his own word. */
  boolean isSuperseded() {
    int all = parts.book.staying().size();
    boolean noHead = superseding() > all - Math.min(all, parts.quorum.getAsInt());
    return agreed.isPresent() || (superseding() > 0 && noHead);
  }

  /** Why nothing is sent from here; empty if something is. */
  String refusal() {
    return isSuperseded()
        ? "another machine has become this drive's node: nothing is sent from here any more. What"
            + " was written here since is in no head: mount the drive and copy the files whose"
            + " 'user.kith.state' is 'local' or 'shipping'"
        : "";
  }

  /** How things stand, by what partners told last. */
  TakeoverInfo info() {
    long most = told.values().stream().mapToLong(state -> hours(state.left())).max().orElse(0);
    List<Long> epochs = successors().stream().map(Credential::epoch).distinct().toList();
    long first =
        announced()
            .filter(each -> each.successor().epoch() > parts.epoch)
            .mapToLong(each -> hours(each.left()))
            .min()
            .orElse(0);
    return new TakeoverInfo(
        parts.epoch, parts.book.staying().size(), (int) superseding(), most, epochs, first, null);
  }

  private static long hours(Duration left) {
    return (left.toMinutes() + 59) / 60;
  }

  /** Asks everybody now. */
  synchronized TakeoverInfo look() {
    next = Instant.MIN;
    parts.partners.greet();
    var unused = tick();
    return info();
  }

  private Credential successor() throws NodeException {
    List<Credential> found = successors();
    long machines = found.stream().map(Credential::publicForm).distinct().count();
    if (machines != 1) {
      throw new NodeException(
          ExitCode.ERROR,
          machines == 0
              ? "no machine wants to take this one's place"
              : machines + " machines want to take this one's place: only one may");
    }
    return found.get(0);
  }

  /** This machine's owner agrees: its place is taken at all partners that are there, and later. */
  synchronized TakeoverInfo confirm() throws IOException, NodeException {
    look();
    SignedRecord word = parts.client.takeoverWord(successor(), true);
    byte[] record = word.toBytes();
    byte[] row = new byte[record.length + 1];
    row[0] = VERSION;
    System.arraycopy(record, 0, row, 1, record.length);
    parts.rows.apply(new Update().put(Table.META, WORD, row));
    parts.rows.sync();
    agreed = Optional.of(word);
    return look();
  }

  /** What the owner key is to sign so that the machine is refused. */
  synchronized TakeoverInfo prepareRefusal() throws NodeException {
    look();
    SignedRecord word = parts.client.takeoverWord(successor(), false);
    TakeoverInfo now = info();
    return new TakeoverInfo(
        now.epoch(),
        now.partners(),
        now.superseded(),
        now.hours(),
        now.announced(),
        now.hoursLeft(),
        HexFormat.of().formatHex(word.toBytes()));
  }

  /**
   * Refuses it at all partners that are there.
   *
   * @param word that was prepared, and {@code override} the owner key's signature under it
   */
  synchronized TakeoverInfo refuse(byte[] word, byte[] override) throws KithException {
    Optional<OwnerRecord> signed = Optional.of(OwnerRecord.takeoverOverride(override));
    Optional<SignedRecord> said = Optional.of(SignedRecord.takeover(word));
    List<OwnerId> there = new ArrayList<>(parts.partners.reachable());
    there.forEach(partner -> ask(partner, said, signed));
    return info();
  }
}
