package kith.peer;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicReference;

/**
 * A clock that stands until it is moved. Who waits for a turn moves it. Safe for any number of
 * threads.
 */
public final class VirtualClock implements InstantSource, Bandwidth.Timer {
  /** Where a new clock stands. */
  public static final Instant START = Instant.parse("2026-11-21T10:00:00Z");

  private final AtomicReference<Instant> now = new AtomicReference<>(START);

  @Override
  public Instant instant() {
    return now.get();
  }

  @Override
  public long nanos() {
    return Duration.between(START, instant()).toNanos();
  }

  @Override
  public void after(long nanos, Runnable task) {
    advance(Duration.ofNanos(nanos));
    task.run();
  }

  /** Lets time pass. */
  public void advance(Duration by) {
    now.updateAndGet(before -> before.plus(by));
  }

  /** Sets the clock, also back. */
  public void set(Instant instant) {
    now.set(instant);
  }
}
