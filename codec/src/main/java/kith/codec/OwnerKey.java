package kith.codec;

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

  private OwnerKey(Ed25519PrivateKeyParameters key) {
    this.key = key;
    this.publicKey = key.generatePublicKey().getEncoded();
  }

  /** The owner key that follows from the root secret. */
  public static OwnerKey derive(RootSecret root) {
    byte[] seed = root.derive("owner key 1", 32);
    return new OwnerKey(new Ed25519PrivateKeyParameters(seed, 0));
  }

  /** SHA-256 of the public key. */
  public OwnerId id() {
    return OwnerId.ofPublicKey(publicKey);
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
