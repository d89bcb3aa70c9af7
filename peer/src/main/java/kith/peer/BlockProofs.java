package kith.peer;

import java.security.InvalidKeyException;
import java.security.NoSuchAlgorithmException;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import kith.codec.CorruptDataException;

/** The proofs that a holder makes of a sealed block. Pure. */
final class BlockProofs {
  private BlockProofs() {}

  /**
   * @param challenge as the method wants it
   * @throws CorruptDataException if the challenge makes no sense
   */
  static byte[] prove(AuditMethod method, byte[] challenge, byte[] block)
      throws CorruptDataException {
    return switch (method) {
      case BLOCK -> block;
      case HMAC -> hmac(challenge, block);
      case POWER -> PowerProof.prove(challenge, block);
    };
  }

  /**
   * HMAC-SHA256 with the challenge as key. The key is hashed before the block, so that no state of
   * a hash over the block alone is of any use.
   */
  static byte[] hmac(byte[] key, byte[] block) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(key, "HmacSHA256"));
      return mac.doFinal(block);
    } catch (NoSuchAlgorithmException | InvalidKeyException e) {
      throw new IllegalStateException("every Java has HMAC-SHA256", e);
    }
  }
}
