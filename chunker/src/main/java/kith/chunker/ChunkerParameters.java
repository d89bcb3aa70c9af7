package kith.chunker;

/**
 * How long chunks may be. Fixed for the life of a drive: other parameters cut elsewhere, and
 * nothing that is stored would be found again.
 *
 * @param min bytes of the shortest chunk, except the last of a file; at least 256
 * @param average bytes that the mean is near to; a power of two
 * @param max bytes of the longest chunk; at most 1 MiB
 */
public record ChunkerParameters(int min, int average, int max) {
  /** 32, 128 and 512 KiB. */
  public static final ChunkerParameters DEFAULT =
      new ChunkerParameters(32 * 1024, 128 * 1024, 512 * 1024);

  private static final int LOWEST = 256;
  private static final int HIGHEST = 1 << 20;

  public ChunkerParameters {
    if (min < LOWEST || max > HIGHEST) {
      throw new IllegalArgumentException(
          "chunks of " + min + " to " + max + " bytes: the limits are 256 and 1048576");
    }
    if (min >= average || average >= max) {
      throw new IllegalArgumentException(
          "chunk lengths must rise: min " + min + ", average " + average + ", max " + max);
    }
    if (Integer.bitCount(average) != 1) {
      throw new IllegalArgumentException("average chunk of " + average + " bytes: no power of two");
    }
  }
}
