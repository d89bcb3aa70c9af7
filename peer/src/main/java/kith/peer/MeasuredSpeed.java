package kith.peer;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import kith.codec.CorruptDataException;

/**
 * What a node's connection was found to do.
 *
 * @param asked when it was measured last, or could not be
 * @param least bytes per second that came at any time; 0 if nothing was measured yet
 * @param mean bytes per second on average
 * @param times how often it was measured
 */
record MeasuredSpeed(Instant asked, long least, long mean, int times) {
  private static final byte VERSION = 1;
  private static final int BYTES = 1 + 3 * Long.BYTES + Short.BYTES;
  private static final int MAX_TIMES = 0xffff;

  /** What was measured before this counts no more. */
  private static final Duration VALID = Duration.ofDays(90);

  /** How often it is measured. */
  private static final Duration PAUSE = Duration.ofDays(7);

  /** When it is tried again where it could not be measured. */
  private static final Duration PAUSE_IN_VAIN = Duration.ofDays(1);

  /** Nothing known. */
  static final MeasuredSpeed NONE = new MeasuredSpeed(Instant.EPOCH, 0, 0, 0);

  /** With one more measurement: the new one weighs a fourth, a lower least as a whole. */
  MeasuredSpeed with(Instant now, long newLeast, long newMean) {
    if (!isKnownAt(now)) {
      return new MeasuredSpeed(now, newLeast, newMean, 1);
    }
    return new MeasuredSpeed(
        now,
        Math.min(newLeast, mixed(least, newLeast)),
        mixed(mean, newMean),
        Math.min(times + 1, MAX_TIMES));
  }

  private static long mixed(long before, long now) {
    return before - before / 4 + now / 4;
  }

  /** The same after it could not be measured. */
  MeasuredSpeed inVain(Instant now) {
    return new MeasuredSpeed(now.minus(PAUSE).plus(PAUSE_IN_VAIN), least, mean, times);
  }

  boolean isKnownAt(Instant now) {
    return times > 0 && now.isBefore(asked.plus(VALID));
  }

  boolean isDueAt(Instant now) {
    return now.isBefore(asked) || !now.isBefore(asked.plus(PAUSE));
  }

  /** The row in META: version u8, asked u64, least u64, mean u64, times u16. */
  byte[] toRow() {
    return ByteBuffer.allocate(BYTES)
        .put(VERSION)
        .putLong(asked.toEpochMilli())
        .putLong(least)
        .putLong(mean)
        .putShort((short) times)
        .array();
  }

  static MeasuredSpeed ofRow(byte[] row) throws CorruptDataException {
    if (row.length != BYTES || row[0] != VERSION) {
      throw new CorruptDataException("a measured speed of an unknown form");
    }
    ByteBuffer in = ByteBuffer.wrap(row, 1, BYTES - 1);
    Instant asked = Instant.ofEpochMilli(in.getLong());
    var read =
        new MeasuredSpeed(asked, in.getLong(), in.getLong(), Short.toUnsignedInt(in.getShort()));
    if (read.least < 0 || read.mean < read.least || (read.times == 0) != (read.mean == 0)) {
      throw new CorruptDataException("a measured speed that contradicts itself");
    }
    return read;
  }
}
