package kith.fs.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import org.junit.jupiter.api.Test;

final class CpuLimitTest {
  private long now = 5;
  private long cpu = TimeUnit.SECONDS.toNanos(40);
  private Runnable whileWaiting = () -> {};

  private final CpuLimit limit =
      new CpuLimit(
          new CpuLimit.Time() {
            @Override
            public long nanos() {
              return now;
            }

            @Override
            public void await(Condition condition, long nanos) throws InterruptedException {
              if (Thread.interrupted()) {
                throw new InterruptedException();
              }
              now += nanos;
              whileWaiting.run();
            }
          },
          () -> cpu);

  /** Works, on so many processors at once, and returns the seconds that it takes. */
  private double seconds(int pieces, long millisEach, int processors) {
    long begun = now;
    for (int i = 0; i < pieces; i++) {
      limit.step();
      now += TimeUnit.MILLISECONDS.toNanos(millisEach);
      cpu += TimeUnit.MILLISECONDS.toNanos(millisEach * processors);
    }
    limit.step();
    return (now - begun) / 1e9;
  }

  @Test
  void withoutALimitNobodyWaits() {
    assertEquals(10, seconds(1000, 10, 2), 0.001);
  }

  @Test
  void workTakesAsLongAsItsShareOfAProcessorSays() {
    limit.limit(25);
    assertEquals(40, seconds(1000, 10, 1), 0.5);
    limit.limit(50);
    assertEquals(40, seconds(1000, 10, 2), 0.5);
    limit.limit(150);
    assertEquals(13.3, seconds(1000, 10, 2), 0.5);
  }

  @Test
  void whatWasTakenBeforeTheLimitDoesNotCount() {
    limit.limit(10);
    assertEquals(0, seconds(0, 0, 0));
  }

  @Test
  void whateverElseTheProcessDoesTheBackgroundGetsOn() {
    limit.limit(10);
    cpu += TimeUnit.HOURS.toNanos(1);
    long begun = now;
    now += TimeUnit.MILLISECONDS.toNanos(10);
    limit.step();
    assertTrue(now - begun <= TimeUnit.SECONDS.toNanos(2), () -> (now - begun) + " ns");
  }

  @Test
  void anotherLimitHoldsForThoseWhoWait() {
    limit.limit(1);
    cpu += TimeUnit.SECONDS.toNanos(1);
    now += TimeUnit.MILLISECONDS.toNanos(10);
    int[] waits = {0};
    whileWaiting =
        () -> {
          waits[0]++;
          limit.limit(0);
        };
    limit.step();
    assertEquals(1, waits[0]);
  }

  @Test
  void whoIsInterruptedGoesOnAndStaysInterrupted() {
    limit.limit(1);
    cpu += TimeUnit.SECONDS.toNanos(1);
    now += TimeUnit.MILLISECONDS.toNanos(10);
    long before = now;
    Thread.currentThread().interrupt();
    limit.step();
    assertTrue(Thread.interrupted());
    assertEquals(before, now);
  }
}
