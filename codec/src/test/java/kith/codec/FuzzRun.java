package kith.codec;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;

/**
 * Mutates a target's seeds for a moment, by a seed that stands in the code: the same inputs each
 * time, as many as there is time for. A failure prints its input, which belongs into the target's
 * file.
 */
public final class FuzzRun {
  /** Of each target. */
  private static final long MILLIS = Long.getLong("kith.fuzz.millis", 100);

  private static final int MOST = 20_000;
  private static final int MAX_LENGTH = 1 << 16;
  private static final int[] NUMBERS = {
    0,
    1,
    -1,
    0x7f,
    0x80,
    0xff,
    0x7fff,
    0xffff,
    0x10000,
    1 << 20,
    Integer.MAX_VALUE,
    Integer.MIN_VALUE
  };

  private final FuzzTarget target;
  private final List<byte[]> pool;
  private final RandomGenerator random;

  private FuzzRun(FuzzTarget target) {
    this.target = target;
    this.pool = new ArrayList<>(target.seeds());
    this.random = Seeded.random(target.name().hashCode());
  }

  /** A test of each target. */
  public static Stream<DynamicTest> tests(List<FuzzTarget> targets) {
    return targets.stream()
        .map(target -> dynamicTest(target.name(), () -> new FuzzRun(target).run()));
  }

  private void run() {
    for (byte[] seed : target.seeds()) {
      assertTrue(target.accepts(seed), () -> target.name() + " refuses its own example");
    }
    pool.addAll(target.corpus());
    pool.forEach(target::accepts);
    long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(MILLIS);
    for (int i = 0; i < MOST && System.nanoTime() < end; i++) {
      target.accepts(mutated());
    }
  }

  private byte[] any() {
    return pool.get(random.nextInt(pool.size()));
  }

  private byte[] mutated() {
    byte[] bytes = any().clone();
    for (int steps = 1 + random.nextInt(4); steps > 0; steps--) {
      bytes = step(bytes);
    }
    return bytes.length > MAX_LENGTH ? Arrays.copyOf(bytes, MAX_LENGTH) : bytes;
  }

  private byte[] step(byte[] bytes) {
    if (bytes.length == 0) {
      return Seeded.bytes(random, 1 + random.nextInt(16));
    }
    int at = random.nextInt(bytes.length);
    int length = 1 + random.nextInt(Math.min(bytes.length - at, 40));
    switch (random.nextInt(7)) {
      case 0 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
      case 1 -> bytes[at] = (byte) random.nextInt();
      case 2 -> number(bytes, at);
      case 3 -> {
        return Arrays.copyOf(bytes, at);
      }
      case 4 -> {
        return spliced(bytes, at, new byte[0], at + length);
      }
      case 5 -> {
        return spliced(bytes, at, Arrays.copyOfRange(bytes, at, at + length), at);
      }
      default -> {
        byte[] other = any();
        int from = random.nextInt(other.length + 1);
        return spliced(bytes, at, Arrays.copyOfRange(other, from, other.length), bytes.length);
      }
    }
    return bytes;
  }

  /** A length, or a count, or a time that somebody might trust. */
  private void number(byte[] bytes, int at) {
    int value = NUMBERS[random.nextInt(NUMBERS.length)];
    int size = 1 << random.nextInt(4);
    byte[] number = ByteBuffer.allocate(8).putLong(value).array();
    int length = Math.min(size, bytes.length - at);
    System.arraycopy(number, 8 - size, bytes, at, length);
  }

  /** What stands before {@code at}, then the middle, then what stands from {@code rest} on. */
  private static byte[] spliced(byte[] bytes, int at, byte[] middle, int rest) {
    return ByteBuffer.allocate(at + middle.length + bytes.length - rest)
        .put(bytes, 0, at)
        .put(middle)
        .put(bytes, rest, bytes.length - rest)
        .array();
  }
}
