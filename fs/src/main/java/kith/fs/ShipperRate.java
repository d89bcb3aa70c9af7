package kith.fs;

import java.util.ArrayDeque;
import java.util.Deque;

/** Bytes per second over the last half minute. For one thread at a time. */
final class ShipperRate {
  private static final long WINDOW_MS = 30_000;

  private record Sample(long time, long bytes) {}

  private final Deque<Sample> samples = new ArrayDeque<>();
  private long sum;
  private long total;

  /**
   * @param now milliseconds
   */
  void add(long bytes, long now) {
    samples.add(new Sample(now, bytes));
    sum += bytes;
    total += bytes;
  }

  /** All bytes ever added. */
  long total() {
    return total;
  }

  /** Bytes per second; 0 if nothing came lately. */
  long perSecond(long now) {
    while (!samples.isEmpty() && samples.peek().time <= now - WINDOW_MS) {
      sum -= samples.remove().bytes;
    }
    if (samples.isEmpty()) {
      return 0;
    }
    long elapsed = Math.max(1000, now - samples.peek().time);
    return sum * 1000 / elapsed;
  }
}
