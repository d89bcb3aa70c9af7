package kith.peer;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import kith.codec.CorruptDataException;
import kith.codec.NotPermittedException;
import kith.codec.OwnerId;
import kith.codec.OwnerKey;
import kith.codec.OwnerLineage;

/**
 * The owner key's word that a machine's TLS key speaks for the owner: carried in the machine's
 * certificate and beside each of its signatures. Immutable; one that exists has a true signature.
 * Format: docs/formats/records.md.
 */
public final class Credential {
  static final int VERSION = 1;

  /** After a rekey the extension holds the {@link OwnerLineage} of the owner key. */
  static final int REKEYED_VERSION = 2;

  /** How long a node's credential lasts. */
  public static final Duration NODE_LIFE = Duration.ofDays(366);

  /** How long a view's credential lasts. */
  public static final Duration VIEW_LIFE = Duration.ofDays(7);

  /** How far two honest clocks may be apart. */
  static final Duration CLOCK_SLACK = Duration.ofHours(26);

  private static final int FIXED =
      1 + 1 + 4 + 8 + 8 + OwnerId.SIZE + OwnerKey.PUBLIC_KEY_SIZE + NodeKeys.PUBLIC_KEY_SIZE + 2;
  private static final int MAX_EXTENSION = 1024; // a lineage has at most 1009

  /** The largest credential in bytes. */
  static final int MAX_BYTES = FIXED + MAX_EXTENSION + OwnerKey.SIGNATURE_SIZE;

  private final byte[] bytes;
  private final Role role;
  private final long epoch;
  private final Instant issued;
  private final Instant expires;
  private final OwnerId owner;
  private final byte[] nodeKey;
  private final byte[] ownerKey;
  private final OwnerLineage lineage;

  private Credential(byte[] bytes) throws CorruptDataException {
    this.bytes = bytes;
    ByteBuffer in = ByteBuffer.wrap(bytes);
    int version = in.get() & 0xff;
    if (version != VERSION && version != REKEYED_VERSION) {
      throw new CorruptDataException("a credential of version " + version + " is not understood");
    }
    role = Role.of(in.get() & 0xff);
    epoch = in.getInt() & 0xffffffffL;
    issued = Instant.ofEpochMilli(in.getLong());
    expires = Instant.ofEpochMilli(in.getLong());
    owner = new OwnerId(take(in, OwnerId.SIZE));
    ownerKey = take(in, OwnerKey.PUBLIC_KEY_SIZE);
    nodeKey = take(in, NodeKeys.PUBLIC_KEY_SIZE);
    int extension = in.getShort() & 0xffff;
    if (extension > MAX_EXTENSION
        || bytes.length != FIXED + extension + OwnerKey.SIGNATURE_SIZE
        || !issued.isBefore(expires)) {
      throw new CorruptDataException("a credential contradicts itself");
    }
    lineage = version == VERSION ? OwnerLineage.NONE : OwnerLineage.parse(take(in, extension));
    checkSignature(version);
  }

  private void checkSignature(int version) throws CorruptDataException {
    int bodyLength = bytes.length - OwnerKey.SIGNATURE_SIZE;
    byte[] body = Arrays.copyOf(bytes, bodyLength);
    byte[] signature = Arrays.copyOfRange(bytes, bodyLength, bytes.length);
    if ((version == VERSION) != (lineage.generation() == 0)) {
      throw new CorruptDataException("a credential of version " + version + " with " + lineage);
    }
    lineage.check(owner, ownerKey);
    if (!OwnerKey.verify(ownerKey, RecordKind.CREDENTIAL.signed(version, body), signature)) {
      throw new CorruptDataException("a credential's signature is false");
    }
    NodeKeys.publicKey(nodeKey);
  }

  private static byte[] take(ByteBuffer in, int length) {
    byte[] part = new byte[length];
    in.get(part);
    return part;
  }

  /**
   * Reads a credential and checks its signature, but not its times.
   *
   * @throws CorruptDataException if the bytes are no credential, or its signature is false
   */
  public static Credential parse(byte[] bytes) throws CorruptDataException {
    if (bytes.length < FIXED + OwnerKey.SIGNATURE_SIZE || bytes.length > MAX_BYTES) {
      throw new CorruptDataException("a credential cannot have " + bytes.length + " bytes");
    }
    return new Credential(bytes.clone());
  }

  /** Signs a credential for {@code nodeKey}. */
  static Credential issue(OwnerKey key, Role role, long epoch, Instant now, byte[] nodeKey) {
    if (epoch < 1 || epoch > 0xffffffffL) {
      throw new IllegalArgumentException("no epoch " + epoch);
    }
    Duration life = role == Role.NODE ? NODE_LIFE : VIEW_LIFE;
    int version = key.lineage().generation() == 0 ? VERSION : REKEYED_VERSION;
    byte[] extension = version == VERSION ? new byte[0] : key.lineage().toBytes();
    byte[] body =
        ByteBuffer.allocate(FIXED + extension.length)
            .put((byte) version)
            .put((byte) role.tag())
            .putInt((int) epoch)
            .putLong(now.toEpochMilli())
            .putLong(now.plus(life).toEpochMilli())
            .put(key.id().toBytes())
            .put(key.publicKey())
            .put(nodeKey)
            .putShort((short) extension.length)
            .put(extension)
            .array();
    byte[] signature = key.sign(RecordKind.CREDENTIAL.signed(version, body));
    byte[] bytes = Arrays.copyOf(body, body.length + signature.length);
    System.arraycopy(signature, 0, bytes, body.length, signature.length);
    try {
      return new Credential(bytes);
    } catch (CorruptDataException e) {
      throw new IllegalStateException("a credential that was just made", e);
    }
  }

  /** Whom the machine speaks for. */
  public OwnerId owner() {
    return owner;
  }

  public Role role() {
    return role;
  }

  /** Counts the machines of this owner, from 1. */
  public long epoch() {
    return epoch;
  }

  public Instant issued() {
    return issued;
  }

  public Instant expires() {
    return expires;
  }

  /** A copy of the stored form. */
  public byte[] toBytes() {
    return bytes.clone();
  }

  /** The owner keys before the one that has signed. */
  public OwnerLineage lineage() {
    return lineage;
  }

  /** The owner key that has signed. */
  byte[] ownerKey() {
    return ownerKey.clone();
  }

  byte[] nodeKey() {
    return nodeKey.clone();
  }

  /** The machine's public key, in hexadecimal digits: tells one machine from another. */
  public String publicForm() {
    return java.util.HexFormat.of().formatHex(nodeKey);
  }

  /**
   * What people call this machine: its epoch, a dash, and SHA-256 of its public key in hexadecimal
   * digits. The first half of the digits or less will do where machines are told apart.
   */
  public String machineCode() {
    return epoch + "-" + Hash.of(nodeKey);
  }

  boolean speaksWith(byte[] point) {
    return Arrays.equals(nodeKey, point);
  }

  boolean hasSigned(byte[] message, byte[] signature) {
    return NodeKeys.verify(nodeKey, message, signature);
  }

  /**
   * Checks the times, with a day's slack for clocks that go wrong.
   *
   * @throws NotPermittedException if the credential is not valid at {@code now}
   */
  public void checkTime(Instant now) throws NotPermittedException {
    if (now.isAfter(expires.plus(CLOCK_SLACK))) {
      throw new NotPermittedException(
          "the credential of "
              + owner.brief()
              + " expired at "
              + expires
              + ": it must be renewed, or a clock is wrong: here it is "
              + now);
    }
    if (now.isBefore(issued.minus(CLOCK_SLACK))) {
      throw new NotPermittedException(
          "the credential of "
              + owner.brief()
              + " is from the future ("
              + issued
              + "): check the clocks");
    }
  }

  @Override
  public String toString() {
    return owner.brief() + " " + role + " epoch " + epoch;
  }

  /** Whether the other is this very credential: same owner, key, times and signature. */
  boolean isSameAs(Credential other) {
    return Arrays.equals(toBytes(), other.toBytes());
  }
}
