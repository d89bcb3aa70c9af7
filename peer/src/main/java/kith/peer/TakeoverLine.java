package kith.peer;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import kith.codec.CorruptDataException;

/**
 * Which machines speak for one owner. Immutable.
 *
 * @param current the machine that may do everything
 * @param waiting machines that are announced, in the order in which they came
 * @param refused TLS keys, or their SHA-256, of machines that he does not want
 * @param agreed the word by which the current machine let another take its place that has not been
 *     heard of here
 */
record TakeoverLine(
    Credential current,
    List<Waiting> waiting,
    List<byte[]> refused,
    Optional<SignedRecord> agreed) {
  /** How long a machine is announced before it takes over by itself. */
  static final Duration NOTICE = Duration.ofDays(3);

  /** So long a machine that is announced is not crowded out by others. */
  static final Duration SHELTERED = Duration.ofMinutes(10);

  /** So many machines are remembered that an owner has refused. */
  private static final int MOST_REFUSED = 16;

  private static final int VERSION = 1;

  /** A machine that is announced, and since when it is, in ms of observed time. */
  record Waiting(Credential node, long since) {
    private byte[] toBytes() {
      byte[] credential = node.toBytes();
      return ByteBuffer.allocate(Long.BYTES + credential.length)
          .putLong(since)
          .put(credential)
          .array();
    }

    private static Waiting ofBytes(byte[] bytes) throws CorruptDataException {
      if (bytes.length <= Long.BYTES) {
        throw new CorruptDataException("a machine that is announced is cut off");
      }
      byte[] credential = Arrays.copyOfRange(bytes, Long.BYTES, bytes.length);
      return new Waiting(Credential.parse(credential), ByteBuffer.wrap(bytes).getLong());
    }

    Duration left(long observed) {
      long left = NOTICE.toMillis() - Math.max(0, observed - since);
      return Duration.ofMillis(Math.max(0, left));
    }
  }

  TakeoverLine {
    waiting = List.copyOf(waiting);
    refused = List.copyOf(refused);
  }

  /** Of an owner of whom one machine is known. */
  static TakeoverLine of(Credential current) {
    return new TakeoverLine(current, List.of(), List.of(), Optional.empty());
  }

  byte[] toRow() {
    var out =
        new FieldWriter()
            .bytes("current", current.toBytes())
            .byteStrings("announced", waiting.stream().map(Waiting::toBytes).toList())
            .byteStrings("refused", refused);
    agreed.ifPresent(word -> out.bytes("agreed", word.toBytes()));
    return Rowing.row(VERSION, out);
  }

  static TakeoverLine ofRow(byte[] row) throws CorruptDataException {
    Fields in = Rowing.fields(row, VERSION, "who speaks for an owner");
    List<Waiting> waiting = new ArrayList<>();
    for (byte[] each : in.byteStrings("announced", TakeoverState.MOST_ANNOUNCED)) {
      waiting.add(Waiting.ofBytes(each));
    }
    return new TakeoverLine(
        Credential.parse(in.bytes("current", Credential.MAX_BYTES)),
        waiting,
        in.byteStrings("refused", MOST_REFUSED),
        in.has("agreed")
            ? Optional.of(MessageCodec.record(in, "agreed", RecordKind.TAKEOVER))
            : Optional.empty());
  }

  TakeoverState.Standing standing(Credential node) {
    return switch (keys(node)) {
      case FORMER, RIVAL -> TakeoverState.Standing.SUPERSEDED;
      case SAME, NEXT -> standingByEpoch(node);
      case CLAIMED -> {
        // Signed by a machine that took over meanwhile, which this node has not heard of.
        boolean own = KeyStanding.of(current, node, List.of(current, node)) == KeyStanding.NEXT;
        yield own && node.epoch() > current.epoch()
            ? standingByEpoch(node)
            : TakeoverState.Standing.SUPERSEDED;
      }
    };
  }

  private TakeoverState.Standing standingByEpoch(Credential node) {
    if (isCurrent(node)) {
      return TakeoverState.Standing.CURRENT;
    }
    return node.epoch() > current.epoch() && !refuses(node)
        ? TakeoverState.Standing.ANNOUNCED
        : TakeoverState.Standing.SUPERSEDED;
  }

  /**
   * Whether it is the machine that may do everything; its credential may be another, but not by a
   * key that was replaced.
   */
  boolean isCurrent(Credential node) {
    return current.speaksWith(node.nodeKey())
        && current.epoch() == node.epoch()
        && isOfKey(node, current);
  }

  /** Whether the owner key under a machine's credential is that of another, or follows it. */
  private static boolean isOfKey(Credential machine, Credential other) {
    KeyStanding keys = KeyStanding.of(other, machine, List.of(other, machine));
    return keys == KeyStanding.SAME || keys == KeyStanding.NEXT;
  }

  /** How the owner key of a machine stands to that of the current one. */
  KeyStanding keys(Credential machine) {
    return KeyStanding.of(current, machine, List.of(current));
  }

  /** The same, if those are believed who are announced, too. */
  KeyStanding keysOfView(Credential view) {
    List<Credential> nodes = new ArrayList<>(List.of(current));
    waiting.forEach(each -> nodes.add(each.node));
    return KeyStanding.of(current, view, nodes);
  }

  boolean refuses(Credential node) {
    byte[] digest = Hash.of(node.nodeKey()).toBytes();
    return refused.stream().anyMatch(key -> node.speaksWith(key) || Arrays.equals(key, digest));
  }

  Optional<Waiting> waitingFor(Credential node) {
    return waiting.stream().filter(each -> each.node.speaksWith(node.nodeKey())).findFirst();
  }

  /** The machine whose time has come. */
  Optional<Waiting> due(long observed) {
    return waiting.stream()
        .filter(each -> each.left(observed).isZero())
        .min(Comparator.comparingLong(Waiting::since));
  }

  /** Whether the current machine let this one take its place before it was heard of here. */
  boolean isAgreed(Credential node) throws CorruptDataException {
    return agreed.isPresent() && TakeoverWord.of(agreed.get()).isAbout(node);
  }

  /**
   * A machine is announced. Of too many the one that came last gives way, if it had its time: so
   * nobody who makes up machines keeps others from being seen, or makes those begin anew that were
   * there before.
   *
   * @return empty if there is no place now
   */
  Optional<TakeoverLine> announced(Credential node, long observed) {
    List<Waiting> all = new ArrayList<>(waiting);
    if (all.size() >= TakeoverState.MOST_ANNOUNCED) {
      Waiting last = all.remove(all.size() - 1);
      if (observed - last.since < SHELTERED.toMillis() && observed >= last.since) {
        return Optional.empty();
      }
    }
    all.add(new Waiting(node, observed));
    return Optional.of(new TakeoverLine(current, all, refused, agreed));
  }

  /** The current machine has another credential. */
  TakeoverLine renewed(Credential now) {
    return new TakeoverLine(now, waiting, refused, agreed);
  }

  /** The current machine has shown its owner's next key: whoever has the former one is nobody. */
  TakeoverLine rekeyed(Credential now) {
    return new TakeoverLine(
        now, waiting.stream().filter(each -> isOfKey(each.node, now)).toList(), refused, agreed);
  }

  /**
   * Another has taken the place of the current one. Whoever is announced besides has its notice
   * from now on: the new one can refuse it as long as the one before could.
   */
  TakeoverLine after(Credential next, long observed) {
    List<Waiting> others =
        waiting.stream()
            .filter(each -> each.node.epoch() > next.epoch() && isOfKey(each.node, next))
            .map(each -> new Waiting(each.node, observed))
            .toList();
    return new TakeoverLine(next, others, refused, Optional.empty());
  }

  /** Whether this very word, or a newer one in its place, has been taken before. */
  boolean knows(SignedRecord record) throws CorruptDataException {
    TakeoverWord word = TakeoverWord.of(record);
    if (waiting.stream().anyMatch(each -> word.isAbout(each.node))) {
      return false;
    }
    if (!word.agreed()) {
      byte[] digest = word.key().toBytes();
      return refused.stream().anyMatch(key -> Arrays.equals(key, digest));
    }
    return agreed.isPresent() && !TakeoverWord.of(agreed.get()).time().isBefore(word.time());
  }

  /** The current machine lets another take its place that is not announced here. */
  TakeoverLine agreeing(SignedRecord word) {
    return new TakeoverLine(current, waiting, refused, Optional.of(word));
  }

  /** A machine is not wanted, whether or not it is announced. */
  TakeoverLine without(TakeoverWord word) throws CorruptDataException {
    List<byte[]> all = new ArrayList<>(refused);
    byte[] digest = word.key().toBytes();
    all.removeIf(key -> Arrays.equals(key, digest));
    all.add(digest);
    boolean undone = agreed.isPresent() && TakeoverWord.of(agreed.get()).key().equals(word.key());
    return new TakeoverLine(
        current,
        waiting.stream().filter(each -> !word.isAbout(each.node)).toList(),
        all.subList(Math.max(0, all.size() - MOST_REFUSED), all.size()),
        undone ? Optional.empty() : agreed);
  }
}
