package kith.codec;

import java.nio.ByteBuffer;
import java.security.SecureRandom;
import javax.crypto.AEADBadTagException;

/**
 * Runs the ciphers until Java has compiled them, because they are fifty times slower before. To be
 * called once at the start of a node, on a thread of its own.
 */
public final class CodecWarmUp {
  /** Short messages: it is the number of calls that makes Java compile, not the bytes. */
  private static final int[] LENGTHS = {256, 1024, 4096 + 5};

  private static final int ROUNDS = 5000;
  private static final long MAX_NANOS = 180_000_000;

  private CodecWarmUp() {}

  /** Takes less than a fifth of a second. */
  public static void run() {
    long start = System.nanoTime();
    byte[] plain = new byte[LENGTHS[LENGTHS.length - 1]];
    byte[] sealed = new byte[plain.length + Gcm.TAG];
    Gcm gcm = new Gcm();
    var key = Gcm.key(new byte[Gcm.KEY]);
    try (ChunkCodec codec = new ChunkCodec(new byte[32], new SecureRandom())) {
      for (int i = 0; i < ROUNDS && System.nanoTime() - start < MAX_NANOS; i++) {
        byte[] nonce = ByteBuffer.allocate(Gcm.NONCE).putInt(i).array();
        int length = LENGTHS[i % LENGTHS.length];
        gcm.encrypt(key, nonce, nonce).seal(new Span(plain, 0, length), sealed, 0);
        Span box = new Span(sealed, 0, length + Gcm.TAG);
        gcm.decrypt(key, nonce, nonce).open(box, plain, 0);
        ChunkKey chunk = codec.keyOf(plain, 0, length);
        codec.open(chunk, codec.seal(chunk, plain, 0, length));
      }
    } catch (AEADBadTagException | CorruptDataException e) {
      throw new IllegalStateException("this machine does not decrypt what it encrypted", e);
    }
  }
}
