package kith.fs;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import kith.codec.PackId;

/**
 * The shards of a race whose holders let nothing be read before some time: those that can be had
 * before its deadline are waited for, of the others it is told how long they take. For one thread.
 */
final class FetcherLater {
  private final long deadline;

  /** When each shard can be had, in System.nanoTime. */
  private final Map<Integer, Long> readable = new HashMap<>();

  /**
   * @param deadline of the race, in System.nanoTime
   */
  FetcherLater(long deadline) {
    this.deadline = deadline;
  }

  /** Whether to ask for a shard at once, which its holder gives after that time. */
  boolean mayBeAsked(int shard, Duration wait) {
    if (wait.isZero()) {
      return true;
    }
    refused(shard, wait);
    return false;
  }

  /** A holder said how long to wait; not at all is a moment. */
  void refused(int shard, Duration wait) {
    long nanos = wait.toDays() > 3660 ? Duration.ofDays(3660).toNanos() : wait.toNanos();
    readable.put(shard, System.nanoTime() + Math.max(nanos, TimeUnit.MILLISECONDS.toNanos(10)));
  }

  /** The next shard that can be had, when it can; empty if none can before the deadline. */
  Optional<Integer> next() throws IOException {
    Optional<Map.Entry<Integer, Long>> first =
        readable.entrySet().stream()
            .filter(each -> each.getValue() - deadline < 0)
            .min((one, other) -> Long.compare(one.getValue() - other.getValue(), 0));
    if (first.isEmpty()) {
      return Optional.empty();
    }
    await(first.get().getValue());
    readable.remove(first.get().getKey());
    return Optional.of(first.get().getKey());
  }

  private static void await(long until) throws InterruptedIOException {
    try {
      new java.util.concurrent.CountDownLatch(1)
          .await(until - System.nanoTime(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while waiting for partners");
    }
  }

  /** How long until so many more shards can be had; empty if that many will not. */
  Optional<Duration> until(int missing) {
    List<Long> times =
        readable.values().stream().map(time -> time - System.nanoTime()).sorted().toList();
    return missing < 1 || times.size() < missing
        ? Optional.empty()
        : Optional.of(Duration.ofNanos(Math.max(0, times.get(missing - 1))));
  }

  /** What a person can do about it. */
  static String told(PackId pack, Duration wait) {
    return "pack "
        + pack
        + " cannot be read for "
        + text(wait)
        + ": its holders let no more be read back until then, and too few others answer. A"
        + " declared restore has no limit: 'kith restore', or 'kith recover --view' with the kit";
  }

  /** As {@code 3 h 20 min}. */
  static String text(Duration time) {
    long minutes = Math.max(1, time.toMinutes());
    return minutes < 60
        ? minutes + " min"
        : minutes < 48 * 60
            ? minutes / 60 + " h " + minutes % 60 + " min"
            : minutes / 1440 + " days";
  }
}
