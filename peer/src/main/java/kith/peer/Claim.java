package kith.peer;

import java.time.Duration;
import java.time.Instant;
import kith.codec.CorruptDataException;
import kith.codec.OwnerId;
import kith.codec.ShardLayout;

/**
 * An owner's signed word that a holder does not show a block which it has acknowledged. It proves
 * nothing: whoever hears of it asks the holder for that block himself.
 *
 * @param ack the holder's signed acknowledgement of the shard
 * @param block index of the block in the shard
 * @param time by the owner's clock
 */
public record Claim(OwnerId owner, OwnerId holder, SignedRecord ack, int block, Instant time) {
  static final int VERSION = 1;

  /** Nobody looks at older ones. */
  static final Duration VALID = Duration.ofDays(60);

  SignedRecord signedBy(NodeIdentity node) {
    byte[] body =
        new FieldWriter()
            .bytes("owner", owner)
            .bytes("holder", holder)
            .bytes("ack", ack.toBytes())
            .number("block", block)
            .number("time", time.toEpochMilli())
            .toBytes();
    return SignedRecord.unsigned(RecordKind.CLAIM, VERSION, body).signedBy(node);
  }

  /**
   * Reads a claim and checks both signatures.
   *
   * @throws CorruptDataException if it is damaged, contradicts itself, or a signature is false
   */
  static Claim of(SignedRecord record) throws CorruptDataException {
    Fields fields = record.fields();
    byte[] ack = fields.bytes("ack", SignedRecord.MAX_SMALL);
    var claim =
        new Claim(
            fields.owner("owner"),
            fields.owner("holder"),
            SignedRecord.parse(ack, RecordKind.PUT_ACK),
            fields.integer("block", 0, Integer.MAX_VALUE),
            Instant.ofEpochMilli(fields.count("time")));
    record.requireSigners(claim.owner);
    PutAck said = claim.put();
    if (!said.owner().equals(claim.owner) || !said.holder().equals(claim.holder)) {
      throw new CorruptDataException("a claim about a shard of others");
    }
    if (claim.block >= claim.blocks()
        || claim.time.isBefore(said.time().minus(Credential.CLOCK_SLACK))) {
      throw new CorruptDataException("a claim about a block that there never was");
    }
    return claim;
  }

  /** What the holder acknowledged. */
  PutAck put() throws CorruptDataException {
    return PutAck.of(ack);
  }

  /** Blocks of the shard. */
  int blocks() throws CorruptDataException {
    long blocks = (put().sealedLength() + ShardLayout.SEALED_BLOCK - 1) / ShardLayout.SEALED_BLOCK;
    return Math.toIntExact(Math.min(Integer.MAX_VALUE, blocks));
  }
}
