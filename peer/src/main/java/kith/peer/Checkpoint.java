package kith.peer;

import java.time.Instant;
import kith.codec.CorruptDataException;
import kith.codec.Digest;
import kith.codec.OwnerId;

/**
 * Where the ledger of an owner at a holder stands, by the word of both: what audits are drawn over.
 *
 * @param generation of the ledger
 * @param count its entries
 * @param digest of the chain with its last entry
 * @param time by the owner's clock
 */
public record Checkpoint(
    OwnerId owner, OwnerId holder, long generation, long count, Digest digest, Instant time) {
  static final int VERSION = 1;

  SignedRecord signedBy(NodeIdentity node) {
    byte[] body =
        new FieldWriter()
            .bytes("owner", owner)
            .bytes("holder", holder)
            .number("generation", generation)
            .number("count", count)
            .bytes("digest", digest)
            .number("time", time.toEpochMilli())
            .toBytes();
    return SignedRecord.unsigned(RecordKind.CHECKPOINT, VERSION, body).signedBy(node);
  }

  /**
   * Reads a checkpoint; the caller checks who has signed.
   *
   * @throws CorruptDataException if it is damaged
   */
  static Checkpoint of(SignedRecord record) throws CorruptDataException {
    Fields fields = record.fields();
    return new Checkpoint(
        fields.owner("owner"),
        fields.owner("holder"),
        fields.count("generation"),
        fields.count("count"),
        fields.digest("digest"),
        Instant.ofEpochMilli(fields.count("time")));
  }

  /**
   * Reads a checkpoint that both have signed.
   *
   * @throws CorruptDataException if it is damaged, or a signature is missing or false
   */
  public static Checkpoint ofBoth(SignedRecord record) throws CorruptDataException {
    Checkpoint checkpoint = of(record);
    record.requireSigners(checkpoint.owner, checkpoint.holder);
    return checkpoint;
  }
}
