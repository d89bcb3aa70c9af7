package kith.peer;

import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Arrays;
import kith.codec.CorruptDataException;
import kith.peer.conduct.AuditOutcome;
import kith.peer.conduct.Conduct;
import kith.peer.conduct.Standing;

/**
 * What the book of conduct keeps of one partner, as a row of META named {@code conduct} and the
 * owner id: version u8, since, written, forgiven i64 in ms since 1970, a u32 for each kind of
 * outcome in the order proved, wrong, lost, slow, offline, ours, since version 2 what it was told
 * as level u8 and time i64, and the conduct. Immutable.
 *
 * @param conduct as judged by the rules
 * @param since when the outcomes began to be counted
 * @param outcomes of audits since then
 * @param written when this was last written
 * @param forgiven when it was last forgiven to have been away for too long; the beginning of 1970
 *     for never
 * @param told what it was told last of how it stands
 */
record ConductRow(
    Conduct conduct,
    Instant since,
    Outcomes outcomes,
    Instant written,
    Instant forgiven,
    Told told) {
  private static final byte VERSION = 2;
  private static final byte VERSION_UNTOLD = 1;
  private static final int FIXED = 1 + 3 * Long.BYTES + Outcomes.SIZE;

  static ConductRow begun(Instant now) {
    return new ConductRow(Conduct.NEW, now, Outcomes.NONE, now, Instant.EPOCH, Told.NOTHING);
  }

  /** What a partner was told; of one that has reneged all the others were told, too. */
  record Told(Standing.Level level, Instant time) {
    static final Told NOTHING = new Told(Standing.Level.KEEPS, Instant.EPOCH);
    private static final int SIZE = 1 + Long.BYTES;
  }

  /** How many audits ended how; counted apart. */
  record Outcomes(int proved, int wrong, int lost, int slow, int offline, int ours) {
    static final Outcomes NONE = new Outcomes(0, 0, 0, 0, 0, 0);
    static final int SIZE = 6 * Integer.BYTES;

    Outcomes with(AuditOutcome outcome) {
      return new Outcomes(
          proved + (outcome == AuditOutcome.PROVED ? 1 : 0),
          wrong + (outcome == AuditOutcome.WRONG ? 1 : 0),
          lost + (outcome == AuditOutcome.LOST ? 1 : 0),
          slow + (outcome == AuditOutcome.SLOW ? 1 : 0),
          offline + (outcome == AuditOutcome.OFFLINE ? 1 : 0),
          ours + (outcome == AuditOutcome.OURS ? 1 : 0));
    }
  }

  ConductRow with(Conduct now) {
    return new ConductRow(now, since, outcomes, written, forgiven, told);
  }

  ConductRow with(AuditOutcome outcome) {
    return new ConductRow(conduct, since, outcomes.with(outcome), written, forgiven, told);
  }

  ConductRow writtenAt(Instant now) {
    return new ConductRow(conduct, since, outcomes, now, forgiven, told);
  }

  ConductRow with(Told now) {
    return new ConductRow(conduct, since, outcomes, written, forgiven, now);
  }

  /** It was away for too long, and is back. */
  ConductRow forgivenAt(Instant now, Conduct since) {
    return new ConductRow(since, this.since, outcomes, written, now, told);
  }

  /** The outcomes are counted anew. */
  ConductRow countedFrom(Instant now) {
    return new ConductRow(conduct, now, Outcomes.NONE, written, forgiven, told);
  }

  /** Whether there is nothing that a receipt could tell. */
  boolean isIdle() {
    return outcomes.proved + outcomes.wrong + outcomes.lost + outcomes.slow == 0;
  }

  byte[] toRow() {
    byte[] rest = conduct.toBytes();
    return ByteBuffer.allocate(FIXED + Told.SIZE + rest.length)
        .put(VERSION)
        .putLong(since.toEpochMilli())
        .putLong(written.toEpochMilli())
        .putLong(forgiven.toEpochMilli())
        .putInt(outcomes.proved)
        .putInt(outcomes.wrong)
        .putInt(outcomes.lost)
        .putInt(outcomes.slow)
        .putInt(outcomes.offline)
        .putInt(outcomes.ours)
        .put((byte) ConductNotice.level(told.level))
        .putLong(told.time.toEpochMilli())
        .put(rest)
        .array();
  }

  static ConductRow ofRow(byte[] row) throws CorruptDataException {
    boolean untold = row.length >= FIXED && row[0] == VERSION_UNTOLD;
    if (!untold && (row.length < FIXED + Told.SIZE || row[0] != VERSION)) {
      throw new CorruptDataException("a row of conduct is not understood");
    }
    ByteBuffer in = ByteBuffer.wrap(row, 1, row.length - 1);
    Instant since = Instant.ofEpochMilli(in.getLong());
    Instant written = Instant.ofEpochMilli(in.getLong());
    Instant forgiven = Instant.ofEpochMilli(in.getLong());
    var outcomes =
        new Outcomes(in.getInt(), in.getInt(), in.getInt(), in.getInt(), in.getInt(), in.getInt());
    Told told = untold ? Told.NOTHING : told(in);
    Conduct conduct = Conduct.parse(Arrays.copyOfRange(row, in.position(), row.length));
    return new ConductRow(conduct, since, outcomes, written, forgiven, told);
  }

  private static Told told(ByteBuffer in) throws CorruptDataException {
    return new Told(ConductNotice.level(in.get()), Instant.ofEpochMilli(in.getLong()));
  }
}
