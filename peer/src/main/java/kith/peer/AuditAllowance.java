package kith.peer;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import kith.codec.CorruptDataException;

/**
 * What was used up of the audits of a day, which begins with its first. Both sides count, each for
 * itself: the owner so that he asks for no more, the holder so that audits are no way to read.
 *
 * @param since when the day began
 * @param opened rounds, whether they were revealed or not
 * @param revealed times that a proof was asked for
 * @param bytes of blocks that were given as proofs
 */
record AuditAllowance(Instant since, int opened, int revealed, long bytes) {
  static final AuditAllowance NONE_USED = new AuditAllowance(Instant.EPOCH, 0, 0, 0);

  /** How many proofs may be asked for, for each round. */
  static final int REVEALS = 4;

  /** How many blocks may be given, for each round. */
  static final int BLOCKS = 4;

  private static final Duration DAY = Duration.ofDays(1);
  private static final int SIZE = 1 + 8 + 4 + 4 + 8;
  private static final int VERSION = 1;

  /** As of now: a new day if this one is over, or if the clock went back before it. */
  AuditAllowance at(Instant now) {
    boolean over = now.isBefore(since) || !now.isBefore(since.plus(DAY));
    return over ? new AuditAllowance(now, 0, 0, 0) : this;
  }

  /** How long until the next day begins. */
  Duration rest(Instant now) {
    return Duration.between(now, since.plus(DAY));
  }

  AuditAllowance plusRound() {
    return new AuditAllowance(since, opened + 1, revealed, bytes);
  }

  AuditAllowance plusReveal(long given) {
    return new AuditAllowance(since, opened, revealed + 1, bytes + given);
  }

  /** The row: version u8 = 1, since i64 in ms, opened u32, revealed u32, bytes u64. */
  byte[] toRow() {
    return ByteBuffer.allocate(SIZE)
        .put((byte) VERSION)
        .putLong(since.toEpochMilli())
        .putInt(opened)
        .putInt(revealed)
        .putLong(bytes)
        .array();
  }

  static AuditAllowance ofRow(byte[] row) throws CorruptDataException {
    if (row.length != SIZE || row[0] != VERSION) {
      throw new CorruptDataException("a row of audits used up is damaged or from later");
    }
    ByteBuffer in = ByteBuffer.wrap(row, 1, SIZE - 1);
    var read =
        new AuditAllowance(
            Instant.ofEpochMilli(in.getLong()), in.getInt(), in.getInt(), in.getLong());
    if (read.opened < 0 || read.revealed < 0 || read.bytes < 0) {
      throw new CorruptDataException("a row of audits used up is damaged");
    }
    return read;
  }
}
