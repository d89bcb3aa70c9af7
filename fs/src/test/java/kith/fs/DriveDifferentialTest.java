package kith.fs;

import static kith.fs.DriveFixture.listing;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Random operations on a drive and on a model of it, while everything that a node does by itself
 * goes on: both must agree at any time, snapshots must stay as they were, and the partners must be
 * able to give all of it back. {@code -Dkith.random.steps=} lengthens it, {@code
 * -Dkith.random.seed=} repeats it.
 */
final class DriveDifferentialTest {
  private static final int STEPS = Integer.getInteger("kith.random.steps", 400);
  private static final int EXTRA = 40;

  @TempDir Path folder;
  private final PackTestNode.Clock clock = new PackTestNode.Clock();
  private final Map<String, Map<String, String>> snapshots = new HashMap<>();
  private DriveFixture drive;
  private int taken;

  private static long seed() {
    return Long.getLong("kith.random.seed", System.nanoTime());
  }

  @Test
  void theDriveAndItsModelAgreeWhateverHappens() throws Exception {
    long seed = seed();
    Random random = new Random(seed);
    drive = new DriveFixture(folder, new PackTestPartners(4), clock);
    try {
      DriveTwin twin =
          new DriveTwin(drive.fs, new MemoryFileSystem(clock, Long.MAX_VALUE), "top", random);
      for (int step = 0; step < STEPS; step++) {
        clock.advance(Duration.ofMillis(random.nextInt(400)));
        twin.step();
        if (random.nextInt(EXTRA) == 0) {
          somethingElse(random, twin);
          twin.compare();
        }
      }
      twin.releaseAll();
      finish();
      twin.compare();
    } catch (AssertionError | Exception e) {
      throw new AssertionError("seed " + seed + ": " + e.getMessage(), e);
    } finally {
      drive.close();
    }
  }

  private void somethingElse(Random random, DriveTwin twin) throws Exception {
    switch (random.nextInt(10)) {
      case 0, 1, 2, 3 -> {
        clock.advance(Duration.ofSeconds(2));
        drive.engine.ingestTick();
        drive.engine.ingestTick();
      }
      case 4 -> drive.publish();
      case 5 -> drive.engine.snapshotTick();
      case 6 -> drive.engine.sweepTick();
      case 7, 8 -> takeOrDrop(random);
      default -> {
        twin.releaseAll();
        drive = drive.reopen();
        twin.reopened(drive.fs);
      }
    }
    compareSnapshots(drive.fs, past());
  }

  private void takeOrDrop(Random random) throws Exception {
    if (snapshots.size() > 2 && random.nextInt(3) == 0) {
      String name = snapshots.keySet().iterator().next();
      snapshots.remove(name);
      drive.engine.dropSnapshot(FileName.of(name));
    } else {
      String name = "s" + taken++;
      drive.engine.takeSnapshot(FileName.of(name));
      snapshots.put(name, listing(drive.fs, top(drive.fs, FileSystem.ROOT)));
    }
  }

  private long past() throws Exception {
    return drive.fs.lookup(FileSystem.ROOT, FileName.of(".snapshots")).inode();
  }

  private static long top(FileSystem fs, long root) throws Exception {
    return fs.lookup(root, FileName.of("top")).inode();
  }

  private void compareSnapshots(FileSystem fs, long folder) throws Exception {
    for (Map.Entry<String, Map<String, String>> snapshot : snapshots.entrySet()) {
      long root = fs.lookup(folder, FileName.of(snapshot.getKey())).inode();
      assertEquals(snapshot.getValue(), listing(fs, top(fs, root)), snapshot.getKey());
    }
  }

  /** Everything is published, and comes back from the partners. */
  private void finish() throws Exception {
    drive.publish();
    compareSnapshots(drive.fs, past());
    FileSystem view = drive.restore().fileSystem(DriveFixture.ME);
    compareSnapshots(view, FileSystem.ROOT);
    long live = view.lookup(FileSystem.ROOT, FileName.of("live")).inode();
    assertEquals(listing(drive.fs, FileSystem.ROOT), listing(view, live), "restored");
  }

  @Test
  void threadsThatWriteAndThoseThatCarryOffDoNotMeet() throws Exception {
    long seed = seed();
    drive = new DriveFixture(folder, new PackTestPartners(4), clock);
    ExecutorService threads = Executors.newCachedThreadPool();
    try {
      var end = new AtomicBoolean();
      var model = new MemoryFileSystem(clock, Long.MAX_VALUE);
      List<Future<?>> writers = new ArrayList<>();
      List<Future<?>> duties = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        var twin = new DriveTwin(drive.fs, model, "top" + i, new Random(seed + i));
        writers.add(threads.submit(() -> write(twin)));
      }
      for (Callable<?> duty : duties()) {
        duties.add(threads.submit(() -> repeat(duty, end)));
      }
      for (Future<?> writer : writers) {
        writer.get(10, TimeUnit.MINUTES);
      }
      end.set(true);
      for (Future<?> duty : duties) {
        duty.get(1, TimeUnit.MINUTES);
      }
      finishMany();
    } catch (AssertionError | Exception e) {
      throw new AssertionError("seed " + seed + ": " + e, e);
    } finally {
      threads.shutdownNow();
      drive.close();
    }
  }

  private static Object write(DriveTwin twin) throws Exception {
    for (int step = 0; step < STEPS / 2; step++) {
      twin.step();
      if (step % 100 == 0) {
        twin.compareButTimes();
      }
    }
    twin.releaseAll();
    twin.compareButTimes();
    return "";
  }

  private static Object repeat(Callable<?> duty, AtomicBoolean end) throws Exception {
    while (!end.get()) {
      duty.call();
    }
    return "";
  }

  private List<Callable<?>> duties() {
    return List.of(
        () -> {
          clock.advance(Duration.ofSeconds(1));
          return drive.engine.ingestTick();
        },
        () -> drive.engine.sweepTick(),
        () -> drive.engine.snapshotTick(),
        () -> {
          drive.publish();
          return "";
        },
        () -> {
          takeOrDropMany();
          return "";
        });
  }

  private void takeOrDropMany() throws Exception {
    if (snapshots.size() > 6) {
      String name = snapshots.keySet().iterator().next();
      snapshots.remove(name);
      drive.engine.dropSnapshot(FileName.of(name));
    } else {
      String name = "s" + taken++;
      drive.engine.takeSnapshot(FileName.of(name));
      snapshots.put(name, listing(drive.fs, drive.fs.lookup(past(), FileName.of(name)).inode()));
      String read = snapshots.keySet().iterator().next();
      long root = drive.fs.lookup(past(), FileName.of(read)).inode();
      assertEquals(snapshots.get(read), listing(drive.fs, root), read);
    }
  }

  private void finishMany() throws Exception {
    drive.publish();
    FileSystem view = drive.restore().fileSystem(DriveFixture.ME);
    for (Map.Entry<String, Map<String, String>> snapshot : snapshots.entrySet()) {
      FileName name = FileName.of(snapshot.getKey());
      assertEquals(
          snapshot.getValue(), listing(drive.fs, drive.fs.lookup(past(), name).inode()), "packed");
      assertEquals(
          snapshot.getValue(),
          listing(view, view.lookup(FileSystem.ROOT, name).inode()),
          "restored");
    }
    long live = view.lookup(FileSystem.ROOT, FileName.of("live")).inode();
    assertEquals(listing(drive.fs, FileSystem.ROOT), listing(view, live), "restored");
  }
}
