package kith.fs;

import static kith.fs.DriveFixture.ME;
import static kith.fs.DriveFixture.listing;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import kith.codec.KithException;
import kith.index.CrashDisk;
import kith.index.MemoryStorage;
import kith.index.PackStore;
import kith.index.Staging;
import org.junit.jupiter.api.Test;

/**
 * The disk runs full at every place of a short life; nothing accepted is lost, and life goes on.
 */
@UnexpectedLogs.Expected("could not be written and stays in memory|stays in staging|stays marked")
final class FullDiskStepsTest {
  private static final Path STAGING = Path.of("/staging");
  private static final Path PACKS = Path.of("/packs");
  private static final int STEP = 9_001;
  private static final int FILES = 8;

  private final PackTestNode.Clock clock = new PackTestNode.Clock();
  private final Map<String, byte[]> accepted = new LinkedHashMap<>();
  private CrashDisk disk;
  private MemoryStorage storage;
  private DriveFixture drive;

  private void open() throws IOException {
    accepted.clear();
    disk = new CrashDisk();
    storage = new MemoryStorage();
    disk.makeDirectory(STAGING);
    disk.makeDirectory(PACKS);
    drive =
        new DriveFixture(
            () -> {
              Staging staging = new Staging(disk, STAGING);
              return new DriveFixture.Disks.Opened(
                  storage.rows(staging), staging, new PackStore(disk, PACKS), () -> {});
            },
            new PackTestPartners(4),
            clock);
  }

  private static byte[] content(int file) {
    byte[] bytes = new byte[20_000 + file * 1000];
    new Random(file).nextBytes(bytes);
    return bytes;
  }

  /** Something that a full disk may refuse. */
  private interface Attempt {
    void run() throws Exception;
  }

  /** Returns false if there was no space; every other failure is one of the test. */
  private static boolean attempt(Attempt attempt) throws Exception {
    try {
      attempt.run();
      return true;
    } catch (IOException | KithException e) {
      assertTrue(String.valueOf(e.getMessage()).contains("No space left"), e.toString());
      return false;
    }
  }

  private void life() throws Exception {
    for (int i = 0; i < FILES; i++) {
      int file = i;
      attempt(() -> write("f" + file, content(file)));
      clock.advance(Duration.ofSeconds(2));
      switch (i % 4) {
        case 0 -> attempt(() -> drive.fs.sync(FileSystem.ROOT));
        case 1 -> attempt(() -> drive.engine.ingestTick());
        case 2 -> attempt(() -> drive.engine.takeSnapshot(FileName.of("s" + file)));
        default -> attempt(() -> drive.engine.snapshotTick());
      }
    }
    drive.fs.unlink(FileSystem.ROOT, FileName.of("f0"));
    accepted.remove("f0");
    attempt(() -> drive.engine.sweepTick());
    attempt(() -> drive.publish());
  }

  private void write(String name, byte[] content) throws IOException {
    FileSystem.Opened file = drive.fs.create(ME, FileSystem.ROOT, FileName.of(name), 0644);
    accepted.put(name, new byte[0]);
    try {
      drive.fs.write(file.handle(), 0, ByteBuffer.wrap(content));
      accepted.put(name, content);
    } finally {
      drive.fs.release(file.handle());
    }
  }

  private void check(String when) throws IOException {
    for (Map.Entry<String, byte[]> file : accepted.entrySet()) {
      long inode = drive.fs.lookup(FileSystem.ROOT, FileName.of(file.getKey())).inode();
      assertArrayEquals(
          file.getValue(), DriveFixture.read(drive.fs, inode), file.getKey() + " " + when);
    }
  }

  /** With room again, without a restart. */
  private void goOn(String when) throws Exception {
    check(when);
    write("later", content(99));
    drive.fs.sync(FileSystem.ROOT);
    clock.advance(Duration.ofMinutes(1));
    drive.publish();
    clock.advance(Duration.ofMinutes(1));
    drive.engine.reclaimTick();
    check(when + ", published");
    FileSystem view = drive.restore().fileSystem(ME);
    assertEquals(
        listing(drive.fs, FileSystem.ROOT),
        listing(view, view.lookup(FileSystem.ROOT, FileName.of("live")).inode()),
        when);
    drive.close();
  }

  @Test
  void stagingAndPacksMayRunFullAtAnyByte() throws Exception {
    boolean full = true;
    for (long free = 0; full; free += STEP) {
      open();
      disk.setFree(free);
      life();
      full = !attempt(() -> drive.publish());
      check("with " + free + " bytes");
      disk.setFree(Long.MAX_VALUE);
      goOn("after " + free + " bytes");
    }
  }

  @Test
  void theIndexMayRunFullAtAnyCommit() throws Exception {
    int at = -1;
    int[] failures = {1};
    while (failures[0] > 0) {
      open();
      int last = storage.writes() + ++at;
      failures[0] = 0;
      storage.duringWrite(
          () -> {
            if (storage.writes() >= last && failures[0]++ < 5) {
              throw new IOException("No space left on device");
            }
          });
      life();
      check("without commit " + at);
      storage.duringWrite(() -> {});
      goOn("after commit " + at);
    }
    assertTrue(at > 8, at + " commits");
  }
}
