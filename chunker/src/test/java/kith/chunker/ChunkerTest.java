package kith.chunker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;

final class ChunkerTest {
  private static final ChunkerParameters SMALL = new ChunkerParameters(256, 1024, 4096);
  private static final GearTable GEAR = GearTable.keyed(new byte[32]);

  @Test
  void cutsDoNotDependOnHowTheBytesArrive() {
    for (long seed = 1; seed <= 60; seed++) {
      RandomGenerator random = seeded(seed);
      byte[] content = content(random, 1 + random.nextInt(60_000));
      List<Integer> whole = lengths(content, content.length, random);
      assertEquals(whole, lengths(content, 1, random), "byte by byte, seed " + seed);
      assertEquals(whole, lengths(content, -700, random), "random pieces, seed " + seed);
    }
  }

  @Test
  void equalsTheDefinitionThatTakesOneByteAtATime() {
    for (long seed = 1; seed <= 20; seed++) {
      RandomGenerator random = seeded(seed);
      byte[] content = content(random, 100_000);
      assertEquals(
          PlainChunker.lengths(content, SMALL, GEAR),
          lengths(content, content.length, random),
          "seed " + seed);
    }
  }

  @Test
  void lengthsStayWithinTheirBounds() {
    RandomGenerator random = seeded(5);
    List<Integer> lengths = lengths(content(random, 2_000_000), 8192, random);
    for (int length : lengths.subList(0, lengths.size() - 1)) {
      assertTrue(length >= SMALL.min() && length <= SMALL.max(), "a chunk of " + length);
    }
  }

  @Test
  void theMeanOfTheDefaultsIsNearTheAverage() {
    RandomGenerator random = seeded(6);
    byte[] content = new byte[32 << 20];
    random.nextBytes(content);
    Chunker chunker = new Chunker(ChunkerParameters.DEFAULT, GEAR);
    double mean = content.length / (double) cut(chunker, content, content.length, random).size();
    assertEquals(128 * 1024, mean, 13 * 1024);
  }

  @Test
  void bytesWithoutVarietyGiveTheLongestChunks() {
    List<Integer> lengths = lengths(new byte[3 * SMALL.max() + 7], 1000, seeded(1));
    assertEquals(List.of(SMALL.max(), SMALL.max(), SMALL.max(), 7), lengths);
  }

  @Test
  void anInsertionChangesFewChunks() {
    RandomGenerator random = seeded(9);
    byte[] before = new byte[400_000];
    random.nextBytes(before);
    byte[] after = new byte[before.length + 3];
    System.arraycopy(before, 0, after, 3, before.length);
    var old = new HashSet<>(pieces(before));
    List<String> now = pieces(after);
    long fresh = now.stream().filter(piece -> !old.contains(piece)).count();
    assertTrue(fresh <= 4, fresh + " of " + now.size() + " chunks are new");
  }

  @Test
  void anotherKeyCutsElsewhere() {
    byte[] content = content(seeded(3), 100_000);
    byte[] key = new byte[32];
    key[31] = 1;
    Chunker other = new Chunker(SMALL, GearTable.keyed(key));
    List<Integer> lengths = cut(other, content, content.length, seeded(1));
    assertTrue(!lengths.equals(lengths(content, content.length, seeded(1))));
  }

  @Test
  void pendingTellsWhatTheLastChunkHas() {
    Chunker chunker = new Chunker(SMALL, GEAR);
    assertEquals(-1, chunker.next(new byte[100], 0, 100));
    assertEquals(-1, chunker.next(new byte[100], 10, 50));
    assertEquals(150, chunker.pending());
    chunker.reset();
    assertEquals(0, chunker.pending());
  }

  /** Other words would cut every drive elsewhere: docs/formats/codec.md. */
  @Test
  void theTableOfAKeyIsTheSameForEver() {
    long[] words = GEAR.shifted(0);
    assertEquals("6819600bda2c7203", Long.toHexString(words[0]));
    assertEquals("54bffb7d096e3bb4", Long.toHexString(words[255]));
    byte[] content = new byte[20_000];
    seeded(7).nextBytes(content);
    assertEquals(
        List.of(
            1009, 938, 924, 912, 1486, 1518, 1027, 934, 1059, 1086, 904, 1087, 924, 1160, 1145,
            1377, 310, 1026, 824, 350),
        lengths(content, content.length, seeded(1)));
  }

  @Test
  void refusesParametersThatMakeNoSense() {
    assertRefused(255, 1024, 4096);
    assertRefused(1024, 1024, 4096);
    assertRefused(256, 4096, 4096);
    assertRefused(256, 1000, 4096);
    assertRefused(256, 1024, (1 << 20) + 1);
    assertThrows(IllegalArgumentException.class, () -> GearTable.keyed(new byte[31]));
  }

  private static void assertRefused(int min, int average, int max) {
    assertThrows(IllegalArgumentException.class, () -> new ChunkerParameters(min, average, max));
  }

  private static List<String> pieces(byte[] content) {
    List<String> pieces = new ArrayList<>();
    int at = 0;
    for (int length : lengths(content, content.length, seeded(1))) {
      pieces.add(new String(content, at, length, java.nio.charset.StandardCharsets.ISO_8859_1));
      at += length;
    }
    return pieces;
  }

  private static List<Integer> lengths(byte[] content, int step, RandomGenerator random) {
    return cut(new Chunker(SMALL, GEAR), content, step, random);
  }

  /**
   * @param step bytes per call; negative means random up to that many
   */
  private static List<Integer> cut(
      Chunker chunker, byte[] content, int step, RandomGenerator random) {
    List<Integer> lengths = new ArrayList<>();
    int at = 0;
    while (at < content.length) {
      int size = Math.min(content.length - at, step < 0 ? 1 + random.nextInt(-step) : step);
      int end = at + size;
      while (at < end) {
        int before = chunker.pending();
        int taken = chunker.next(content, at, end - at);
        if (taken < 0) {
          break;
        }
        lengths.add(before + taken);
        at += taken;
      }
      at = end;
    }
    if (chunker.pending() > 0) {
      lengths.add(chunker.pending());
    }
    return lengths;
  }

  /** Random bytes with stretches that repeat, so that both masks and the maximum are met. */
  private static byte[] content(RandomGenerator random, int length) {
    byte[] content = new byte[length];
    random.nextBytes(content);
    for (int i = 0; i < length / 20_000; i++) {
      int from = random.nextInt(length);
      java.util.Arrays.fill(content, from, Math.min(length, from + 6000), (byte) i);
    }
    return content;
  }

  private static RandomGenerator seeded(long seed) {
    return RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
  }
}
