package kith.peer;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import kith.codec.Digest;

/** SHA-256 of bytes in memory. */
final class Hash {
  private Hash() {}

  static Digest of(byte[] bytes) {
    return new Digest(sha256().digest(bytes));
  }

  /** For what comes in pieces. */
  static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
