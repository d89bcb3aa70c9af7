package kith.fs.node;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import kith.fs.Pace;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a node does by itself: how often it looks whether there is something to do. */
final class DutiesTest {
  private static final Duration PAUSE = Duration.ofMillis(20);
  private static final Duration AT_MOST = Duration.ofSeconds(20);

  private final Duties duties = new Duties(Pace.NONE, Duration.ofMillis(500));
  private final AtomicInteger looked = new AtomicInteger();

  /** How many of the last looks came long after the one before, and how many did not. */
  private final AtomicInteger slow = new AtomicInteger();

  private final AtomicInteger quick = new AtomicInteger();
  private volatile long last = System.nanoTime();

  @AfterEach
  void close() {
    duties.close();
  }

  private int look() {
    long now = System.nanoTime();
    boolean isSlow = now - last >= PAUSE.toNanos() * 4;
    last = now;
    looked.incrementAndGet();
    (isSlow ? slow : quick).incrementAndGet();
    (isSlow ? quick : slow).set(0);
    return 0;
  }

  @Test
  void anIdleNodeLooksLessOftenAndOneThatIsAskedDoesNot() {
    duties.start("look", PAUSE, this::look);
    await().atMost(AT_MOST).until(() -> slow.get() >= 10);
    duties.start("asked", Duration.ofMillis(100), this::stir);
    await().atMost(AT_MOST).until(() -> quick.get() >= 10);
  }

  private int stir() {
    duties.stir();
    return 0;
  }

  @Test
  void longPausesStayAsTheyAre() throws Exception {
    duties.start("look", Duration.ofSeconds(3), this::look);
    await().atMost(AT_MOST).until(() -> looked.get() == 1);
    long begun = System.nanoTime();
    await().atMost(AT_MOST).pollInterval(PAUSE).until(() -> looked.get() == 2);
    assertTrue(System.nanoTime() - begun < Duration.ofSeconds(10).toNanos());
  }
}
