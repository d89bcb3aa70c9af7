package kith.peer;

import java.time.Instant;
import kith.codec.CorruptDataException;
import kith.codec.OwnerId;

/**
 * A holder's signed word to one owner that all that former machines of his kept is gone, made by
 * the machine that came after: what it would be found out to lack, audit by audit.
 *
 * @param epoch of the machine that says it; those before it have kept what is gone
 * @param time by the signer's clock
 */
record LossNotice(OwnerId holder, OwnerId owner, long epoch, Instant time) {
  static final int VERSION = 1;

  SignedRecord signedBy(NodeIdentity node) {
    byte[] body =
        new FieldWriter()
            .bytes("holder", holder)
            .bytes("owner", owner)
            .number("epoch", epoch)
            .number("time", time.toEpochMilli())
            .toBytes();
    return SignedRecord.unsigned(RecordKind.LOSS, VERSION, body).signedBy(node);
  }

  /**
   * Reads one that the holder's node of that epoch has signed.
   *
   * @throws CorruptDataException if it is damaged, or the signature is false or another's
   */
  static LossNotice of(SignedRecord record) throws CorruptDataException {
    Fields fields = record.fields();
    var notice =
        new LossNotice(
            fields.owner("holder"),
            fields.owner("owner"),
            fields.number("epoch", 1, 0xffffffffL),
            Instant.ofEpochMilli(fields.count("time")));
    record.requireSigners(notice.holder);
    if (record.signers().get(0).epoch() != notice.epoch || notice.holder.equals(notice.owner)) {
      throw new CorruptDataException("a loss of epoch " + notice.epoch + " that another admits");
    }
    return notice;
  }
}
