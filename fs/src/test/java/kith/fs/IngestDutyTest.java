package kith.fs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Instant;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import kith.codec.CorruptDataException;
import kith.codec.KithException;
import org.junit.jupiter.api.Test;

final class IngestDutyTest {
  private static final int WINDOW = 16;

  private long now = 1_000_000;
  private final NavigableMap<Long, Long> rows = new TreeMap<>();
  private final Set<Long> underWay = new HashSet<>();
  private final Set<Long> unreadable = new HashSet<>();
  private final Map<Long, Integer> begun = new TreeMap<>();
  private final IngestDuty duty = new IngestDuty(new Table(), clock(), WINDOW);

  private InstantSource clock() {
    return () -> Instant.ofEpochMilli(now);
  }

  /** Files that stay in the table until their pack is full. */
  private final class Table implements IngestDuty.Files {
    @Override
    public List<IngestDuty.Waiting> waiting(long from, int limit) {
      return rows.tailMap(from).entrySet().stream()
          .limit(limit)
          .map(row -> new IngestDuty.Waiting(row.getKey(), row.getValue()))
          .toList();
    }

    @Override
    public OptionalLong version(long inode) {
      return rows.containsKey(inode) ? OptionalLong.of(rows.get(inode)) : OptionalLong.empty();
    }

    @Override
    public boolean isUnderWay(long inode) {
      return underWay.contains(inode);
    }

    @Override
    public boolean begin(long inode, long version) throws KithException {
      if (unreadable.contains(inode)) {
        throw new CorruptDataException(inode + " cannot be read");
      }
      begun.merge(inode, 1, Integer::sum);
      return underWay.add(inode);
    }
  }

  private int tickAfter(long millis) throws Exception {
    now += millis;
    int done = duty.tick(false);
    assertTrue(duty.watched() <= WINDOW, () -> duty.watched() + " are watched");
    return done;
  }

  @Test
  void aFileIsTakenWhenItHasBeenQuietAndAfterAMinuteInAnyCase() throws Exception {
    rows.put(7L, 1L);
    assertEquals(0, tickAfter(0));
    assertEquals(0, tickAfter(1_499));
    rows.put(7L, 2L);
    assertEquals(0, tickAfter(1));
    assertEquals(1, tickAfter(1_500));
    rows.put(8L, 1L);
    for (long waited = 0; waited < 60_000; waited += 1_000) {
      assertEquals(0, tickAfter(waited == 0 ? 0 : 1_000), waited + " ms");
      rows.merge(8L, 1L, Long::sum);
    }
    assertEquals(1, tickAfter(1_000));
  }

  @Test
  void thousandsThatWaitAtOnceAreAllTakenOnceWhileFewAreWatched() throws Exception {
    for (long inode = 1; inode <= 5_000; inode++) {
      rows.put(inode * 3, 1L);
    }
    int ticks = 0;
    while (begun.size() < 5_000) {
      tickAfter(500);
      assertTrue(++ticks < 5_000, () -> "only " + begun.size() + " were taken");
    }
    assertTrue(begun.values().stream().allMatch(times -> times == 1));
  }

  @Test
  void whatWaitsForItsPackAndWhatCannotBeReadHoldUpNoOther() throws Exception {
    for (long inode = 1; inode <= 100; inode++) {
      rows.put(inode, 1L);
      (inode <= 40 ? unreadable : underWay).addAll(inode <= 60 ? Set.of(inode) : Set.of());
    }
    int failures = 0;
    for (int ticks = 0; ticks < 400 && begun.size() < 40; ticks++) {
      try {
        tickAfter(500);
      } catch (KithException e) {
        failures++;
      }
    }
    assertEquals(40, begun.size());
    assertTrue(failures > 0);
    now += 60_000;
    unreadable.clear();
    for (int ticks = 0; ticks < 400; ticks++) {
      tickAfter(500);
    }
    assertEquals(80, begun.size(), "what could not be read is tried again");
  }

  @Test
  void aFileThatLeavesTheTableIsForgottenAndAClockThatGoesBackStopsNothing() throws Exception {
    rows.put(7L, 1L);
    tickAfter(0);
    rows.remove(7L);
    assertEquals(0, tickAfter(1_500));
    assertEquals(0, duty.watched());
    rows.put(9L, 1L);
    tickAfter(0);
    assertEquals(0, tickAfter(-86_400_000));
    assertEquals(1, tickAfter(1_500));
  }

  @Test
  void whatCannotBeReadIsToldOf() throws Exception {
    unreadable.add(7L);
    rows.put(7L, 1L);
    tickAfter(0);
    assertThrows(KithException.class, () -> tickAfter(1_500));
  }
}
