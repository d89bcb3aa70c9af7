package kith.codec;

/** Guesses from a sample how well bytes compress. */
final class Entropy {
  private static final int SAMPLE = 2048;

  /** Below this many bits per byte, text and code; media and archives are near 8. */
  private static final double COMPRESSIBLE = 6.5;

  private Entropy() {}

  /** Whether the byte values of a sample spread over the chunk are far from evenly distributed. */
  static boolean looksCompressible(Span raw) {
    int step = Math.max(1, raw.length() / SAMPLE);
    int[] counts = new int[256];
    int taken = 0;
    for (int i = 0; i < raw.length(); i += step) {
      counts[raw.array()[raw.offset() + i] & 0xff]++;
      taken++;
    }
    double bits = 0;
    for (int count : counts) {
      if (count > 0) {
        bits += count * Math.log((double) taken / count);
      }
    }
    return bits / taken / Math.log(2) < COMPRESSIBLE;
  }
}
