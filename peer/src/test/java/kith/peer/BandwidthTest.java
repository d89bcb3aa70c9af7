package kith.peer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

final class BandwidthTest {
  private static final long MEBI = 1 << 20;

  /** Does what is due when the test lets time pass. */
  private static final class Agenda implements Bandwidth.Timer {
    private record Due(long at, Runnable task) {}

    private final PriorityQueue<Due> due = new PriorityQueue<>(Comparator.comparing(Due::at));
    private long now = 7;

    @Override
    public long nanos() {
      return now;
    }

    @Override
    public void after(long nanos, Runnable task) {
      due.add(new Due(now + nanos, task));
    }

    void pass(long millis) {
      long end = now + TimeUnit.MILLISECONDS.toNanos(millis);
      while (!due.isEmpty() && due.peek().at <= end) {
        Due next = due.remove();
        now = Math.max(now, next.at);
        next.task.run();
      }
      now = end;
    }
  }

  private final Agenda agenda = new Agenda();
  private final Bandwidth bandwidth = new Bandwidth(agenda);
  private final List<String> passed = new ArrayList<>();

  private void put(long bytes, String name) {
    take(bytes, BandwidthQueue.Kind.BACKGROUND, name);
  }

  private void take(long bytes, BandwidthQueue.Kind kind, String name) {
    var unused = bandwidth.up().take(bytes, kind).thenRun(() -> passed.add(name));
  }

  @Test
  void withoutALimitNothingWaits() {
    put(1L << 40, "a");
    put(1L << 40, "b");
    assertEquals(List.of("a", "b"), passed);
    assertEquals(0, bandwidth.uploadMillis(1L << 40));
  }

  @Test
  void manyTogetherTakeTheTimeThatTheLimitSays() {
    bandwidth.limit(MEBI, 0);
    for (int i = 0; i < 60; i++) {
      put(MEBI / 2, "p" + i);
    }
    agenda.pass(29_000);
    assertTrue(passed.size() < 60);
    agenda.pass(1_000);
    assertEquals(60, passed.size());
    assertEquals("p0", passed.get(0));
    assertEquals("p59", passed.get(59));
  }

  @Test
  void whatSomebodyWaitsForComesBeforeWhatTheNodeDoesByItself() {
    bandwidth.limit(MEBI, 0);
    put(MEBI, "first");
    put(MEBI, "background");
    take(MEBI, BandwidthQueue.Kind.AWAITED, "awaited");
    agenda.pass(10_000);
    assertEquals(List.of("first", "awaited", "background"), passed);
  }

  @Test
  void whatIsUrgentPassesAtOnceAndCounts() {
    bandwidth.limit(MEBI, 0);
    bandwidth.up().charge(2 * MEBI);
    put(1, "after it");
    agenda.pass(1_700);
    assertEquals(List.of(), passed);
    agenda.pass(100);
    assertEquals(List.of("after it"), passed);
  }

  @Test
  void anotherLimitHoldsAtOnceForWhatWaitsAlready() {
    bandwidth.limit(MEBI / 64, 0);
    put(MEBI, "one");
    put(MEBI, "two");
    put(MEBI, "three");
    agenda.pass(1_000);
    assertEquals(List.of("one"), passed);
    bandwidth.limit(MEBI, 0);
    agenda.pass(1_000);
    assertEquals(List.of("one", "two"), passed);
    bandwidth.limit(0, 0);
    assertEquals(List.of("one", "two", "three"), passed);
  }

  @Test
  void aPauseHoldsBackPutsAloneUntilItEnds() {
    bandwidth.pause(true);
    put(1, "put");
    take(1, BandwidthQueue.Kind.AWAITED, "reply");
    agenda.pass(1_000_000);
    assertEquals(List.of("reply"), passed);
    bandwidth.pause(false);
    assertEquals(List.of("reply", "put"), passed);
  }

  @Test
  void timeWithoutTrafficIsNotSavedForLater() {
    bandwidth.limit(MEBI, 0);
    agenda.pass(1_000_000);
    put(MEBI, "one");
    put(MEBI, "two");
    put(MEBI, "three");
    assertEquals(List.of("one"), passed);
    agenda.pass(1_700);
    assertEquals(List.of("one", "two"), passed);
  }
}
