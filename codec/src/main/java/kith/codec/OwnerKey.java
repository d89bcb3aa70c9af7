package kith.codec;

import java.time.Instant;
import java.util.function.UnaryOperator;
import org.bouncycastle.crypto.params.Ed25519PrivateKeyParameters;
import org.bouncycastle.crypto.params.Ed25519PublicKeyParameters;
import org.bouncycastle.crypto.signers.Ed25519Signer;

/**
 * The key that speaks for the owner: Ed25519 (RFC 8032). Signs credentials, farewells, rekeys and
 * overrides; never on a running node. Safe for any number of threads.
 */
public final class OwnerKey {
  /** Length of a public key in bytes. */
  public static final int PUBLIC_KEY_SIZE = 32;

  /** Length of a signature in bytes. */
  public static final int SIGNATURE_SIZE = 64;

  private final Ed25519PrivateKeyParameters key;
  private final byte[] publicKey;
  private final OwnerLineage lineage;

  private OwnerKey(Ed25519PrivateKeyParameters key, OwnerLineage lineage) {
    this.key = key;
    this.publicKey = key.generatePublicKey().getEncoded();
    this.lineage = lineage;
  }

  /** The owner key that follows from the first root secret of an owner. */
  public static OwnerKey derive(RootSecret root) {
    return of(root, OwnerLineage.NONE);
  }

  /**
   * The owner key that follows from a root secret.
   *
   * @param lineage how it came to be that of its owner
   * @throws CorruptDataException if it did not
   */
  public static OwnerKey derive(RootSecret root, OwnerLineage lineage) throws CorruptDataException {
    OwnerKey key = of(root, lineage);
    lineage.check(key.id(), key.publicKey);
    return key;
  }

  private static OwnerKey of(RootSecret root, OwnerLineage lineage) {
    byte[] seed = root.derive("owner key 1", 32);
    return new OwnerKey(new Ed25519PrivateKeyParameters(seed, 0), lineage);
  }

  /**
   * The key that takes the place of this one.
   *
   * @param root that it follows from
   * @param node signs with the key of the owner's node
   */
  public OwnerKey rekey(RootSecret root, Instant time, UnaryOperator<byte[]> node) {
    byte[] next = of(root, OwnerLineage.NONE).publicKey;
    return of(root, lineage.then(this, next, time, node));
  }

  /** Whom it speaks for: SHA-256 of the owner's first public key. */
  public OwnerId id() {
    return lineage.owner(publicKey);
  }

  /** The keys before it. */
  public OwnerLineage lineage() {
    return lineage;
  }

  /** A copy of the {@value #PUBLIC_KEY_SIZE} bytes. */
  public byte[] publicKey() {
    return publicKey.clone();
  }

  /**
   * @param message already prefixed by record kind and version
   * @return {@value #SIGNATURE_SIZE} bytes
   */
  public byte[] sign(byte[] message) {
    Ed25519Signer signer = new Ed25519Signer();
    signer.init(true, key);
    signer.update(message, 0, message.length);
    return signer.generateSignature();
  }

  /** Whether the signature is the key's over the message; false for bytes that are no key. */
  public static boolean verify(byte[] publicKey, byte[] message, byte[] signature) {
    if (publicKey.length != PUBLIC_KEY_SIZE || signature.length != SIGNATURE_SIZE) {
      return false;
    }
    try {
      Ed25519Signer verifier = new Ed25519Signer();
      verifier.init(false, new Ed25519PublicKeyParameters(publicKey, 0));
      verifier.update(message, 0, message.length);
      return verifier.verifySignature(signature);
    } catch (IllegalArgumentException e) {
      return false; // not a point of the curve
    }
  }
}
