package kith.codec;

import java.nio.ByteBuffer;
import java.security.SecureRandom;
import javax.crypto.AEADBadTagException;

/**
 * Runs the ciphers until Java has compiled them, because they are fifty times slower before. To be
 * called once at the start of a node, on a thread of its own.
 */
public final class CodecWarmUp {
  /**
   * It is the number of calls that makes Java compile, not the bytes; but messages from 7680 bytes
   * on take another way through the cipher, and those are what is read.
   */
  private static final int[] LENGTHS = {256, 1024, 4096 + 5, 8192 + 5};

  private static final int BATCH = 50;
  private static final int SHORTEST = 2 * BATCH;
  private static final long MAX_NANOS = 1_000_000_000;

  /** A message of each length in less than this is what compiled ciphers take. */
  private static final long FAST_NANOS = 220_000;

  private final long start = System.nanoTime();
  private final byte[] plain = new byte[LENGTHS[LENGTHS.length - 1]];
  private final byte[] sealed = new byte[plain.length + Gcm.TAG];
  private final Gcm gcm = new Gcm();
  private final javax.crypto.spec.SecretKeySpec key = Gcm.key(new byte[Gcm.KEY]);
  private int rounds;

  private CodecWarmUp() {}

  /** Takes a second at most, and next to nothing where the ciphers are compiled already. */
  public static void run() {
    CodecWarmUp warmUp = new CodecWarmUp();
    try (ChunkCodec codec = new ChunkCodec(new byte[32], new SecureRandom())) {
      long nanos;
      do {
        nanos = warmUp.batch(codec);
      } while ((nanos > FAST_NANOS || warmUp.rounds < SHORTEST)
          && System.nanoTime() - warmUp.start < MAX_NANOS);
    } catch (AEADBadTagException | CorruptDataException e) {
      throw new IllegalStateException("this machine does not decrypt what it encrypted", e);
    }
  }

  /** Returns how long the fastest of some rounds took, in nanoseconds: others have to wait. */
  private long batch(ChunkCodec codec) throws AEADBadTagException, CorruptDataException {
    long fastest = Long.MAX_VALUE;
    for (int i = 0; i < BATCH; i++) {
      long begun = System.nanoTime();
      for (int length : LENGTHS) {
        message(codec, length);
      }
      rounds++;
      fastest = Math.min(fastest, System.nanoTime() - begun);
    }
    return fastest;
  }

  private void message(ChunkCodec codec, int length)
      throws AEADBadTagException, CorruptDataException {
    byte[] nonce = ByteBuffer.allocate(Gcm.NONCE).putInt(rounds).putInt(length).array();
    gcm.encrypt(key, nonce, nonce).seal(new Span(plain, 0, length), sealed, 0);
    gcm.decrypt(key, nonce, nonce).open(new Span(sealed, 0, length + Gcm.TAG), plain, 0);
    ChunkKey chunk = codec.keyOf(plain, 0, length);
    codec.open(chunk, codec.seal(chunk, plain, 0, length));
  }
}
