package kith.peer.choice;

import java.time.Instant;
import java.util.BitSet;
import kith.codec.CorruptDataException;

/**
 * Hours of the week, of which hour 0 begins on Monday at 00:00: when a node is on-line, in UTC, or
 * when it ships, in its own time. Immutable.
 */
public final class Schedule {
  /** Hours of a week. */
  public static final int HOURS = 168;

  /** Length of the stored form. */
  public static final int BYTES = HOURS / 8;

  /** All hours. */
  public static final Schedule ALWAYS = new Schedule(range(0, HOURS));

  private final BitSet hours;

  private Schedule(BitSet hours) {
    this.hours = hours;
  }

  private static BitSet range(int from, int to) {
    BitSet hours = new BitSet(HOURS);
    hours.set(from, to);
    return hours;
  }

  /**
   * @param hours of the week; copied
   */
  static Schedule of(BitSet hours) {
    if (hours.length() > HOURS) {
      throw new IllegalArgumentException("a week has no hour " + (hours.length() - 1));
    }
    return new Schedule((BitSet) hours.clone());
  }

  /**
   * Reads {@code always}, {@code never}, or spans of days and whole hours with commas between:
   * {@code mon-fri 18-24, sat-sun 0-24}, {@code mo-fr 22:00-06:00}. A span whose end is not behind
   * its beginning goes on into the next day ({@code fri 22-6}) or week ({@code sat-mon}); days
   * without hours are whole.
   *
   * @throws IllegalArgumentException saying what can't be understood
   */
  public static Schedule parse(String text) {
    return new Schedule(ScheduleText.parse(text));
  }

  /**
   * Reads {@link #toBytes}.
   *
   * @throws CorruptDataException if it is not {@link #BYTES} long
   */
  public static Schedule ofBytes(byte[] bytes) throws CorruptDataException {
    if (bytes.length != BYTES) {
      throw new CorruptDataException("a schedule has " + BYTES + " bytes, not " + bytes.length);
    }
    return new Schedule(BitSet.valueOf(bytes));
  }

  /** Hour h is bit h mod 8 (least first) of byte h / 8, as in agreements. */
  public byte[] toBytes() {
    byte[] bytes = new byte[BYTES];
    byte[] set = hours.toByteArray();
    System.arraycopy(set, 0, bytes, 0, set.length);
    return bytes;
  }

  /** The hour of the week, in UTC, that an instant falls into. */
  public static int hourOf(Instant time) {
    return (int) Math.floorMod(hoursSince1970(time) - 4 * 24, (long) HOURS);
  }

  static long hoursSince1970(Instant time) {
    return Math.floorDiv(time.getEpochSecond(), 3600L);
  }

  public boolean contains(int hour) {
    return hours.get(hour);
  }

  /** Hours a week. */
  public int size() {
    return hours.cardinality();
  }

  /** Hours a week that both have. */
  public int overlap(Schedule other) {
    return and(other).size();
  }

  /** The hours that both have. */
  public Schedule and(Schedule other) {
    BitSet both = (BitSet) hours.clone();
    both.and(other.hours);
    return new Schedule(both);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Schedule that && hours.equals(that.hours);
  }

  @Override
  public int hashCode() {
    return hours.hashCode();
  }

  /** In the form that {@link #parse} reads. */
  @Override
  public String toString() {
    return ScheduleText.show(this);
  }
}
