package kith.peer;

import java.util.random.RandomGenerator;
import kith.codec.FixedBytes;
import kith.peer.conduct.AuditDraw;

/** One side's part of the number that decides what an audit is about: 256 random bits. */
public final class AuditNonce extends FixedBytes {
  /** Length in bytes. */
  public static final int SIZE = AuditDraw.SIZE;

  public AuditNonce(byte[] bytes) {
    super(bytes, SIZE);
  }

  /** A new one. */
  static AuditNonce random(RandomGenerator random) {
    byte[] bytes = new byte[SIZE];
    random.nextBytes(bytes);
    return new AuditNonce(bytes);
  }
}
