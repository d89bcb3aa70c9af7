package kith.fs;

import static kith.fs.DriveFixture.ME;
import static kith.fs.DriveFixture.listing;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import kith.codec.PackId;
import kith.index.CrashDisk;
import kith.index.Disk;
import kith.index.MemoryStorage;
import kith.index.PackStore;
import kith.index.Staging;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Things that happen at the same time, or in the wrong moment. */
final class DriveRaceTest {
  private static final Path STAGING = Path.of("/staging");
  private static final Path PACKS = Path.of("/packs");

  private final CrashDisk disk = new CrashDisk();
  private final MemoryStorage storage = new MemoryStorage();
  private final PackTestNode.Clock clock = new PackTestNode.Clock();
  private final CountDownLatch held = new CountDownLatch(1);
  private final CountDownLatch goOn = new CountDownLatch(1);
  private volatile boolean holdPacks;
  @TempDir Path folder;
  private DriveFixture drive;

  @BeforeEach
  void open() throws Exception {
    disk.makeDirectory(STAGING);
    disk.makeDirectory(PACKS);
    Disk slow = slowDisk();
    drive =
        new DriveFixture(
            () -> {
              Staging staging = new Staging(disk, STAGING);
              return new DriveFixture.Disks.Opened(
                  storage.rows(staging), staging, new PackStore(slow, PACKS), () -> {});
            },
            new PackTestPartners(4),
            clock);
  }

  @AfterEach
  void close() throws Exception {
    drive.close();
  }

  /** The disk; a pack that is written while packs are held waits. */
  private Disk slowDisk() {
    return (Disk)
        Proxy.newProxyInstance(
            Disk.class.getClassLoader(),
            new Class<?>[] {Disk.class},
            (proxy, method, arguments) -> {
              if (holdPacks && method.getName().equals("create")) {
                held.countDown();
                goOn.await();
              }
              try {
                return method.invoke(disk, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }

  private static byte[] bytes(long seed, int length) {
    byte[] content = new byte[length];
    new Random(seed).nextBytes(content);
    return content;
  }

  private long snapshot(String name) throws IOException {
    long past = drive.fs.lookup(FileSystem.ROOT, FileName.of(".snapshots")).inode();
    return drive.fs.lookup(past, FileName.of(name)).inode();
  }

  /** Lets idle packs be written, and waits until that many bytes are left in staging. */
  private void awaitStaged(long bytes) throws Exception {
    long latest = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    while (drive.engine.safety().stagedBytes() != bytes) {
      assertTrue(System.nanoTime() < latest, drive.engine.safety() + " and not " + bytes);
      clock.advance(Duration.ofMinutes(11));
      drive.engine.ingestTick();
      Thread.onSpinWait();
    }
  }

  @Test
  void aSnapshotDoesNotTakeOverWhatALaterStateWasPackedInto() throws Exception {
    drive.write(FileSystem.ROOT, "file", bytes(1, 1000));
    LiveTree live = new LiveTree(drive.rows, drive.staging, clock, ME);
    long earlier = live.epochs.advance();
    try (PackTestNode node = new PackTestNode(folder);
        var before = drive.rows.freeze()) {
      live.ancestry.directoryChanges(FileSystem.ROOT);
      long later = live.epochs.advance();
      ChunkRef nodes = node.writer.put(kith.codec.PackKind.TREE, bytes(2, 100), 0, 100);
      try (var after = drive.rows.freeze()) {
        new RowsMemo(live, after, later, node.writer)
            .noted(Map.of(FileSystem.ROOT, new byte[] {1}), nodes);
        assertTrue(
            new RowsMemo(live, after, later, node.writer)
                .note(FileSystem.ROOT)
                .orElseThrow()
                .unchanged());
      }
      assertFalse(
          new RowsMemo(live, before, earlier, node.writer)
              .note(FileSystem.ROOT)
              .orElseThrow()
              .unchanged(),
          "the root has changed since");
    }
  }

  @Test
  void aNoteIsMadeOnlyWhenTheContentBelowItIsOnTheDisk() throws Exception {
    LiveTree live = new LiveTree(drive.rows, drive.staging, clock, ME);
    try (PackTestNode node = new PackTestNode(folder);
        var frozen = drive.rows.freeze()) {
      ChunkRef content = node.writer.put(kith.codec.PackKind.DATA, bytes(1, 100), 0, 100);
      ChunkRef nodes = node.writer.put(kith.codec.PackKind.TREE, bytes(2, 100), 0, 100);
      new RowsMemo(live, frozen, 1, node.writer)
          .noted(Map.of(FileSystem.ROOT, new byte[] {1}), nodes);
      assertTrue(node.writer.unsaved(nodes.pack()).isEmpty());
      assertTrue(node.writer.unsaved(content.pack()).isEmpty());
    }
  }

  @Test
  void aSnapshotThatCouldNotBeTakenIsForgotten() throws Exception {
    drive.write(FileSystem.ROOT, "file", bytes(1, 1000));
    storage.failWith(new IOException("No space left on device"));
    assertThrows(IOException.class, () -> drive.engine.takeSnapshot(FileName.of("s")));
    storage.failWith(null);
    assertEquals(List.of(), drive.engine.snapshots().entries());
    drive.engine.takeSnapshot(FileName.of("s"));
    assertEquals(1, drive.engine.snapshotTick());
    assertEquals(0, drive.engine.snapshotTick());
    assertEquals(listing(drive.fs, FileSystem.ROOT), listing(drive.fs, snapshot("s")));
  }

  @Test
  void aSnapshotIsDroppedAtOnceEvenWhileItIsPacked() throws Exception {
    drive.write(FileSystem.ROOT, "file", bytes(1, 1000));
    drive.engine.takeSnapshot(FileName.of("s"));
    holdPacks = true;
    CompletableFuture<Integer> packing =
        CompletableFuture.supplyAsync(
            () -> {
              try {
                return drive.engine.snapshotTick();
              } catch (Exception e) {
                throw new IllegalStateException(e);
              }
            });
    assertTrue(held.await(20, TimeUnit.SECONDS));
    CompletableFuture<Void> dropping =
        CompletableFuture.runAsync(
            () -> {
              try {
                drive.engine.dropSnapshot(FileName.of("s"));
              } catch (IOException e) {
                throw new IllegalStateException(e);
              }
            });
    try {
      dropping.get(20, TimeUnit.SECONDS);
      assertThrows(DriveException.class, () -> snapshot("s"));
    } finally {
      holdPacks = false;
      goOn.countDown();
    }
    packing.get(20, TimeUnit.SECONDS);
    drive.engine.snapshotTick();
    assertEquals(List.of(), drive.engine.snapshots().entries());
    assertEquals(List.of(), storage.checkpoints());
  }

  @Test
  void whoReadsASnapshotGoesOnWhenItIsPacked() throws Exception {
    drive.write(FileSystem.ROOT, "file", bytes(1, 1000));
    LiveTree live = new LiveTree(drive.rows, drive.staging, clock, ME);
    long inode = drive.fs.lookup(FileSystem.ROOT, FileName.of("file")).inode();
    PendingTree tree = new PendingTree(live.rows.freeze(), null);
    assertEquals(1000, tree.attributes(inode).size());
    tree.packed(new RowsTree(live.rows, null));
    tree.close();
    assertEquals(1000, tree.attributes(inode).size());

    PendingTree dropped = new PendingTree(live.rows.freeze(), null);
    dropped.close();
    assertThrows(DriveException.class, () -> dropped.attributes(inode));
  }

  @Test
  void aFileThatCannotBeReadHoldsUpNoOther() throws Exception {
    drive.write(FileSystem.ROOT, "bad", bytes(1, 50_000));
    drive.write(FileSystem.ROOT, "good", bytes(2, 50_000));
    drive.fs.sync(FileSystem.ROOT);
    Path segment = STAGING.resolve(disk.list(STAGING).get(0));
    disk.flipBit(segment, 1000);
    assertEquals(0, drive.engine.ingestTick());
    clock.advance(Duration.ofSeconds(2));
    assertEquals(2, drive.engine.ingestTick());
    awaitStaged(0);
    assertEquals(1, drive.events.size(), drive.events::toString);
  }

  @Test
  void aFileThatIsUnderWayIsNotBegunAgain() throws Exception {
    long inode = drive.write(FileSystem.ROOT, "file", bytes(1, 50_000));
    drive.engine.ingestTick();
    clock.advance(Duration.ofSeconds(2));
    assertEquals(1, drive.engine.ingestTick());
    drive.write(inode, 10, bytes(2, 100));
    drive.engine.ingestTick();
    clock.advance(Duration.ofSeconds(2));
    assertEquals(0, drive.engine.ingestTick(), "it waits for its pack");
    awaitStaged(0);
    byte[] expected = bytes(1, 50_000);
    System.arraycopy(bytes(2, 100), 0, expected, 10, 100);
    assertArrayEquals(expected, DriveFixture.read(drive.fs, inode));
  }

  @Test
  void aClockThatGoesBackDelaysNothing() throws Exception {
    drive.write(FileSystem.ROOT, "file", bytes(1, 50_000));
    drive.engine.ingestTick();
    clock.advance(Duration.ofDays(-365));
    drive.engine.ingestTick();
    clock.advance(Duration.ofSeconds(2));
    assertEquals(1, drive.engine.ingestTick());
  }

  @Test
  void aPackWhoseRowsACrashForgotIsTakenUpAndNothingIsStoredTwice() throws Exception {
    drive.write(FileSystem.ROOT, "file", bytes(1, 300_000));
    drive.fs.sync(FileSystem.ROOT);
    drive.engine.ingestTick();
    awaitStaged(0);
    List<PackId> packs = drive.packs.list();
    assertEquals(1, packs.size());
    drive = drive.afterCrash();
    assertEquals(300_000, drive.engine.safety().stagedBytes(), "the rows are lost");
    assertTrue(PackRows.live(drive.rows, packs.get(0)).isPresent());
    drive.engine.ingestTick();
    awaitStaged(0);
    assertEquals(packs, drive.packs.list());
  }

  @Test
  void aPublicationEndsThoughMoreIsSealedAllTheTime() throws Exception {
    drive.write(FileSystem.ROOT, "file", bytes(1, 300_000));
    int[] looks = {0};
    assertTrue(
        drive.engine.publish(
            new DriveEngine.Watcher() {
              @Override
              public void phase(String name) {}

              @Override
              public boolean goOn() {
                try {
                  drive.write(FileSystem.ROOT, "more" + looks[0], bytes(looks[0] + 2, 100));
                  drive.engine.takeSnapshot(FileName.of("s" + looks[0]));
                  drive.engine.snapshotTick();
                } catch (Exception e) {
                  throw new IllegalStateException(e);
                }
                return ++looks[0] < 50;
              }
            }));
  }

  @Test
  void theLastByteThatAFileCanHaveIsKept() throws Exception {
    long inode = drive.write(FileSystem.ROOT, "file", bytes(1, 10));
    long end = Long.MAX_VALUE;
    drive.write(inode, end - 20, bytes(2, 20));
    drive.publish();
    for (FileSystem fs : List.of(drive.fs, drive.restore().fileSystem(ME))) {
      long root =
          fs == drive.fs
              ? FileSystem.ROOT
              : fs.lookup(FileSystem.ROOT, FileName.of("live")).inode();
      FileSystem.Opened file = fs.open(fs.lookup(root, FileName.of("file")).inode(), false);
      assertEquals(end, file.attributes().size());
      ByteBuffer tail = ByteBuffer.allocate(100);
      assertEquals(25, fs.read(file.handle(), end - 25, tail));
      byte[] expected = new byte[100];
      System.arraycopy(bytes(2, 20), 0, expected, 5, 20);
      assertArrayEquals(expected, tail.array());
      fs.release(file.handle());
    }
  }
}
