package kith.peer;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import kith.codec.CorruptDataException;
import kith.codec.OwnerId;
import kith.codec.OwnerKey;
import kith.codec.RootSecret;

/**
 * What makes a machine its owner's node: its P-256 key, and the owner's credential for it. Safe for
 * any number of threads.
 */
public final class NodeIdentity {
  private static final int VERSION = 1;

  private final PrivateKey key;
  private final Credential credential;

  private NodeIdentity(PrivateKey key, Credential credential) {
    this.key = key;
    this.credential = credential;
  }

  /** A new machine key, with a credential that {@code owner} signs for it. */
  public static NodeIdentity create(
      OwnerKey owner, Role role, long epoch, InstantSource clock, SecureRandom random) {
    KeyPair pair = NodeKeys.generate(random);
    byte[] point = NodeKeys.pointOf(pair.getPublic());
    var credential = Credential.issue(owner, role, epoch, clock.instant(), point);
    return new NodeIdentity(pair.getPrivate(), credential);
  }

  /** The same key with a new credential: what a renewal after expiry gives. */
  public NodeIdentity renewed(OwnerKey owner, InstantSource clock) {
    byte[] point = credential.nodeKey();
    var renewed =
        Credential.issue(owner, credential.role(), credential.epoch(), clock.instant(), point);
    return new NodeIdentity(key, renewed);
  }

  /**
   * The owner's next key, by the word of the present one and of this node.
   *
   * @param owner the present key
   * @param root that the next one follows from
   */
  public OwnerKey rekey(OwnerKey owner, RootSecret root, Instant time) {
    return owner.rekey(root, time, this::sign);
  }

  /** Secret: version u8, key length u16, PKCS#8 key, credential. The caller wraps it. */
  public byte[] toBytes() {
    byte[] secret = key.getEncoded();
    byte[] open = credential.toBytes();
    return ByteBuffer.allocate(3 + secret.length + open.length)
        .put((byte) VERSION)
        .putShort((short) secret.length)
        .put(secret)
        .put(open)
        .array();
  }

  /**
   * Reads what {@link #toBytes} wrote.
   *
   * @throws CorruptDataException if it is damaged, or key and credential do not belong together
   */
  public static NodeIdentity ofBytes(byte[] bytes) throws CorruptDataException {
    try {
      ByteBuffer in = ByteBuffer.wrap(bytes);
      int version = in.get() & 0xff;
      if (version != VERSION) {
        throw new CorruptDataException("a node identity of version " + version);
      }
      byte[] secret = new byte[Math.min(in.getShort() & 0xffff, bytes.length)];
      in.get(secret);
      byte[] open = new byte[in.remaining()];
      in.get(open);
      var identity = new NodeIdentity(NodeKeys.privateKey(secret), Credential.parse(open));
      identity.checkBelonging();
      return identity;
    } catch (BufferUnderflowException e) {
      throw new CorruptDataException("a node identity is cut off", e);
    }
  }

  private void checkBelonging() throws CorruptDataException {
    byte[] probe = {'p', 'r', 'o', 'b', 'e'};
    if (!credential.hasSigned(probe, sign(probe))) {
      throw new CorruptDataException("the node's key is not the one in its credential");
    }
  }

  /** Whom this node speaks for. */
  public OwnerId owner() {
    return credential.owner();
  }

  public Credential credential() {
    return credential;
  }

  /** The time from which on nobody accepts this node any more, but for clock slack. */
  public Instant expires() {
    return credential.expires();
  }

  PrivateKey privateKey() {
    return key;
  }

  PublicKey publicKey() {
    try {
      return NodeKeys.publicKey(credential.nodeKey());
    } catch (CorruptDataException e) {
      throw new IllegalStateException("a credential's key was checked", e);
    }
  }

  byte[] sign(byte[] message) {
    return NodeKeys.sign(key, message);
  }

  @Override
  public String toString() {
    return "node of " + credential;
  }
}
