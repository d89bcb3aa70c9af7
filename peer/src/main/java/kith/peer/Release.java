package kith.peer;

import java.time.Instant;
import kith.codec.CorruptDataException;
import kith.codec.OwnerId;

/**
 * An owner's signed word that he needs nothing any more of what a holder keeps for him: the holder
 * frees the space. Countersigned by the holder once he has it.
 *
 * @param agreement that ends
 * @param number of the notice by which it ends
 * @param generation of the owner's head that names nothing at the holder; 0 if he never had one
 * @param time by the owner's clock
 */
public record Release(
    AgreementId agreement,
    OwnerId owner,
    OwnerId holder,
    long number,
    long generation,
    Instant time) {
  static final int VERSION = 1;

  SignedRecord signedBy(NodeIdentity node) {
    byte[] body =
        new FieldWriter()
            .bytes("agreement", agreement)
            .bytes("owner", owner)
            .bytes("holder", holder)
            .number("number", number)
            .number("generation", generation)
            .number("time", time.toEpochMilli())
            .toBytes();
    return SignedRecord.unsigned(RecordKind.RELEASE, VERSION, body).signedBy(node);
  }

  /**
   * Reads a release that the owner, or both, have signed.
   *
   * @throws CorruptDataException if it is damaged, contradicts itself, or a signature is missing or
   *     false
   */
  static Release of(SignedRecord record) throws CorruptDataException {
    Fields fields = record.fields();
    var release =
        new Release(
            new AgreementId(fields.exactly("agreement", AgreementId.SIZE)),
            fields.owner("owner"),
            fields.owner("holder"),
            fields.number("number", 1, LeaveNotice.MAX_NUMBER),
            fields.count("generation"),
            Instant.ofEpochMilli(fields.count("time")));
    if (release.owner.equals(release.holder)) {
      throw new CorruptDataException("an owner who releases himself");
    }
    record.requireFirst(release.owner, release.holder);
    return release;
  }
}
