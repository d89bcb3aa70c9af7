package kith.codec;

import java.security.SecureRandom;

/**
 * Runs the ciphers until Java has compiled them, because they are fifty times slower before
 * (docs/performance.md). To be called once at the start of a node, on a thread of its own.
 */
public final class CodecWarmUp {
  private static final int ROUNDS = 60;
  private static final int LENGTH = 16 * 1024;

  private CodecWarmUp() {}

  /** Takes a tenth of a second or two. */
  public static void run() {
    byte[] plain = new byte[LENGTH];
    byte[] out = new byte[LENGTH + Gcm.TAG];
    Gcm gcm = new Gcm();
    try (ChunkCodec codec = new ChunkCodec(new byte[32], new SecureRandom())) {
      for (int i = 0; i < ROUNDS; i++) {
        byte[] nonce = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, (byte) i};
        var key = Gcm.key(new byte[Gcm.KEY]);
        gcm.encrypt(key, nonce, nonce).seal(Span.of(plain), out, 0);
        gcm.decrypt(key, nonce, nonce).open(Span.of(out), plain, 0);
        ChunkKey chunk = codec.keyOf(plain, 0, LENGTH);
        codec.open(chunk, codec.seal(chunk, plain, 0, LENGTH));
      }
    } catch (javax.crypto.AEADBadTagException | CorruptDataException e) {
      throw new IllegalStateException("this machine does not decrypt what it encrypted", e);
    }
  }
}
