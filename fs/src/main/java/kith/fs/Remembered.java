package kith.fs;

import java.io.IOException;
import java.time.InstantSource;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;

/**
 * What is dear to find out and may be a little old: found out again when a second has passed, or a
 * hundred times as long as it took, so that asking often costs at most a hundredth of a processor.
 * Safe for many threads; while one finds out, the others take what was known.
 */
final class Remembered<T> {
  private static final long LEAST_MILLIS = 1000;
  private static final long TIMES = 100;

  /** Finds it out. */
  @FunctionalInterface
  interface Source<T> {
    T get() throws IOException;
  }

  private record Known<T>(T value, long since, long until) {}

  private final Source<T> source;
  private final InstantSource clock;
  private final LongSupplier nanos;
  private final ReentrantLock finding = new ReentrantLock();
  private volatile Known<T> known;

  Remembered(Source<T> source, InstantSource clock) {
    this(source, clock, System::nanoTime);
  }

  /**
   * @param nanos measures how long finding out takes
   */
  Remembered(Source<T> source, InstantSource clock, LongSupplier nanos) {
    this.source = source;
    this.clock = clock;
    this.nanos = nanos;
  }

  T get() throws IOException {
    Known<T> last = known;
    if (isFresh(last)) {
      return last.value;
    }
    if (last != null && finding.isLocked() && !finding.isHeldByCurrentThread()) {
      return last.value;
    }
    finding.lock();
    try {
      if (isFresh(known)) {
        return known.value;
      }
      long begun = nanos.getAsLong();
      T value = source.get();
      long took = TimeUnit.NANOSECONDS.toMillis(nanos.getAsLong() - begun);
      long now = clock.millis();
      known = new Known<>(value, now, now + Math.max(LEAST_MILLIS, TIMES * took));
      return value;
    } finally {
      finding.unlock();
    }
  }

  /** Not after its time, nor before it, should the clock have gone back. */
  private boolean isFresh(Known<T> last) {
    long now = clock.millis();
    return last != null && now >= last.since && now < last.until;
  }
}
