package kith.fs.node;

import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.function.BooleanSupplier;
import kith.codec.KithException;
import kith.fs.DriveEngine;

/**
 * Publishes by itself: when something has changed and then nothing more for a while, or when it has
 * gone on changing for long. For one thread.
 */
final class PublishDuty implements Duties.Duty {
  private static final Duration QUIET = Duration.ofSeconds(15);
  private static final Duration LONGEST = Duration.ofMinutes(5);
  private static final Duration AT_MOST = Duration.ofMinutes(30);

  private final DriveEngine engine;
  private final InstantSource clock;
  private final BooleanSupplier paused;
  private long behindSince = -1;
  private long lastChange = -1;
  private long changedSince;

  /**
   * @param paused whether a publication under way should stop
   */
  PublishDuty(DriveEngine engine, InstantSource clock, BooleanSupplier paused) {
    this.paused = paused;
    this.engine = engine;
    this.clock = clock;
  }

  @Override
  public int tick() throws IOException, KithException, InterruptedException {
    long now = clock.millis();
    if (engine.code().isEmpty() || !engine.behind()) {
      behindSince = -1;
      return 0;
    }
    long changes = engine.changes();
    if (behindSince < 0) {
      behindSince = now;
    }
    if (behindSince == now || changes != lastChange) {
      lastChange = changes;
      changedSince = now;
    }
    boolean due = now - changedSince >= QUIET.toMillis() || now - behindSince >= LONGEST.toMillis();
    if (!due) {
      return 0;
    }
    behindSince = -1;
    return engine.publish(until(now + AT_MOST.toMillis())) ? 1 : 0;
  }

  private DriveEngine.Watcher until(long latest) {
    return new DriveEngine.Watcher() {
      @Override
      public void phase(String name) {}

      @Override
      public boolean goOn() throws InterruptedException {
        if (Thread.interrupted()) {
          throw new InterruptedException("the node ends");
        }
        return clock.millis() < latest && !paused.getAsBoolean();
      }
    };
  }
}
