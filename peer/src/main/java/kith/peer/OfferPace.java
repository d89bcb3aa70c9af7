package kith.peer;

import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import kith.codec.OwnerId;

/**
 * How often others may ask to negotiate: each ten times at once and then once a minute, all
 * strangers together a hundred times and then ten times a minute. Safe for any number of threads.
 */
final class OfferPace {
  private static final int REMEMBERED = 1024;
  private static final long COST = 60;
  private static final double BURST_SECONDS = 600;
  private static final long ALL_PER_SECOND = 10;

  private final TokenBucket strangers = bucket(ALL_PER_SECOND);
  private final Map<OwnerId, TokenBucket> each =
      new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<OwnerId, TokenBucket> eldest) {
          return size() > REMEMBERED;
        }
      };

  private static TokenBucket bucket(long perSecond) {
    var bucket = new TokenBucket(BURST_SECONDS);
    bucket.limit(perSecond, 0);
    return bucket;
  }

  /** Zero if the asker may go on, which is counted; else how long he waits. */
  synchronized Duration wait(OwnerId asker, boolean stranger, Instant now) {
    long nanos = now.getEpochSecond() * 1_000_000_000L + now.getNano();
    TokenBucket own = each.computeIfAbsent(asker, id -> bucket(1));
    long wait = own.debtNanos(nanos);
    if (wait == 0 && stranger) {
      wait = strangers.debtNanos(nanos);
    }
    if (wait > 0) {
      return Duration.ofMillis(wait / 1_000_000 + 1);
    }
    own.take(COST, nanos);
    if (stranger) {
      strangers.take(COST, nanos);
    }
    return Duration.ZERO;
  }
}
