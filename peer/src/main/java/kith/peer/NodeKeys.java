package kith.peer;

import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.HexFormat;
import kith.codec.CorruptDataException;

/** P-256 keys of nodes: made, signed with (ECDSA, SHA-256, r|s) and verified. No state. */
final class NodeKeys {
  /** An uncompressed point: 4 | x | y. */
  static final int PUBLIC_KEY_SIZE = 65;

  /** r | s. */
  static final int SIGNATURE_SIZE = 64;

  /** SubjectPublicKeyInfo of a P-256 key up to the point (RFC 5480). */
  private static final byte[] PREFIX =
      HexFormat.of().parseHex("3059301306072a8648ce3d020106082a8648ce3d030107034200");

  private static final String ALGORITHM = "SHA256withECDSAinP1363Format";

  private NodeKeys() {}

  static KeyPair generate(SecureRandom random) {
    try {
      var generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec("secp256r1"), random);
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java has P-256", e);
    }
  }

  /** The {@value #PUBLIC_KEY_SIZE} bytes of the point; null if it is no P-256 key. */
  static byte[] pointOf(PublicKey key) {
    byte[] info = key.getEncoded();
    if (info == null
        || info.length != PREFIX.length + PUBLIC_KEY_SIZE
        || !Arrays.equals(info, 0, PREFIX.length, PREFIX, 0, PREFIX.length)) {
      return null;
    }
    return Arrays.copyOfRange(info, PREFIX.length, info.length);
  }

  static PublicKey publicKey(byte[] point) throws CorruptDataException {
    byte[] info = Arrays.copyOf(PREFIX, PREFIX.length + point.length);
    System.arraycopy(point, 0, info, PREFIX.length, point.length);
    try {
      return KeyFactory.getInstance("EC").generatePublic(new X509EncodedKeySpec(info));
    } catch (GeneralSecurityException e) {
      throw new CorruptDataException("not a P-256 key: " + e.getMessage());
    }
  }

  static PrivateKey privateKey(byte[] pkcs8) throws CorruptDataException {
    try {
      return KeyFactory.getInstance("EC").generatePrivate(new PKCS8EncodedKeySpec(pkcs8));
    } catch (GeneralSecurityException e) {
      throw new CorruptDataException("not a private key: " + e.getMessage());
    }
  }

  static byte[] sign(PrivateKey key, byte[] message) {
    try {
      Signature signer = Signature.getInstance(ALGORITHM);
      signer.initSign(key);
      signer.update(message);
      return signer.sign();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("signing failed", e);
    }
  }

  /** Whether the signature is the key's over the message; false for bytes that are no key. */
  static boolean verify(byte[] point, byte[] message, byte[] signature) {
    try {
      Signature verifier = Signature.getInstance(ALGORITHM);
      verifier.initVerify(publicKey(point));
      verifier.update(message);
      return verifier.verify(signature);
    } catch (GeneralSecurityException | CorruptDataException e) {
      return false;
    }
  }
}
