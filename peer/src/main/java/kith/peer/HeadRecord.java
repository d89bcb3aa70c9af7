package kith.peer;

import java.time.Instant;
import java.util.Comparator;
import kith.codec.CorruptDataException;
import kith.codec.Digest;
import kith.codec.OwnerId;

/**
 * The newest state of an owner's drive, sealed, as all partners keep it. Heads of one owner are
 * ordered by epoch, then generation.
 *
 * @param time by the owner's clock; holders add their own in {@link HeadAck}
 * @param sealed what only the owner can open, at most {@link #MAX_SEALED} bytes
 * @param record the signed form, as it came
 */
public record HeadRecord(
    OwnerId owner, long epoch, long generation, Instant time, byte[] sealed, SignedRecord record) {
  static final int VERSION = 1;

  /** The largest sealed part in bytes. */
  public static final int MAX_SEALED = SignedRecord.MAX_BODY - 1024;

  /** Older heads first. */
  public static final Comparator<HeadRecord> AGE =
      Comparator.comparingLong(HeadRecord::epoch).thenComparingLong(HeadRecord::generation);

  /** A head of {@code node}'s owner and epoch, signed by it. */
  public static HeadRecord sign(NodeIdentity node, long generation, Instant time, byte[] sealed) {
    if (sealed.length > MAX_SEALED) {
      throw new IllegalArgumentException("a head of " + sealed.length + " bytes is too large");
    }
    Credential credential = node.credential();
    byte[] body =
        new FieldWriter()
            .bytes("owner", credential.owner())
            .number("epoch", credential.epoch())
            .number("generation", generation)
            .number("time", time.toEpochMilli())
            .bytes("sealed", sealed)
            .toBytes();
    var record = SignedRecord.unsigned(RecordKind.HEAD, VERSION, body).signedBy(node);
    return new HeadRecord(
        credential.owner(), credential.epoch(), generation, time, sealed.clone(), record);
  }

  /**
   * Reads a head and checks that a node of its owner and epoch signed it.
   *
   * @throws CorruptDataException if not
   */
  public static HeadRecord parse(byte[] bytes) throws CorruptDataException {
    SignedRecord record = SignedRecord.parse(bytes, RecordKind.HEAD);
    Fields fields = record.fields();
    var head =
        new HeadRecord(
            fields.owner("owner"),
            fields.number("epoch", 1, 0xffffffffL),
            fields.count("generation"),
            Instant.ofEpochMilli(fields.count("time")),
            fields.bytes("sealed", MAX_SEALED),
            record);
    record.requireSigners(head.owner);
    if (record.signers().get(0).epoch() != head.epoch) {
      throw new CorruptDataException("a head of epoch " + head.epoch + " is signed by another");
    }
    return head;
  }

  /** The stored and sent form. */
  public byte[] toBytes() {
    return record.toBytes();
  }

  /** The machine that has signed it. */
  public Credential signer() {
    try {
      return record.signers().get(0);
    } catch (CorruptDataException e) {
      throw new IllegalStateException("a head whose signature was checked", e);
    }
  }

  /** SHA-256 of the stored form. */
  public Digest digest() {
    return Hash.of(toBytes());
  }
}
