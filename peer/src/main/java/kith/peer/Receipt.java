package kith.peer;

import java.time.Duration;
import java.time.Instant;
import kith.codec.CorruptDataException;
import kith.codec.OwnerId;

/**
 * What came of the audits of one holder in a period, signed by its owner and by itself: what a
 * track record is made of.
 *
 * @param agreement under which the holder keeps the owner's shards
 * @param from when the period began, by the owner's clock
 * @param to when it ended; at most {@link #LONGEST} later
 * @param proved audits that were passed in time
 * @param wrong audits with another answer than the blocks
 * @param lost audits for which the holder admitted a loss
 * @param slow audits that were passed too late
 * @param held bytes that the holder kept at the end
 */
public record Receipt(
    OwnerId owner,
    OwnerId holder,
    AgreementId agreement,
    Instant from,
    Instant to,
    int proved,
    int wrong,
    int lost,
    int slow,
    long held) {
  static final int VERSION = 1;

  /** No period is longer. */
  static final Duration LONGEST = Duration.ofDays(60);

  SignedRecord signedBy(NodeIdentity node) {
    byte[] body =
        new FieldWriter()
            .bytes("owner", owner)
            .bytes("holder", holder)
            .bytes("agreement", agreement)
            .number("from", from.toEpochMilli())
            .number("to", to.toEpochMilli())
            .number("proved", proved)
            .number("wrong", wrong)
            .number("lost", lost)
            .number("slow", slow)
            .number("held", held)
            .toBytes();
    return SignedRecord.unsigned(RecordKind.RECEIPT, VERSION, body).signedBy(node);
  }

  /**
   * Reads a receipt that the owner, or both, have signed.
   *
   * @throws CorruptDataException if it is damaged, contradicts itself, or a signature is missing or
   *     false
   */
  static Receipt of(SignedRecord record) throws CorruptDataException {
    Fields fields = record.fields();
    var receipt =
        new Receipt(
            fields.owner("owner"),
            fields.owner("holder"),
            new AgreementId(fields.exactly("agreement", AgreementId.SIZE)),
            Instant.ofEpochMilli(fields.count("from")),
            Instant.ofEpochMilli(fields.count("to")),
            fields.integer("proved", 0, Integer.MAX_VALUE),
            fields.integer("wrong", 0, Integer.MAX_VALUE),
            fields.integer("lost", 0, Integer.MAX_VALUE),
            fields.integer("slow", 0, Integer.MAX_VALUE),
            fields.count("held"));
    if (receipt.owner.equals(receipt.holder)) {
      throw new CorruptDataException("a receipt for oneself");
    }
    if (!receipt.from.isBefore(receipt.to) || receipt.to.isAfter(receipt.from.plus(LONGEST))) {
      throw new CorruptDataException("a receipt from " + receipt.from + " to " + receipt.to);
    }
    record.requireFirst(receipt.owner, receipt.holder);
    return receipt;
  }

  /**
   * Reads a receipt that both have signed.
   *
   * @throws CorruptDataException as {@link #of}, and if one has not signed
   */
  static Receipt ofBoth(SignedRecord record) throws CorruptDataException {
    Receipt receipt = of(record);
    record.requireSigners(receipt.owner, receipt.holder);
    return receipt;
  }

  /** Whether the holder kept its word by it. */
  boolean isKept() {
    return proved > 0 && wrong == 0;
  }
}
