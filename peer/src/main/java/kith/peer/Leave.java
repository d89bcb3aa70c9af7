package kith.peer;

import java.util.Optional;
import kith.codec.CorruptDataException;
import kith.codec.OwnerId;

/**
 * How far the end of a partnership is, as this node knows it. Immutable.
 *
 * @param notice the one that holds
 * @param record its signed form
 * @param alone whether this side ends it without the other's word after the agreed time
 * @param ours our release, signed by both once the partner has freed what was ours
 * @param theirs the partner's release, signed by both
 */
public record Leave(
    LeaveNotice notice,
    SignedRecord record,
    boolean alone,
    Optional<SignedRecord> ours,
    Optional<SignedRecord> theirs) {

  static Leave of(SignedRecord record, boolean alone) throws CorruptDataException {
    return new Leave(LeaveNotice.of(record), record, alone, Optional.empty(), Optional.empty());
  }

  /** Whether both know of the notice. */
  public boolean isTold() {
    return record.signatures() > 1;
  }

  /** Whether the partner has freed what he kept for us. */
  public boolean isFreedThere() {
    return ours.filter(release -> release.signatures() > 1).isPresent();
  }

  /** Whether the partner needs nothing any more of what is kept for him. */
  public boolean isReleasedHere() {
    return theirs.isPresent();
  }

  Leave alone(boolean now) {
    return new Leave(notice, record, now, ours, theirs);
  }

  Leave withOurs(SignedRecord release) {
    return new Leave(notice, record, alone, Optional.of(release), theirs);
  }

  Leave withTheirs(SignedRecord release) {
    return new Leave(notice, record, alone, ours, Optional.of(release));
  }

  /** This state after a notice: what was said under another number does not count any more. */
  Leave noticed(SignedRecord other) throws CorruptDataException {
    LeaveNotice next = LeaveNotice.of(other);
    return next.number() == notice.number()
        ? new Leave(next, other, alone, ours, theirs)
        : new Leave(next, other, false, Optional.empty(), Optional.empty());
  }

  /** The one that is further; of a row and a file of the same partner. */
  static Optional<Leave> further(Optional<Leave> one, Optional<Leave> other) {
    if (one.isEmpty() || other.isEmpty()) {
      return one.or(() -> other);
    }
    return one.get().progress() >= other.get().progress() ? one : other;
  }

  private long progress() {
    long said = record.signatures();
    said += ours.map(SignedRecord::signatures).orElse(0);
    said += theirs.map(SignedRecord::signatures).orElse(0);
    return notice.number() * 16 + said;
  }

  void write(FieldWriter out) {
    out.bytes("notice", record.toBytes()).flag("alone", alone);
    MessageCodec.optional(out, "ours", ours);
    MessageCodec.optional(out, "theirs", theirs);
  }

  /**
   * @param other the partner in whose row it is
   */
  static Leave read(Fields in, OwnerId other) throws CorruptDataException {
    SignedRecord record = MessageCodec.record(in, "notice", RecordKind.LEAVE);
    var leave =
        new Leave(
            LeaveNotice.of(record),
            record,
            in.flag("alone"),
            MessageCodec.optionalRecord(in, "ours", RecordKind.RELEASE),
            MessageCodec.optionalRecord(in, "theirs", RecordKind.RELEASE));
    boolean his = leave.notice.leaver().equals(other) || leave.notice.partner().equals(other);
    if (!his || !isFrom(leave.ours, other, false) || !isFrom(leave.theirs, other, true)) {
      throw new CorruptDataException("the row of a partner has another's leaving");
    }
    return leave;
  }

  private static boolean isFrom(Optional<SignedRecord> release, OwnerId other, boolean owner)
      throws CorruptDataException {
    if (release.isEmpty()) {
      return true;
    }
    Release read = Release.of(release.get());
    return other.equals(owner ? read.owner() : read.holder());
  }
}
