package kith.peer;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import kith.codec.CorruptDataException;
import kith.codec.OwnerId;

/**
 * A partner's signed word that the partnership ends, or that it goes on after all; countersigned by
 * the other once he has it. The notice with the higher number holds; of two with the same number
 * that of the lower owner id.
 *
 * @param agreement that ends
 * @param leaver who signed it first
 * @param partner the other
 * @param number counts the notices between the two, from 1
 * @param running whether it ends; otherwise the notices before are withdrawn
 * @param made by the leaver's clock
 * @param until when both want to have what they keep at each other elsewhere
 */
public record LeaveNotice(
    AgreementId agreement,
    OwnerId leaver,
    OwnerId partner,
    long number,
    boolean running,
    Instant made,
    Instant until) {
  static final int VERSION = 1;
  static final long MAX_NUMBER = 1_000_000;

  /** No handover is agreed for longer. */
  static final Duration LONGEST = Duration.ofDays(366);

  SignedRecord signedBy(NodeIdentity node) {
    byte[] body =
        new FieldWriter()
            .bytes("agreement", agreement)
            .bytes("leaver", leaver)
            .bytes("partner", partner)
            .number("number", number)
            .flag("running", running)
            .number("made", made.toEpochMilli())
            .number("until", until.toEpochMilli())
            .toBytes();
    return SignedRecord.unsigned(RecordKind.LEAVE, VERSION, body).signedBy(node);
  }

  /**
   * Reads a notice that the leaver, or both, have signed.
   *
   * @throws CorruptDataException if it is damaged, contradicts itself, or a signature is missing or
   *     false
   */
  static LeaveNotice of(SignedRecord record) throws CorruptDataException {
    Fields fields = record.fields();
    var notice =
        new LeaveNotice(
            new AgreementId(fields.exactly("agreement", AgreementId.SIZE)),
            fields.owner("leaver"),
            fields.owner("partner"),
            fields.number("number", 1, MAX_NUMBER),
            fields.flag("running"),
            Instant.ofEpochMilli(fields.count("made")),
            Instant.ofEpochMilli(fields.count("until")));
    if (notice.leaver.equals(notice.partner)) {
      throw new CorruptDataException("an owner who leaves himself");
    }
    if (notice.until.isBefore(notice.made) || notice.until.isAfter(notice.made.plus(LONGEST))) {
      throw new CorruptDataException("a handover until " + notice.until);
    }
    record.requireFirst(notice.leaver, notice.partner);
    return notice;
  }

  /** Whether it is about the two, in either direction. */
  boolean isBetween(OwnerId one, OwnerId other) {
    return Set.of(leaver, partner).equals(Set.copyOf(List.of(one, other)));
  }

  /** Whether it holds where there is the other, too. */
  boolean isNewerThan(LeaveNotice other) {
    return number != other.number ? number > other.number : leaver.compareTo(other.leaver) < 0;
  }
}
