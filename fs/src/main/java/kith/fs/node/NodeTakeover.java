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
import java.util.TreeMap;
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
  private final NodeRefusals refusals;
  private final Set<String> seen = ConcurrentHashMap.newKeySet();
  private volatile Optional<SignedRecord> agreed;
  private volatile boolean stopped;
  private Instant next = Instant.MIN;

  /**
   * What it works with.
   *
   * @param self this machine
   * @param quorum how many partners must take a head before it counts as published
   */
  record Parts(
      Rows rows,
      PartnerBook book,
      NodePartners partners,
      PeerClient client,
      Credential self,
      IntSupplier quorum,
      InstantSource clock) {}

  NodeTakeover(Parts parts) throws IOException, CorruptDataException {
    this.parts = parts;
    this.refusals = new NodeRefusals(parts.rows);
    byte[] row = parts.rows.get(Table.META, WORD);
    this.agreed =
        row == null || row.length == 0 || row[0] != VERSION
            ? Optional.empty()
            : Optional.of(SignedRecord.takeover(Arrays.copyOfRange(row, 1, row.length)));
  }

  /** Asks those who are there, from time to time, and tells them who is refused; returns 0. */
  synchronized int tick() throws CorruptDataException {
    Instant now = parts.clock.instant();
    if (now.isBefore(next) && next.isBefore(now.plus(EACH.multipliedBy(2)))) {
      return 0;
    }
    next = now.plus(EACH);
    for (OwnerId partner : parts.partners.reachable()) {
      if (ask(partner, agreed, Optional.empty())) {
        refuse(partner);
      }
    }
    judge();
    return 0;
  }

  private void refuse(OwnerId partner) throws CorruptDataException {
    for (NodeRefusals.Refusal each : refusals.owed(partner, told.get(partner))) {
      if (ask(partner, Optional.of(each.word()), Optional.of(each.override()))) {
        refusals.told(partner, each);
      }
    }
  }

  private boolean ask(
      OwnerId partner, Optional<SignedRecord> word, Optional<OwnerRecord> override) {
    try {
      TakeoverState state =
          word.isPresent()
              ? parts.client.takeover(partner, word.get(), override)
              : parts.client.takeover(partner);
      told.put(partner, state);
      return true;
    } catch (KithException e) {
      LOG.debug("{} does not tell who speaks for this owner: {}", partner, e.getMessage());
      return false;
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
      if (seen.add(successor.machineCode())) {
        LOG.warn(
            "takeover-announced: another machine ({}) wants to take this one's place. If it"
                + " is yours, 'kith takeover confirm' lets it; if not, somebody has your kit:"
                + " 'kith takeover refuse' within 72 hours",
            TakeoverInfo.brief(successor.machineCode()));
      }
    }
    if (isSuperseded() && !stopped) {
      stopped = true;
      LOG.error("{}", refusal());
    }
  }

  /** Machines that want to take the place of this one, or beside it, the lowest epoch first. */
  private List<Credential> successors() {
    Map<String, Credential> found = new TreeMap<>();
    announced()
        .map(TakeoverState.Announced::successor)
        .filter(this::isRival)
        .forEach(node -> found.put(node.machineCode(), node));
    return found.values().stream().sorted(Comparator.comparingLong(Credential::epoch)).toList();
  }

  private boolean isRival(Credential node) {
    return node.epoch() >= parts.self.epoch() && !node.publicForm().equals(parts.self.publicForm());
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
            + " was written here since is in no head: 'kith umount --now' and then 'kith"
            + " export-unsent DEST' save it into a folder"
        : "";
  }

  /** How things stand, by what partners told last. */
  TakeoverInfo info() {
    return info(List.of());
  }

  private TakeoverInfo info(List<SignedRecord> words) {
    long most = told.values().stream().mapToLong(state -> hours(state.left())).max().orElse(0);
    return new TakeoverInfo(
        parts.self.epoch(),
        parts.self.machineCode(),
        parts.book.staying().size(),
        (int) superseding(),
        most,
        successors().stream().map(this::machine).toList(),
        words.stream().map(word -> HexFormat.of().formatHex(word.toBytes())).toList());
  }

  private TakeoverInfo.Machine machine(Credential successor) {
    long first =
        announced()
            .filter(each -> each.successor().publicForm().equals(successor.publicForm()))
            .mapToLong(each -> hours(each.left()))
            .min()
            .orElse(0);
    return new TakeoverInfo.Machine(successor.epoch(), successor.machineCode(), first);
  }

  private static long hours(Duration left) {
    return (left.toMinutes() + 59) / 60;
  }

  /** Asks everybody now. */
  synchronized TakeoverInfo look() throws CorruptDataException {
    next = Instant.MIN;
    parts.partners.greet();
    var unused = tick();
    return info();
  }

  /** Those that a person means. */
  private List<Credential> meant(String code) throws NodeException {
    List<Credential> found =
        successors().stream()
            .filter(each -> code == null || each.machineCode().startsWith(code))
            .toList();
    if (found.isEmpty() && code == null) {
      throw new NodeException(ExitCode.ERROR, "no machine wants to take this one's place");
    }
    return found;
  }

  private SignedRecord agreement(String code) throws NodeException {
    List<Credential> found = meant(code);
    if (found.size() == 1) {
      return parts.client.takeoverWord(found.get(0), true);
    } else if (found.isEmpty()) {
      return unheard(code, true);
    }
    throw new NodeException(
        ExitCode.ERROR,
        found.size()
            + " machines want to take this one's place: say which, by the code that 'kith takeover'"
            + " shows on it");
  }

  /** About a machine that no partner has told of. */
  private SignedRecord unheard(String code, boolean agrees) throws NodeException {
    try {
      return parts.client.takeoverWord(code, agrees);
    } catch (CorruptDataException e) {
      throw new NodeException(
          ExitCode.ERROR,
          "no machine of the code '"
              + code
              + "' is announced at the partners that are there: 'kith takeover --json' on that"
              + " machine has its whole code, which will do",
          e);
    }
  }

  /** Only the drive's node is believed. */
  private void requireCurrent() throws NodeException {
    boolean current =
        told.values().stream()
            .anyMatch(state -> state.standing() == TakeoverState.Standing.CURRENT);
    if (!current && !told.isEmpty()) {
      throw new NodeException(
          ExitCode.NOT_PERMITTED,
          "this machine is not the drive's node, or not yet: no partner would heed what it says of"
              + " others");
    }
  }

  /**
   * This machine's owner agrees: its place is taken at all partners that are there, and later.
   *
   * @param code of the machine, or what it begins with; null for the only one
   */
  synchronized TakeoverInfo confirm(String code)
      throws IOException, CorruptDataException, NodeException {
    look();
    requireCurrent();
    SignedRecord word = agreement(code);
    byte[] record = word.toBytes();
    byte[] row = new byte[record.length + 1];
    row[0] = VERSION;
    System.arraycopy(record, 0, row, 1, record.length);
    parts.rows.apply(new Update().put(Table.META, WORD, row));
    parts.rows.sync();
    agreed = Optional.of(word);
    return look();
  }

  /**
   * What the owner key is to sign so that machines are refused.
   *
   * @param code of the machine, or what it begins with; null for all
   */
  synchronized TakeoverInfo prepareRefusal(String code) throws CorruptDataException, NodeException {
    look();
    requireCurrent();
    List<SignedRecord> words = new ArrayList<>();
    for (Credential each : meant(code)) {
      words.add(parts.client.takeoverWord(each, false));
    }
    return info(words.isEmpty() ? List.of(unheard(code, false)) : words);
  }

  /**
   * Refuses a machine at all partners that are there, and at the others when they come.
   *
   * @param word that was prepared, and {@code override} the owner key's signature under it
   */
  synchronized TakeoverInfo refuse(byte[] word, byte[] override) throws IOException, KithException {
    refusals.add(NodeRefusals.Refusal.of(word, override));
    for (OwnerId partner : parts.partners.reachable()) {
      if (ask(partner, Optional.empty(), Optional.empty())) {
        refuse(partner);
      }
    }
    return info();
  }
}
