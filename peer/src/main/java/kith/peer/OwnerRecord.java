package kith.peer;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import kith.codec.CorruptDataException;
import kith.codec.OwnerId;
import kith.codec.OwnerKey;
import kith.codec.OwnerLineage;

/**
 * A record that the owner key has signed, which is never on a running node: a person was there with
 * the passphrase. Immutable; one that exists has a true signature. Format: docs/formats/records.md.
 */
public final class OwnerRecord {
  private static final int ENVELOPE = 2;

  /** With the {@link OwnerLineage} of a key that is not the owner's first. */
  private static final int REKEYED_ENVELOPE = 3;

  private static final int MAX_BODY = 4096;
  private static final int FIXED =
      1 + 1 + 1 + 2 + OwnerKey.PUBLIC_KEY_SIZE + OwnerKey.SIGNATURE_SIZE;

  /** The largest in bytes. */
  public static final int MAX_BYTES = FIXED + MAX_BODY + OwnerLineage.MAX_BYTES;

  private final byte[] bytes;
  private final RecordKind kind;
  private final int version;
  private final byte[] body;
  private final OwnerId owner;
  private final byte[] key;

  private OwnerRecord(byte[] bytes) throws CorruptDataException {
    this.bytes = bytes;
    ByteBuffer in = ByteBuffer.wrap(bytes);
    int envelope = in.get();
    if (envelope != ENVELOPE && envelope != REKEYED_ENVELOPE) {
      throw new CorruptDataException("no record of an owner key");
    }
    kind = RecordKind.of(in.get() & 0xff);
    version = in.get() & 0xff;
    int length = in.getShort() & 0xffff;
    int rest = bytes.length - FIXED - length;
    if (length > MAX_BODY || rest < 0 || (envelope == ENVELOPE) != (rest == 0)) {
      throw new CorruptDataException("a record of an owner key contradicts itself");
    }
    body = take(in, length);
    key = take(in, OwnerKey.PUBLIC_KEY_SIZE);
    byte[] signature = take(in, OwnerKey.SIGNATURE_SIZE);
    OwnerLineage lineage = rest == 0 ? OwnerLineage.NONE : OwnerLineage.parse(take(in, rest));
    if (rest > 0 && lineage.generation() == 0) {
      throw new CorruptDataException("a record of an owner key contradicts itself");
    }
    owner = lineage.owner(key);
    lineage.check(owner, key);
    if (!OwnerKey.verify(key, kind.signed(version, body), signature)) {
      throw new CorruptDataException("the owner key's signature under a " + kind + " is false");
    }
  }

  private static byte[] take(ByteBuffer in, int length) {
    byte[] part = new byte[length];
    in.get(part);
    return part;
  }

  /** Signs a body. */
  static OwnerRecord sign(OwnerKey key, RecordKind kind, int version, byte[] body) {
    boolean first = key.lineage().generation() == 0;
    byte[] lineage = first ? new byte[0] : key.lineage().toBytes();
    byte[] bytes =
        ByteBuffer.allocate(FIXED + body.length + lineage.length)
            .put((byte) (first ? ENVELOPE : REKEYED_ENVELOPE))
            .put((byte) kind.tag())
            .put((byte) version)
            .putShort((short) body.length)
            .put(body)
            .put(key.publicKey())
            .put(key.sign(kind.signed(version, body)))
            .put(lineage)
            .array();
    try {
      return new OwnerRecord(bytes);
    } catch (CorruptDataException e) {
      throw new IllegalStateException("a record that was just made", e);
    }
  }

  /**
   * Reads a record and checks its signature.
   *
   * @param kind that is expected here
   * @throws CorruptDataException if it is damaged, of another kind, or its signature is false
   */
  public static OwnerRecord parse(byte[] bytes, RecordKind kind) throws CorruptDataException {
    OwnerRecord record;
    try {
      record = new OwnerRecord(bytes.clone());
    } catch (BufferUnderflowException e) {
      throw new CorruptDataException("a record of an owner key is cut off", e);
    }
    if (record.kind != kind) {
      throw new CorruptDataException("a record of kind " + record.kind + ", not " + kind);
    }
    return record;
  }

  /** Reads a {@link Farewell} and checks its signature. */
  public static OwnerRecord farewell(byte[] bytes) throws CorruptDataException {
    return parse(bytes, RecordKind.FAREWELL);
  }

  /** Reads an override of a keep-set and checks its signature. */
  public static OwnerRecord keepSetOverride(byte[] bytes) throws CorruptDataException {
    return parse(bytes, RecordKind.KEEP_SET);
  }

  /**
   * The owner key's word for a keep-set that its node has signed, so that more goes at once.
   *
   * @throws CorruptDataException if it is none, or of another owner
   */
  public static OwnerRecord keepSetOverride(OwnerKey key, byte[] keepSet)
      throws CorruptDataException {
    SignedRecord record = SignedRecord.parse(keepSet, RecordKind.KEEP_SET);
    if (!KeepSet.of(record).owner().equals(key.id())) {
      throw new CorruptDataException("a keep-set of another owner");
    }
    return override(key, record);
  }

  /** Reads the owner key's signature under what its node said of another machine. */
  public static OwnerRecord takeoverOverride(byte[] bytes) throws CorruptDataException {
    return parse(bytes, RecordKind.TAKEOVER);
  }

  /**
   * The owner key's signature under what its node says of another machine.
   *
   * @throws CorruptDataException if it is none, or of another owner
   */
  public static OwnerRecord takeoverOverride(OwnerKey key, byte[] word)
      throws CorruptDataException {
    return TakeoverWord.override(key, SignedRecord.takeover(word));
  }

  /** Whose key has signed. */
  public OwnerId owner() {
    return owner;
  }

  /** Whether the key that has signed is the one under a machine's credential. */
  boolean isByKeyOf(Credential machine) {
    return Arrays.equals(key, machine.ownerKey());
  }

  int version() {
    return version;
  }

  Fields fields() throws CorruptDataException {
    return Fields.parse(body, MAX_BODY);
  }

  /** Whether the owner key has signed what a node has. */
  public boolean isAbout(SignedRecord record) {
    return kind == record.kind()
        && version == record.version()
        && Arrays.equals(body, record.body());
  }

  /** The owner key's word for what a node of the same owner has signed: an override. */
  public static OwnerRecord override(OwnerKey key, SignedRecord record) {
    return sign(key, record.kind(), record.version(), record.body());
  }

  /** A copy of the stored and sent form. */
  public byte[] toBytes() {
    return bytes.clone();
  }
}
