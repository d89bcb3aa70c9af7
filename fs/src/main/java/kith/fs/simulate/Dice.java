package kith.fs.simulate;

/**
 * The world's chance: xoshiro256** (Blackman and Vigna 2018), seeded by SplitMix64, so that a seed
 * gives the same run on every Java. For one thread.
 */
final class Dice {
  private static final int FEW = 32;

  private long s0;
  private long s1;
  private long s2;
  private long s3;

  Dice(long seed) {
    s0 = mix(seed + 0x9e3779b97f4a7c15L);
    s1 = mix(s0 + 0x9e3779b97f4a7c15L);
    s2 = mix(s1 + 0x9e3779b97f4a7c15L);
    s3 = mix(s2 + 0x9e3779b97f4a7c15L);
  }

  private static long mix(long value) {
    long z = (value ^ (value >>> 30)) * 0xbf58476d1ce4e5b9L;
    z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
    return z ^ (z >>> 31);
  }

  long next() {
    long result = Long.rotateLeft(s1 * 5, 7) * 9;
    long t = s1 << 17;
    s2 ^= s0;
    s3 ^= s1;
    s1 ^= s2;
    s0 ^= s3;
    s2 ^= t;
    s3 = Long.rotateLeft(s3, 45);
    return result;
  }

  /** From 0 to 1, without both. */
  double uniform() {
    return ((next() >>> 12) + 0.5) * 0x1.0p-52;
  }

  /** From 0 to bound - 1. */
  int below(int bound) {
    return (int) (uniform() * bound);
  }

  boolean chance(double probability) {
    return probability > 0 && uniform() < probability;
  }

  double exponential(double mean) {
    return -Math.log(uniform()) * mean;
  }

  /**
   * A life whose end becomes less likely with age if the shape is less than 1.
   *
   * @param scale the mean, if the shape is 1
   */
  double weibull(double shape, double scale) {
    return scale * Math.pow(-Math.log(uniform()), 1 / shape);
  }

  double gaussian() {
    return Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform());
  }

  double lognormal(double median, double sigma) {
    return median * Math.exp(sigma * gaussian());
  }

  /** How many of so many succeed: exact for few, else by the normal distribution. */
  int binomial(int tries, double probability) {
    if (tries <= 0 || probability <= 0) {
      return 0;
    }
    if (probability >= 1) {
      return tries;
    }
    if (tries <= FEW) {
      return inverse(tries, probability);
    }
    double mean = tries * probability;
    double drawn = mean + gaussian() * Math.sqrt(mean * (1 - probability));
    return Math.max(0, Math.min(tries, (int) Math.round(drawn)));
  }

  /** By inversion: one draw for all. */
  private int inverse(int tries, double probability) {
    boolean mirrored = probability > 0.5;
    double p = mirrored ? 1 - probability : probability;
    double odds = p / (1 - p);
    double term = Math.pow(1 - p, tries);
    double left = uniform() - term;
    int count = 0;
    while (left > 0 && count < tries) {
      term *= odds * (tries - count) / (count + 1);
      count++;
      left -= term;
    }
    return mirrored ? tries - count : count;
  }
}
