package kith.fs;

import java.time.Duration;
import kith.index.DiskSpace;

/** A disk that has as much room as a test says. */
final class TestSpace implements DiskSpace {
  volatile long free = Long.MAX_VALUE / 4;

  @Override
  public long free() {
    return free;
  }

  @Override
  public long total() {
    return Long.MAX_VALUE / 4;
  }

  /** Any number of packs, and nothing kept free. */
  CacheSettings cache() {
    return cache(Long.MAX_VALUE / 4, 0);
  }

  /** Writes that find no room are refused at once. */
  CacheSettings cache(long budget, long reserve) {
    return new CacheSettings(budget, reserve, this, Duration.ZERO, 4);
  }
}
