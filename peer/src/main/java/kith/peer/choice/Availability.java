package kith.peer.choice;

import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.BitSet;
import java.util.OptionalDouble;
import kith.codec.CorruptDataException;

/**
 * In which hours of the week a node was found on-line: per hour of the week the share of the times
 * that it was asked and answered, the last weeks counting most, and in how many weeks it was asked.
 * Bounded: {@link #BYTES} whatever is noted. For one thread at a time.
 *
 * <p>Stored form: version u8 = 1; the hour under way, in hours since 1970, u32; how often it was
 * asked in that hour u16, and answered u16; then per hour of the week share u8 (in 200ths) and
 * weeks u8.
 */
public final class Availability {
  /** Length of the stored form. */
  public static final int BYTES = 1 + 4 + 2 + 2 + 2 * Schedule.HOURS;

  private static final byte VERSION = 1;
  private static final int WHOLE = 200;
  private static final int NEWEST_WEIGHT = 4;
  private static final int MAX_ASKED = 0xffff;

  private final int[] shares = new int[Schedule.HOURS];
  private final int[] weeks = new int[Schedule.HOURS];
  private long hour;
  private int asked;
  private int answered;

  /** Nothing known. */
  public Availability() {}

  /**
   * Reads {@link #toBytes}.
   *
   * @throws CorruptDataException if it is damaged or of another version
   */
  public static Availability ofBytes(byte[] bytes) throws CorruptDataException {
    if (bytes.length != BYTES || bytes[0] != VERSION) {
      throw new CorruptDataException("hours on-line of an unknown form");
    }
    ByteBuffer in = ByteBuffer.wrap(bytes, 1, BYTES - 1);
    var read = new Availability();
    read.hour = Integer.toUnsignedLong(in.getInt());
    read.asked = Short.toUnsignedInt(in.getShort());
    read.answered = Short.toUnsignedInt(in.getShort());
    for (int i = 0; i < Schedule.HOURS; i++) {
      read.shares[i] = Byte.toUnsignedInt(in.get());
      read.weeks[i] = Byte.toUnsignedInt(in.get());
      if (read.shares[i] > WHOLE) {
        throw new CorruptDataException("more than all of an hour on-line");
      }
    }
    if (read.answered > read.asked) {
      throw new CorruptDataException("more answers than questions");
    }
    return read;
  }

  public byte[] toBytes() {
    ByteBuffer out = ByteBuffer.allocate(BYTES);
    out.put(VERSION).putInt((int) hour).putShort((short) asked).putShort((short) answered);
    for (int i = 0; i < Schedule.HOURS; i++) {
      out.put((byte) shares[i]).put((byte) weeks[i]);
    }
    return out.array();
  }

  /**
   * Notes whether the node answered.
   *
   * @return whether an hour is complete, so that it is time to store this
   */
  public boolean note(Instant time, boolean there) {
    long now = Schedule.hoursSince1970(time);
    boolean complete = now != hour && asked > 0;
    if (now != hour) {
      finish();
      hour = now;
    }
    if (asked < MAX_ASKED) {
      asked++;
      answered += there ? 1 : 0;
    }
    return complete;
  }

  private void finish() {
    if (asked > 0) {
      int of = Schedule.hourOf(Instant.ofEpochSecond(hour * 3600));
      int share = Math.round((float) WHOLE * answered / asked);
      shares[of] =
          weeks[of] == 0 ? share : (shares[of] * (NEWEST_WEIGHT - 1) + share) / NEWEST_WEIGHT;
      weeks[of] = Math.min(0xff, weeks[of] + 1);
    }
    asked = 0;
    answered = 0;
  }

  /** Hours of the week of which anything is known. */
  public int hoursKnown() {
    return (int) java.util.Arrays.stream(weeks).filter(count -> count > 0).count();
  }

  /** The hours in which it answered at least half of the time. */
  public Schedule observed() {
    BitSet hours = new BitSet(Schedule.HOURS);
    for (int i = 0; i < Schedule.HOURS; i++) {
      hours.set(i, weeks[i] > 0 && 2 * shares[i] >= WHOLE);
    }
    return Schedule.of(hours);
  }

  /**
   * How much of the stated hours it kept, of those that are known.
   *
   * @return 0 to 1; empty while none of them is known
   */
  public OptionalDouble kept(Schedule stated) {
    int known = 0;
    long sum = 0;
    for (int i = 0; i < Schedule.HOURS; i++) {
      if (weeks[i] > 0 && stated.contains(i)) {
        known++;
        sum += shares[i];
      }
    }
    return known == 0 ? OptionalDouble.empty() : OptionalDouble.of((double) sum / WHOLE / known);
  }
}
