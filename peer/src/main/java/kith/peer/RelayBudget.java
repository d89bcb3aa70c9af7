package kith.peer;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;
import kith.codec.OwnerId;

/**
 * Counts what a relay carries against its bounds: of all circuits by the second and by the day, of
 * each pair by the day. Allowances grow steadily, to a day's worth at most. Remembers a bounded
 * number of pairs. Safe for any number of threads.
 */
final class RelayBudget {
  /** Pairs that are remembered; those not heard of for longest are forgotten first. */
  static final int MOST_PAIRS = 4096;

  private static final double BURST_SECONDS = 0.5;
  private static final double DAY_SECONDS = Duration.ofDays(1).toSeconds();

  /** Less than this is not worth a circuit. */
  private static final long LEAST = 1 << 20;

  private final RelayBounds bounds;
  private final LongSupplier nanos;
  private final TokenBucket rate = new TokenBucket(BURST_SECONDS);
  private final TokenBucket day;
  private final Map<Set<OwnerId>, TokenBucket> pairs =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Set<OwnerId>, TokenBucket> eldest) {
          return size() > MOST_PAIRS;
        }
      };
  private long carried;

  RelayBudget(RelayBounds bounds, LongSupplier nanos) {
    this.bounds = bounds;
    this.nanos = nanos;
    this.rate.limit(bounds.bytesPerSecond(), nanos.getAsLong());
    this.day = daily(bounds.bytesPerDay());
  }

  private TokenBucket daily(long bytes) {
    var bucket = new TokenBucket(DAY_SECONDS);
    bucket.limit(Math.max(1, (long) (bytes / DAY_SECONDS)), nanos.getAsLong());
    return bucket;
  }

  private TokenBucket of(Set<OwnerId> pair) {
    return pairs.computeIfAbsent(pair, key -> daily(bounds.pairBytesPerDay()));
  }

  /** How long these two have to wait until a circuit is worth it; zero if they needn't. */
  synchronized Duration pause(Set<OwnerId> pair) {
    return Duration.ofNanos(Math.max(pause(day, bounds.bytesPerDay()), pauseOf(pair)));
  }

  private long pauseOf(Set<OwnerId> pair) {
    return pause(of(pair), bounds.pairBytesPerDay());
  }

  /** Nanoseconds until there is a MiB in it, or half of what it ever has. */
  private long pause(TokenBucket bucket, long most) {
    long now = nanos.getAsLong();
    long wanted = Math.min(LEAST, most / 2);
    bucket.take(wanted, now);
    long debt = bucket.debtNanos(now);
    bucket.take(-wanted, now);
    return debt;
  }

  /**
   * Counts bytes that go through.
   *
   * @return nanoseconds to wait before more is taken in; negative if the day's allowance is used up
   */
  synchronized long carry(Set<OwnerId> pair, long bytes) {
    long now = nanos.getAsLong();
    carried += bytes;
    rate.take(bytes, now);
    day.take(bytes, now);
    of(pair).take(bytes, now);
    return day.debtNanos(now) > 0 || of(pair).debtNanos(now) > 0 ? -1 : rate.debtNanos(now);
  }

  /** Bytes that were carried since the start. */
  synchronized long carried() {
    return carried;
  }
}
