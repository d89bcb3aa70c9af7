package kith.codec;

import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/** Random input that a seed in a failure message gives again. */
final class Seeded {
  private Seeded() {}

  static RandomGenerator random(long seed) {
    return RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
  }

  static byte[] bytes(RandomGenerator random, int length) {
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    return bytes;
  }
}
