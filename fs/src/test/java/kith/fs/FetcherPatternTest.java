package kith.fs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import kith.codec.PackId;
import org.junit.jupiter.api.Test;

/** What counts as reading from front to back. */
final class FetcherPatternTest {
  private static final PackId PACK = new PackId(new byte[PackId.SIZE]);
  private static final int CHUNK = 100_000;

  private final FetcherPattern pattern = new FetcherPattern();

  @Test
  void readersOfTwoPartsOfAPackAreBothSequential() {
    for (int i = 0; i < 20; i++) {
      assertEquals(i, pattern.read(PACK, i * CHUNK, CHUNK));
      assertEquals(i, pattern.read(PACK, 8_000_000 + i * CHUNK, CHUNK));
    }
  }

  @Test
  void readsThatOvertakeEachOtherAreOneReader() {
    int[] order = {0, 2, 1, 3, 6, 4, 5, 7};
    for (int i = 0; i < order.length; i++) {
      assertEquals(i, pattern.read(PACK, order[i] * CHUNK, CHUNK));
    }
  }

  @Test
  void mostScatteredReadsAreNot() {
    var random = new Random(3);
    int sequential = 0;
    for (int i = 0; i < 1000; i++) {
      sequential += pattern.read(PACK, random.nextInt(16_000_000), 4096) > 0 ? 1 : 0;
    }
    assertTrue(sequential < 250, sequential + " of 1000 scattered reads count as sequential");
  }

  @Test
  void anotherPackIsAnotherReader() {
    byte[] other = new byte[PackId.SIZE];
    other[0] = 1;
    assertEquals(0, pattern.read(PACK, 0, CHUNK));
    assertEquals(0, pattern.read(new PackId(other), CHUNK, CHUNK));
    assertEquals(1, pattern.read(PACK, CHUNK, CHUNK));
  }
}
