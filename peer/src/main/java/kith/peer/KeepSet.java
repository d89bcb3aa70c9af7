package kith.peer;

import java.time.Instant;
import kith.codec.CorruptDataException;
import kith.codec.Digest;
import kith.codec.OwnerId;
import kith.index.LedgerPosition;

/**
 * An owner's signed word on what remains of the shards that a holder keeps for him. It speaks of
 * those that were put before a place in the ledger and never of later ones; what is dropped is the
 * difference, whose names come beside it.
 *
 * @param epoch of the owner's node
 * @param ledger the place in the ledger up to which it was computed
 * @param remaining what remains of the shards that stand there
 * @param time by the owner's clock
 */
public record KeepSet(
    OwnerId owner,
    OwnerId holder,
    long epoch,
    LedgerPosition ledger,
    Remaining remaining,
    Instant time) {
  /** In the first version the digest was one over the names one behind the other. */
  static final int VERSION = 2;

  /** The most shards that one keep-set drops, so that a holder answers in time. */
  public static final int MOST_DROPPED = 500;

  /**
   * What remains.
   *
   * @param count of shards
   * @param names root of the tree over their names, in their order ({@link NamesDigest})
   */
  public record Remaining(long count, Digest names) {}

  private byte[] body() {
    return new FieldWriter()
        .bytes("owner", owner)
        .bytes("holder", holder)
        .number("epoch", epoch)
        .number("generation", ledger.generation())
        .number("count", ledger.count())
        .bytes("digest", ledger.digest())
        .number("remaining", remaining.count)
        .bytes("names", remaining.names)
        .number("time", time.toEpochMilli())
        .toBytes();
  }

  SignedRecord signedBy(NodeIdentity node) {
    return SignedRecord.unsigned(RecordKind.KEEP_SET, VERSION, body()).signedBy(node);
  }

  /**
   * Reads a keep-set that the owner's node has signed.
   *
   * @throws CorruptDataException if it is damaged, or the signature is missing, false or another's
   */
  static KeepSet of(SignedRecord record) throws CorruptDataException {
    Fields fields = record.fields();
    var ledger =
        new LedgerPosition(
            fields.count("generation"), fields.count("count"), fields.digest("digest"));
    var keep =
        new KeepSet(
            fields.owner("owner"),
            fields.owner("holder"),
            fields.number("epoch", 1, 0xffffffffL),
            ledger,
            new Remaining(fields.count("remaining"), fields.digest("names")),
            Instant.ofEpochMilli(fields.count("time")));
    record.requireSigners(keep.owner);
    if (record.signers().get(0).epoch() != keep.epoch) {
      throw new CorruptDataException("a keep-set of another epoch than its signer's");
    }
    return keep;
  }
}
