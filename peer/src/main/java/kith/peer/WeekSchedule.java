package kith.peer;

import java.util.Arrays;
import java.util.BitSet;
import kith.codec.FixedBytes;

/**
 * When a node is on-line: 168 bits. Hour h of the week, from Monday 00:00 UTC, is bit h % 8 of byte
 * h / 8.
 */
public final class WeekSchedule extends FixedBytes {
  /** Hours in a week. */
  public static final int HOURS = 168;

  /** Length in bytes. */
  public static final int SIZE = HOURS / 8;

  public WeekSchedule(byte[] bytes) {
    super(bytes, SIZE);
  }

  /** Every hour. */
  public static WeekSchedule always() {
    byte[] bytes = new byte[SIZE];
    Arrays.fill(bytes, (byte) 0xff);
    return new WeekSchedule(bytes);
  }

  /** How many hours of the week it has. */
  public int hours() {
    return BitSet.valueOf(toBytes()).cardinality();
  }
}
