package kith.chunker;

/**
 * FastCDC (Xia and others, USENIX ATC 2016; the two bytes per step are of IEEE TPDS 2020) with
 * normalisation level 2: a gear hash over the last 64 bytes is compared with a mask that is two
 * bits harder than the average below a switch point and two bits easier above it. A cut depends on
 * the bytes of its chunk alone, never on how they arrive. For one thread at a time.
 *
 * <p>Use: feed buffers to {@link #next}; at the end of the stream the {@link #pending} bytes are
 * the last chunk; then {@link #reset}.
 */
public final class Chunker {
  /** Bytes that the hash looks back on: older ones have been shifted out of the word. */
  private static final int WINDOW = 64;

  /** How many bits harder, and easier, than the average. */
  private static final int NORMALISATION = 2;

  private final int windowStart;
  private final int min;
  private final int switchPoint;
  private final int max;
  private final long hardMask;
  private final long easyMask;
  private final long[] gear;
  private final long[] gearShifted;

  private long hash;
  private int pending;

  public Chunker(ChunkerParameters parameters, GearTable table) {
    min = parameters.min();
    max = parameters.max();
    windowStart = min - WINDOW;
    // Below the average, because few chunks end before it and the rest go on for a quarter more.
    switchPoint = Math.max(min, parameters.average() - parameters.average() / 8);
    int bits = Integer.numberOfTrailingZeros(parameters.average());
    hardMask = mask(bits + NORMALISATION);
    easyMask = mask(bits - NORMALISATION);
    gear = table.shifted(0);
    gearShifted = table.shifted(1);
  }

  /**
   * The highest bits but one: they depend on the most bytes. The top bit stays free because the
   * first of two bytes is compared one position further left.
   */
  private static long mask(int bits) {
    return ((1L << bits) - 1) << (63 - bits);
  }

  /**
   * Takes bytes until a chunk ends.
   *
   * @return the number of bytes taken from {@code off}, of which the last ends the chunk; or -1 if
   *     all {@code len} were taken and none ends it
   */
  public int next(byte[] bytes, int off, int len) {
    int end = off + len;
    int at = off + skip(len);
    at = warm(bytes, at, Math.min(end, at + left(min - 1)));
    at = scan(bytes, at, Math.min(end, at + left(switchPoint)), hardMask);
    if (at >= 0) {
      at = scan(bytes, at, Math.min(end, at + left(max)), easyMask);
    }
    if (at < 0 || pending == max) {
      reset();
      return Math.abs(at) - off;
    }
    return -1;
  }

  /** Bytes taken since the last cut. */
  public int pending() {
    return pending;
  }

  /** Forgets the bytes taken since the last cut. */
  public void reset() {
    hash = 0;
    pending = 0;
  }

  /** Passes over bytes that no cut can depend on. */
  private int skip(int len) {
    int skipped = Math.min(len, Math.max(0, windowStart - pending));
    pending += skipped;
    return skipped;
  }

  private int left(int limit) {
    return Math.max(0, limit - pending);
  }

  /** Hashes bytes that are too early for a cut. */
  private int warm(byte[] bytes, int from, int to) {
    long h = hash;
    for (int i = from; i < to; i++) {
      h = (h << 1) + gear[bytes[i] & 0xff];
    }
    return leave(h, to - from, to);
  }

  /**
   * Hashes and compares, two bytes at a time.
   *
   * @return {@code to}, or minus the position after the byte that ends the chunk
   */
  private int scan(byte[] bytes, int from, int to, long mask) {
    long h = hash;
    int i = from;
    long[] words = gear;
    long[] shifted = gearShifted;
    long shiftedMask = mask << 1;
    int last = to - 1;
    for (; i < last; i += 2) {
      long earlier = h << 2;
      long word = shifted[bytes[i] & 0xff];
      if (((earlier + word) & shiftedMask) == 0) {
        return leave(earlier, i + 1 - from, -(i + 1));
      }
      // Added up apart, so that one step waits for the one before only by a shift and an addition.
      h = earlier + (word + words[bytes[i + 1] & 0xff]);
      if ((h & mask) == 0) {
        return leave(h, i + 2 - from, -(i + 2));
      }
    }
    if (i < to) {
      h = (h << 1) + gear[bytes[i] & 0xff];
      if ((h & mask) == 0) {
        return leave(h, i + 1 - from, -(i + 1));
      }
    }
    return leave(h, to - from, to);
  }

  private int leave(long h, int taken, int result) {
    hash = h;
    pending += taken;
    return result;
  }
}
