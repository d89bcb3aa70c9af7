package kith.fs;

import java.time.Duration;
import kith.index.DiskSpace;

/**
 * What a drive may take of this machine's disk.
 *
 * @param budget bytes that packs and staging may take
 * @param reserve bytes of the disk that are left free
 * @param disk on which they lie
 * @param patience how long a write waits for room while nothing becomes free
 * @param waiters how many writes may wait at once
 */
public record CacheSettings(
    long budget, long reserve, DiskSpace disk, Duration patience, int waiters) {
  private static final long MOST_RESERVE = 1L << 30;

  /** The reserve where none is configured: a twentieth of the disk, but no more than 1 GiB. */
  public static long reserveOf(long diskBytes) {
    return Math.min(MOST_RESERVE, diskBytes / 20);
  }
}
