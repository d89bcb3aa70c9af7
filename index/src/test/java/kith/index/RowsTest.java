package kith.index;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** Group commit: what becomes durable when, in what order, and what happens when it cannot. */
final class RowsTest {
  private static final Barrier NOTHING = () -> {};
  private final IOException full = new IOException("No space left on device");

  private final MemoryStorage storage = new MemoryStorage();

  static byte[] number(long value) {
    return ByteBuffer.allocate(8).putLong(value).array();
  }

  private static Update put(long key, long value) {
    return new Update().put(Table.INODES, number(key), number(value));
  }

  private static Long get(RowView rows, long key) throws IOException {
    byte[] value = rows.get(Table.INODES, number(key));
    return value == null ? null : ByteBuffer.wrap(value).getLong();
  }

  /** What a node would find that starts after a crash now. */
  private Rows afterCrash() {
    return storage.rows(NOTHING);
  }

  @Test
  void nothingIsDurableBeforeTheCommit() throws IOException {
    Rows rows = storage.rows(NOTHING);
    rows.apply(put(1, 1));
    assertTrue(rows.isDirty());
    assertNull(get(afterCrash(), 1));
    rows.sync();
    assertFalse(rows.isDirty());
    assertEquals(1, get(afterCrash(), 1));
  }

  @Test
  void whatRowsNameIsForcedAfterTheyAreTakenAndBeforeTheyAreStored() throws IOException {
    List<String> events = new ArrayList<>();
    AtomicBoolean once = new AtomicBoolean();
    Rows[] rows = new Rows[1];
    rows[0] =
        storage.rows(
            () -> {
              events.add("force");
              if (!once.getAndSet(true)) {
                assertNull(get(afterCrash(), 1));
                // Names bytes that are written after the force: must wait for the next one.
                rows[0].apply(put(2, 2));
              }
            });
    storage.duringWrite(() -> events.add("store"));
    rows[0].apply(put(1, 1));
    rows[0].sync();
    assertEquals(List.of("force", "store"), events);
    assertEquals(1, get(afterCrash(), 1));
    assertNull(get(afterCrash(), 2));
    rows[0].sync();
    assertEquals(List.of("force", "store", "force", "store"), events);
    assertEquals(2, get(afterCrash(), 2));
  }

  @Test
  void withNothingNewSyncDoesNothing() throws IOException {
    AtomicInteger forces = new AtomicInteger();
    Rows rows = storage.rows(forces::incrementAndGet);
    rows.sync();
    rows.apply(new Update());
    rows.sync();
    assertEquals(0, forces.get());
    assertEquals(0, storage.writes());
  }

  @Test
  void whatWasPromisedDoesNotWaitForUpkeepThatCameAfter() throws IOException {
    AtomicInteger forces = new AtomicInteger();
    Rows rows = storage.rows(forces::incrementAndGet);
    rows.applyUpkeep(put(1, 1));
    rows.syncPromised();
    assertEquals(0, forces.get());
    rows.apply(put(2, 2));
    rows.syncPromised();
    assertEquals(1, forces.get());
    assertEquals(1, get(afterCrash(), 1));
    assertEquals(2, get(afterCrash(), 2));
    rows.applyUpkeep(put(3, 3));
    rows.syncPromised();
    assertEquals(1, forces.get());
    assertNull(get(afterCrash(), 3));
    rows.sync();
    assertEquals(3, get(afterCrash(), 3));
  }

  @Test
  void aFailedCommitKeepsEverythingAndTheNextOneStoresItInOrder() throws IOException {
    Rows rows = storage.rows(NOTHING);
    rows.apply(put(1, 1).put(Table.INODES, number(2), number(1)));
    storage.failWith(full);
    assertSame(full, assertThrows(IOException.class, rows::sync));
    rows.apply(put(2, 2));
    rows.apply(new Update().delete(Table.INODES, number(1)));
    assertSame(full, assertThrows(IOException.class, rows::sync));
    assertNull(get(rows, 1));
    assertEquals(2, get(rows, 2));
    assertTrue(rows.isDirty());
    storage.failWith(null);
    rows.sync();
    assertEquals(2, storage.writes());
    assertNull(get(afterCrash(), 1));
    assertEquals(2, get(afterCrash(), 2));
    assertFalse(rows.isDirty());
  }

  @Test
  void aFailedBarrierStoresNothing() throws IOException {
    AtomicBoolean fails = new AtomicBoolean(true);
    Rows rows =
        storage.rows(
            () -> {
              if (fails.get()) {
                throw full;
              }
            });
    rows.apply(put(1, 1));
    assertSame(full, assertThrows(IOException.class, rows::sync));
    assertEquals(0, storage.writes());
    assertEquals(1, get(rows, 1));
    fails.set(false);
    rows.sync();
    assertEquals(1, get(afterCrash(), 1));
  }

  @Test
  void tooManyChangesInMemoryAreCommittedFirstOrRefused() throws IOException {
    Rows rows = storage.rows(NOTHING);
    byte[] large = new byte[1 << 20];
    int fit = (int) (Rows.MAX_BYTES / large.length);
    for (int i = 0; i < fit; i++) {
      rows.apply(new Update().put(Table.EXTENTS, number(i), large));
    }
    assertEquals(0, storage.writes());
    storage.failWith(full);
    assertSame(full, assertThrows(IOException.class, () -> rows.apply(put(1, 1))));
    assertNull(get(rows, 1));
    assertNotNull(rows.get(Table.EXTENTS, number(fit - 1)));
    storage.failWith(null);
    rows.apply(put(1, 1));
    assertEquals(1, get(rows, 1));
    assertNotNull(afterCrash().get(Table.EXTENTS, number(fit - 1)));
    assertNull(get(afterCrash(), 1));
  }

  @Test
  void rowsThatAreWrittenAgainAndAgainDoNotFillTheMemory() throws IOException {
    Rows rows = storage.rows(NOTHING);
    byte[] large = new byte[1 << 20];
    for (int i = 0; i < 1000; i++) {
      rows.apply(new Update().put(Table.INODES, number(1), large));
    }
    assertEquals(0, storage.writes());
  }

  @Test
  void rowsCommitByThemselves() throws IOException {
    try (Rows rows = new Rows(storage, NOTHING, Duration.ofMillis(5))) {
      rows.apply(put(1, 1));
      Awaitility.await().until(() -> get(afterCrash(), 1) != null);
      rows.apply(put(2, 2));
      Awaitility.await().until(() -> get(afterCrash(), 2) != null);
    }
  }

  @Test
  void manyChangesAreCommittedBeforeTheirTime() throws IOException {
    try (Rows rows = new Rows(storage, NOTHING, Duration.ofDays(1))) {
      for (int i = 0; i < 20; i++) {
        rows.apply(new Update().put(Table.EXTENTS, number(i), new byte[1 << 20]));
      }
      Awaitility.await().until(() -> storage.writes() > 0);
    }
  }

  @Test
  void closingCommits() throws IOException {
    Rows rows = new Rows(storage, NOTHING, Duration.ofDays(1));
    rows.apply(put(1, 1));
    rows.close();
    assertEquals(1, get(afterCrash(), 1));
  }

  @Test
  void callersThatComeTogetherShareACommit() throws Exception {
    int callers = 8;
    ExecutorService pool = Executors.newFixedThreadPool(callers);
    CountDownLatch firstWrites = new CountDownLatch(1);
    CountDownLatch goOn = new CountDownLatch(1);
    storage.duringWrite(
        () -> {
          firstWrites.countDown();
          await(goOn);
        });
    Rows rows = storage.rows(NOTHING);
    rows.apply(put(0, 0));
    List<Future<?>> all = new ArrayList<>();
    all.add(pool.submit(() -> sync(rows)));
    await(firstWrites);
    for (int i = 1; i < callers; i++) {
      rows.apply(put(i, i));
      all.add(pool.submit(() -> sync(rows)));
    }
    goOn.countDown();
    for (Future<?> each : all) {
      each.get();
    }
    pool.shutdown();
    assertEquals(2, storage.writes());
    assertEquals(7, get(afterCrash(), 7));
  }

  private static Void sync(Rows rows) throws IOException {
    rows.sync();
    return null;
  }

  private static void await(CountDownLatch latch) throws IOException {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
  }

  @Test
  void readersAndScansSeeWholeUpdatesWhileOthersWriteAndCommit() throws Exception {
    int writers = 2;
    int updates = 3000;
    int rowsEach = 5;
    ExecutorService pool = Executors.newFixedThreadPool(writers + 1);
    Rows rows = storage.rows(NOTHING);
    AtomicBoolean done = new AtomicBoolean();
    List<Future<?>> writing = new ArrayList<>();
    for (int w = 0; w < writers; w++) {
      int writer = w;
      writing.add(pool.submit(() -> write(rows, writer, updates, rowsEach)));
    }
    Future<?> committing =
        pool.submit(
            () -> {
              while (!done.get()) {
                rows.sync();
              }
              return null;
            });
    int scans = 0;
    for (boolean last = false; !last; ) {
      last = writing.stream().allMatch(Future::isDone);
      checkWhole(rows, writers, rowsEach);
      try (FrozenRows frozen = rows.freeze()) {
        checkWhole(frozen, writers, rowsEach);
      }
      scans++;
    }
    for (Future<?> each : writing) {
      each.get();
    }
    done.set(true);
    committing.get();
    pool.shutdown();
    assertTrue(scans > 0);
    assertEquals(updates - 1, get(rows, 0));
  }

  /** Each update sets all rows of its writer to one value, and so sets them together. */
  private static Void write(Rows rows, int writer, int updates, int rowsEach) throws IOException {
    for (int i = 0; i < updates; i++) {
      Update update = new Update();
      for (int row = 0; row < rowsEach; row++) {
        update.put(Table.INODES, number(writer + 10L * row), number(i));
      }
      rows.apply(update);
    }
    return null;
  }

  private static void checkWhole(RowView rows, int writers, int rowsEach) throws IOException {
    long[] values = new long[writers];
    int[] counts = new int[writers];
    rows.scan(
        Table.INODES,
        new byte[0],
        null,
        (key, value) -> {
          int writer = (int) (ByteBuffer.wrap(key).getLong() % 10);
          long seen = ByteBuffer.wrap(value).getLong();
          assertTrue(counts[writer]++ == 0 || values[writer] == seen, "half an update was seen");
          values[writer] = seen;
          return true;
        });
    for (int count : counts) {
      assertTrue(count == 0 || count == rowsEach, "half an update was seen");
    }
  }

  @Test
  void everyCommitIsAWholePrefixOfTheUpdates() throws Exception {
    ExecutorService pool = Executors.newFixedThreadPool(1);
    Rows rows = storage.rows(NOTHING);
    CountDownLatch begun = new CountDownLatch(1);
    AtomicBoolean done = new AtomicBoolean();
    Future<Long> committing =
        pool.submit(
            () -> {
              long stored = 0;
              for (boolean last = false; !last; ) {
                last = done.get();
                begun.countDown();
                rows.sync();
                stored = storedPrefix();
              }
              return stored;
            });
    await(begun);
    for (int i = 0; i < 1500; i++) {
      rows.apply(put(i, i).put(Table.DIRTY, number(i), number(i)));
    }
    done.set(true);
    assertEquals(1500, committing.get());
    pool.shutdown();
  }

  /** Counts stored updates, which must be the first ones. */
  private long storedPrefix() throws IOException {
    long[] count = new long[1];
    Rows crashed = afterCrash();
    crashed.scan(
        Table.INODES,
        new byte[0],
        null,
        (key, value) -> {
          assertArrayEquals(number(count[0]++), key);
          assertArrayEquals(value, crashed.get(Table.DIRTY, key));
          return true;
        });
    return count[0];
  }

  @Test
  void aCheckpointHasWhatCameBeforeAndNothingAfter() throws Exception {
    ExecutorService pool = Executors.newFixedThreadPool(1);
    Rows rows = storage.rows(NOTHING);
    AtomicBoolean done = new AtomicBoolean();
    CountDownLatch begun = new CountDownLatch(1);
    Future<Long> writing =
        pool.submit(
            () -> {
              long i = 0;
              for (; !done.get() && i < 20_000; i++) {
                rows.apply(put(i, i));
                begun.countDown();
              }
              return i;
            });
    await(begun);
    for (int round = 0; round < 20; round++) {
      Update with = new Update().put(Table.SNAPSHOTS, number(round), number(round));
      try (FrozenRows frozen = rows.checkpoint("round" + round, with)) {
        assertNotNull(frozen.get(Table.SNAPSHOTS, number(round)));
        assertNull(frozen.get(Table.SNAPSHOTS, number(round + 1)));
        long[] count = new long[1];
        frozen.scan(
            Table.INODES,
            new byte[0],
            null,
            (key, value) -> {
              assertArrayEquals(number(count[0]++), key);
              return true;
            });
      }
    }
    done.set(true);
    assertTrue(writing.get() > 0);
    pool.shutdown();
  }

  @Test
  void aCheckpointThatFailsLosesNothing() throws IOException {
    Rows rows = storage.rows(NOTHING);
    rows.apply(put(1, 1));
    storage.failWith(full);
    assertSame(full, assertThrows(IOException.class, () -> rows.checkpoint("one", put(2, 2))));
    assertEquals(List.of(), rows.checkpoints());
    storage.failWith(null);
    rows.sync();
    assertEquals(1, get(afterCrash(), 1));
    try (FrozenRows frozen = rows.checkpoint("one", put(3, 3))) {
      assertEquals(3, get(frozen, 3));
    }
  }
}
