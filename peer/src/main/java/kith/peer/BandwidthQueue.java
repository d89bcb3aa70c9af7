package kith.peer;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** One direction of {@link Bandwidth}. Safe for any number of threads; runs nothing in its lock. */
final class BandwidthQueue {
  private static final double BURST_SECONDS = 0.25;

  /** In which order they have their turns. */
  enum Kind {
    /** Somebody waits for it, here or at a partner. */
    AWAITED,
    /** What this node puts to partners by itself. */
    BACKGROUND
  }

  private record Waiting(long bytes, CompletableFuture<Void> turn) {}

  private final Bandwidth.Timer timer;
  private final TokenBucket bucket = new TokenBucket(BURST_SECONDS);
  private final Map<Kind, ArrayDeque<Waiting>> queues = new EnumMap<>(Kind.class);
  private boolean paused;
  private long wakeUp = Long.MAX_VALUE;

  BandwidthQueue(Bandwidth.Timer timer) {
    this.timer = timer;
    for (Kind each : Kind.values()) {
      queues.put(each, new ArrayDeque<>());
    }
  }

  void limit(long bytesPerSecond) {
    synchronized (this) {
      bucket.limit(bytesPerSecond, timer.nanos());
      wakeUp = Long.MAX_VALUE;
    }
    pump();
  }

  void pause(boolean pausing) {
    synchronized (this) {
      paused = pausing;
      wakeUp = Long.MAX_VALUE;
    }
    pump();
  }

  /** Counts what does not wait. */
  synchronized void charge(long bytes) {
    bucket.take(bytes, timer.nanos());
  }

  /** Whether what must wait would have to wait now. */
  synchronized boolean isOverdrawn() {
    return bucket.debtNanos(timer.nanos()) > 0;
  }

  /** Done when it is the turn of these bytes; they are counted then. */
  CompletableFuture<Void> take(long bytes, Kind of) {
    CompletableFuture<Void> turn = new CompletableFuture<>();
    synchronized (this) {
      queues.get(of).add(new Waiting(bytes, turn));
    }
    pump();
    return turn;
  }

  synchronized long millis(long bytes) {
    return bucket.perSecond() == 0 ? 0 : bytes * 1000 / bucket.perSecond();
  }

  /** Lets all pass whose turn it is, and comes again when it is the next one's. */
  private void pump() {
    List<Waiting> turns = new ArrayList<>();
    long pause = 0;
    synchronized (this) {
      long now = timer.nanos();
      for (ArrayDeque<Waiting> queue = next(); queue != null; queue = next()) {
        long debt = bucket.debtNanos(now);
        if (debt > 0) {
          pause = now + debt < wakeUp ? debt : 0;
          wakeUp = Math.min(wakeUp, now + debt);
          break;
        }
        Waiting waiting = queue.remove();
        bucket.take(waiting.bytes, now);
        turns.add(waiting);
      }
    }
    if (pause > 0) {
      timer.after(pause, this::woken);
    }
    turns.forEach(waiting -> waiting.turn.complete(null));
  }

  private void woken() {
    synchronized (this) {
      wakeUp = Long.MAX_VALUE;
    }
    pump();
  }

  /** The queue whose turn is next; null if nobody may pass. */
  private ArrayDeque<Waiting> next() {
    if (!queues.get(Kind.AWAITED).isEmpty()) {
      return queues.get(Kind.AWAITED);
    }
    ArrayDeque<Waiting> background = queues.get(Kind.BACKGROUND);
    return paused || background.isEmpty() ? null : background;
  }
}
