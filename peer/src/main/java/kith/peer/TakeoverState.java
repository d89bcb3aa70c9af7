package kith.peer;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import kith.codec.CorruptDataException;

/**
 * Which machines speak for an owner, as one of his holders sees it.
 *
 * @param agreement with him, signed by both
 * @param standing of whoever asks
 * @param left until he who asks may drop what is his; zero if he may, or never will
 * @param current the node that may do everything; empty if none was seen
 * @param announced machines that want to take its place
 */
public record TakeoverState(
    SignedRecord agreement,
    Standing standing,
    Duration left,
    Optional<Credential> current,
    List<Announced> announced) {
  /** So many machines of one owner are announced at most. */
  static final int MOST_ANNOUNCED = 4;

  /** Nobody loses so many machines before a partner hears of the next one. */
  public static final long MOST_AHEAD = 1000;

  private static final long MOST_LEFT = Duration.ofDays(366).toMillis();

  /** What a machine may do in its owner's name. */
  public enum Standing {
    /** It is the owner's node. */
    CURRENT(1),
    /** It wants to be, and reads and puts already. */
    ANNOUNCED(2),
    /** Another has taken its place, or the owner has refused it. */
    SUPERSEDED(3),
    /** It is a view. */
    VIEW(4);

    private final int tag;

    Standing(int tag) {
      this.tag = tag;
    }

    private static Standing of(int tag) throws CorruptDataException {
      for (Standing standing : values()) {
        if (standing.tag == tag) {
          return standing;
        }
      }
      throw new CorruptDataException("standing " + tag + " is unknown");
    }
  }

  /**
   * A machine that wants to take over.
   *
   * @param left until it has, if nobody says anything
   */
  public record Announced(Credential successor, Duration left) {
    private byte[] toBytes() {
      byte[] credential = successor.toBytes();
      return ByteBuffer.allocate(Long.BYTES + credential.length)
          .putLong(left.toMillis())
          .put(credential)
          .array();
    }

    private static Announced ofBytes(byte[] bytes) throws CorruptDataException {
      if (bytes.length <= Long.BYTES) {
        throw new CorruptDataException("a machine that is announced is cut off");
      }
      ByteBuffer in = ByteBuffer.wrap(bytes);
      long left = in.getLong();
      if (left < 0 || left > MOST_LEFT) {
        throw new CorruptDataException("a takeover in " + left + " ms");
      }
      byte[] credential = new byte[in.remaining()];
      in.get(credential);
      return new Announced(Credential.parse(credential), Duration.ofMillis(left));
    }
  }

  public TakeoverState {
    announced = List.copyOf(announced);
  }

  /** Whether a machine is announced that a word is about. */
  public boolean announces(SignedRecord word) throws CorruptDataException {
    TakeoverWord read = TakeoverWord.of(word);
    return announced.stream().anyMatch(each -> read.isAbout(each.successor()));
  }

  void write(FieldWriter out) {
    out.bytes("agreement", agreement.toBytes())
        .number("standing", standing.tag)
        .number("left", left.toMillis())
        .byteStrings("announced", announced.stream().map(Announced::toBytes).toList());
    current.ifPresent(node -> out.bytes("current", node.toBytes()));
  }

  static TakeoverState read(Fields in) throws CorruptDataException {
    List<Announced> announced = new ArrayList<>();
    for (byte[] each : in.byteStrings("announced", MOST_ANNOUNCED)) {
      announced.add(Announced.ofBytes(each));
    }
    return new TakeoverState(
        MessageCodec.record(in, "agreement", RecordKind.AGREEMENT),
        Standing.of(in.integer("standing", 0, 255)),
        Duration.ofMillis(in.number("left", 0, MOST_LEFT)),
        in.has("current")
            ? Optional.of(Credential.parse(in.bytes("current", Credential.MAX_BYTES)))
            : Optional.empty(),
        announced);
  }
}
