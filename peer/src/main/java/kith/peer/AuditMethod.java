package kith.peer;

import kith.codec.CorruptDataException;
import kith.codec.ShardLayout;

/** How a holder proves that it has a block. The number is sent and signed. */
public enum AuditMethod {
  /** The sealed block itself, whose seal the owner opens. */
  BLOCK(1, 0, ShardLayout.SEALED_BLOCK),
  /** HMAC-SHA256 of the sealed block under a fresh key; the owner has the pack and compares. */
  HMAC(2, 32, 32),
  /** {@code r^D mod N}, D being the sealed block as a number; the owner has D mod phi(N). */
  POWER(3, 2 * PowerProof.SIZE, PowerProof.SIZE);

  private final int tag;
  private final int challenge;
  private final int proof;

  AuditMethod(int tag, int challenge, int proof) {
    this.tag = tag;
    this.challenge = challenge;
    this.proof = proof;
  }

  /** The byte on the wire and on disk. */
  int tag() {
    return tag;
  }

  /** Bytes that the owner sends with the question. */
  int challenge() {
    return challenge;
  }

  /** Bytes of the proof of one block; of {@link #BLOCK} at most. */
  int proof() {
    return proof;
  }

  static AuditMethod of(int tag) throws CorruptDataException {
    for (AuditMethod method : values()) {
      if (method.tag == tag) {
        return method;
      }
    }
    throw new CorruptDataException("audit method " + tag + " is unknown");
  }
}
