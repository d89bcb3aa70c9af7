package kith.codec;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.security.SecureRandom;
import java.util.Arrays;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class ChunkCodecTest {
  private final ChunkCodec codec = new ChunkCodec(new byte[32], new SecureRandom());

  @Test
  void chunksOfAnyLengthAndContentComeBack() throws KithException {
    for (long seed = 1; seed <= 60; seed++) {
      RandomGenerator random = Seeded.random(seed);
      byte[] content = Seeded.bytes(random, random.nextInt(200_000));
      Arrays.fill(content, 0, random.nextInt(content.length + 1), (byte) 3);
      int from = random.nextInt(content.length + 1);
      int length = random.nextInt(content.length - from + 1);
      ChunkKey key = codec.keyOf(content, from, length);
      byte[] stored = codec.seal(key, content, from, length);
      assertTrue(stored.length <= length + ChunkCodec.MAX_OVERHEAD, "seed " + seed);
      byte[] expected = Arrays.copyOfRange(content, from, from + length);
      assertArrayEquals(expected, codec.open(key, stored), "seed " + seed);
    }
  }

  @Test
  void theLongestChunkFitsAndALongerOneDoesNot() throws KithException {
    byte[] content = Seeded.bytes(Seeded.random(1), ChunkCodec.MAX_RAW + 1);
    ChunkKey key = codec.keyOf(content, 0, ChunkCodec.MAX_RAW);
    byte[] stored = codec.seal(key, content, 0, ChunkCodec.MAX_RAW);
    assertEquals(ChunkCodec.MAX_RAW, codec.open(key, stored).length);
    assertThrows(IllegalArgumentException.class, () -> codec.seal(key, content, 0, content.length));
    byte[] longer = Arrays.copyOf(stored, stored.length + 1);
    assertThrows(CorruptDataException.class, () -> codec.open(key, longer));
  }

  @Test
  void whatDoesNotCompressIsStoredRaw() {
    byte[] noise = Seeded.bytes(Seeded.random(2), 10_000);
    ChunkKey key = codec.keyOf(noise, 0, noise.length);
    assertEquals(
        noise.length + ChunkCodec.MAX_OVERHEAD, codec.seal(key, noise, 0, noise.length).length);
    byte[] zeros = new byte[10_000];
    assertTrue(codec.seal(codec.keyOf(zeros, 0, 10_000), zeros, 0, 10_000).length < 100);
  }

  @Test
  void theSameChunkNeverGivesTheSameRecord() {
    byte[] raw = new byte[100];
    ChunkKey key = codec.keyOf(raw, 0, raw.length);
    byte[] once = codec.seal(key, raw, 0, raw.length);
    assertFalse(Arrays.equals(once, codec.seal(key, raw, 0, raw.length)));
  }

  @Test
  void anotherConvergenceSecretNamesTheSameBytesOtherwise() {
    byte[] secret = new byte[32];
    secret[0] = 1;
    try (ChunkCodec other = new ChunkCodec(secret, new SecureRandom())) {
      assertFalse(codec.keyOf(secret, 0, 32).equals(other.keyOf(secret, 0, 32)));
    }
  }

  @Test
  void manyThreadsUseOneCodec() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try {
      Callable<Void> work =
          () -> {
            chunksOfAnyLengthAndContentComeBack();
            return null;
          };
      for (Future<Void> done :
          threads.invokeAll(IntStream.range(0, 8).mapToObj(i -> work).toList())) {
        done.get();
      }
    } finally {
      threads.shutdown();
    }
  }

  @Test
  void theWarmUpEnds() {
    CodecWarmUp.run();
    assertTrue(Entropy.looksCompressible(Span.of(new byte[10])));
  }
}
