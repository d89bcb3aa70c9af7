package kith.fs;

import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import kith.codec.OwnerId;
import kith.codec.ShardName;

/** Which holders answer, how fast, and which shards came back wrong. Safe for many threads. */
final class FetcherHealth {
  private static final int MAX_WRONG = 4096;

  /** So long a wrong shard is not asked for again; it may be put anew meanwhile. */
  private static final long WRONG_MILLIS = Duration.ofMinutes(10).toMillis();

  /** Weight of the newest sample in the mean. */
  private static final double GAIN = 0.2;

  /** So often at most it is told that holders let nothing be read. */
  private static final long TELL_MILLIS = Duration.ofMinutes(10).toMillis();

  /** How much longer than usual a holder may take before others are asked too. */
  private static final double PATIENCE = 3;

  private static final class Conduct {
    private long notBefore = Long.MIN_VALUE;
    private double meanMillis;
  }

  private record Source(OwnerId holder, ShardName shard) {}

  private final InstantSource clock;
  private final FetcherSettings settings;
  private long toldAt = Long.MIN_VALUE;
  private final Map<OwnerId, Conduct> conducts = new HashMap<>();
  private final Map<Source, Long> wrong =
      new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Source, Long> eldest) {
          return size() > MAX_WRONG;
        }
      };

  FetcherHealth(InstantSource clock, FetcherSettings settings) {
    this.clock = clock;
    this.settings = settings;
  }

  /** Whether he is worth asking first. */
  synchronized boolean good(OwnerId holder) {
    return of(holder).notBefore <= clock.millis();
  }

  synchronized void answered(OwnerId holder, Duration took) {
    Conduct conduct = of(holder);
    conduct.notBefore = Long.MIN_VALUE;
    conduct.meanMillis += GAIN * (took.toMillis() - conduct.meanMillis);
  }

  synchronized void failed(OwnerId holder) {
    of(holder).notBefore = clock.millis() + settings.pause().toMillis();
  }

  /** What this holder has of this shard is not to be asked for soon; true if that is news. */
  synchronized boolean markWrong(OwnerId holder, ShardName shard) {
    boolean news = !isWrong(holder, shard);
    wrong.put(new Source(holder, shard), clock.millis());
    return news;
  }

  synchronized boolean isWrong(OwnerId holder, ShardName shard) {
    Long since = wrong.get(new Source(holder, shard));
    return since != null && clock.millis() - since < WRONG_MILLIS;
  }

  /** How long to wait for him before others are asked too. */
  synchronized Duration hedgeAfter(OwnerId holder) {
    Duration usual = Duration.ofMillis((long) (PATIENCE * of(holder).meanMillis));
    return usual.compareTo(settings.hedgeAfter()) > 0 ? usual : settings.hedgeAfter();
  }

  /** Whether to tell now that holders let nothing be read. */
  synchronized boolean mayTell() {
    long now = clock.millis();
    boolean due = toldAt == Long.MIN_VALUE || Math.abs(now - toldAt) >= TELL_MILLIS;
    toldAt = due ? now : toldAt;
    return due;
  }

  private Conduct of(OwnerId holder) {
    return conducts.computeIfAbsent(holder, unused -> new Conduct());
  }
}
