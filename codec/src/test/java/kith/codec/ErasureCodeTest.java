package kith.codec;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class ErasureCodeTest {
  @Test
  void everyMOfNShardsGiveThePackAndAllOtherShards() throws KithException {
    for (int n = 1; n <= 8; n++) {
      for (int m = 1; m <= n; m++) {
        ErasureCode code = ErasureCode.of(CodeParameters.of(m, n - m));
        byte[] pack = Seeded.bytes(Seeded.random(n), 97 + n);
        byte[][] shards = code.encode(pack);
        for (int subset = 0; subset < 1 << n; subset++) {
          if (Integer.bitCount(subset) == m) {
            assertDecodes(code, pack, shards, subset);
          }
        }
      }
    }
  }

  private static void assertDecodes(ErasureCode code, byte[] pack, byte[][] shards, int subset)
      throws KithException {
    byte[][] some = new byte[shards.length][];
    for (int i = 0; i < shards.length; i++) {
      some[i] = (subset >> i & 1) == 1 ? shards[i] : null;
    }
    String what = code.parameters() + " from " + Integer.toBinaryString(subset);
    assertArrayEquals(pack, code.decode(some, pack.length), what);
    code.reconstruct(some, IntStream.range(0, shards.length).toArray());
    assertArrayEquals(shards, some, what);
  }

  @Test
  void randomSubsetsOfLargeCodesDecode() throws KithException {
    int[][] codes = {{10, 4}, {20, 20}, {1, 254}, {128, 127}, {254, 1}, {200, 55}};
    for (long seed = 1; seed <= 12; seed++) {
      RandomGenerator random = Seeded.random(seed);
      int[] chosen = codes[(int) (seed % codes.length)];
      ErasureCode code = ErasureCode.of(CodeParameters.of(chosen[0], chosen[1]));
      byte[] pack = Seeded.bytes(random, 1 + random.nextInt(60_000));
      byte[][] shards = code.encode(pack);
      byte[][] some = lose(shards, code.parameters().k(), random);
      String what = code.parameters() + ", seed " + seed;
      assertArrayEquals(pack, code.decode(some, pack.length), what);
    }
  }

  @Test
  void everyKernelGivesTheSameBytes() {
    List<GaloisKernel> kernels = new ArrayList<>(List.of(new PlainKernel(), new TableKernel()));
    IsalKernel.load().ifPresent(kernels::add);
    for (long seed = 1; seed <= 40; seed++) {
      RandomGenerator random = Seeded.random(seed);
      int rows = 1 + random.nextInt(12);
      int[][] matrix = new int[rows][1 + random.nextInt(20)];
      for (int[] row : matrix) {
        Arrays.setAll(row, i -> random.nextInt(256));
      }
      int length = 1 + random.nextInt(9000);
      Span[] in = new Span[matrix[0].length];
      Arrays.setAll(in, i -> new Span(Seeded.bytes(random, length + i), i, length));
      byte[][] expected = null;
      for (GaloisKernel kernel : kernels) {
        byte[][] out = new byte[rows][length];
        kernel.multiply(matrix, in, out);
        expected = expected == null ? out : expected;
        assertArrayEquals(expected, out, kernel.name() + ", seed " + seed);
      }
    }
  }

  /** One product at a time. */
  private static final class PlainKernel implements GaloisKernel {
    @Override
    public void multiply(int[][] matrix, Span[] in, byte[][] out) {
      for (int r = 0; r < out.length; r++) {
        for (int i = 0; i < out[r].length; i++) {
          for (int j = 0; j < in.length; j++) {
            int value = in[j].array()[in[j].offset() + i] & 0xff;
            out[r][i] ^= (byte) Galois.multiply(matrix[r][j], value);
          }
        }
      }
    }

    @Override
    public String name() {
      return "plain";
    }
  }

  @Test
  void dataShardsAreThePackItself() {
    byte[] pack = Seeded.bytes(Seeded.random(1), 1001);
    byte[][] shards = ErasureCode.of(CodeParameters.of(4, 2)).encode(pack);
    for (int i = 0; i < 4; i++) {
      byte[] expected =
          Arrays.copyOf(Arrays.copyOfRange(pack, i * 251, Math.min(1001, (i + 1) * 251)), 251);
      assertArrayEquals(expected, shards[i]);
    }
  }

  @Test
  void theFirstParityIsTheExclusiveOr() {
    byte[] pack = Seeded.bytes(Seeded.random(2), 600);
    byte[][] shards = ErasureCode.of(CodeParameters.of(3, 4)).encode(pack);
    for (int i = 0; i < 200; i++) {
      assertEquals(shards[3][i], (byte) (shards[0][i] ^ shards[1][i] ^ shards[2][i]));
    }
  }

  @Test
  void aRangeOfEveryShardIsReconstructedLikeTheWhole() throws KithException {
    ErasureCode code = ErasureCode.of(CodeParameters.of(6, 3));
    RandomGenerator random = Seeded.random(3);
    byte[][] shards = code.encode(Seeded.bytes(random, 300_000));
    byte[][] ranges = new byte[9][];
    Arrays.setAll(ranges, i -> Arrays.copyOfRange(shards[i], 1000, 7000));
    byte[] expected = ranges[2];
    byte[][] some = lose(ranges, 2, random);
    some[2] = null;
    code.reconstruct(some, 2);
    assertArrayEquals(expected, some[2]);
  }

  @Test
  void fewerThanMShardsAreNotEnough() {
    ErasureCode code = ErasureCode.of(CodeParameters.of(3, 2));
    byte[][] shards = code.encode(new byte[10]);
    shards[0] = shards[3] = shards[4] = null;
    assertThrows(NotEnoughShardsException.class, () -> code.reconstruct(shards, 0));
  }

  private static byte[][] lose(byte[][] shards, int count, RandomGenerator random) {
    List<Integer> all = new ArrayList<>(IntStream.range(0, shards.length).boxed().toList());
    for (int i = all.size() - 1; i > 0; i--) {
      Collections.swap(all, i, random.nextInt(i + 1));
    }
    byte[][] some = shards.clone();
    all.subList(0, count).forEach(i -> some[i] = null);
    return some;
  }
}
