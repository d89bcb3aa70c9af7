package kith.peer;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import kith.codec.Digest;

/** SHA-256 of bytes in memory. */
final class Hash {
  private Hash() {}

  static Digest of(byte[] bytes) {
    try {
      return new Digest(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
