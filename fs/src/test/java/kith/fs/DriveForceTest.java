package kith.fs;

import static kith.fs.DriveFixture.ME;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import kith.index.CrashDisk;
import kith.index.MemoryStorage;
import kith.index.PackStore;
import kith.index.Staging;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A disk that fails to make staged bytes durable, and has then forgotten them. */
final class DriveForceTest {
  private static final Path STAGING = Path.of("/staging");
  private static final Path PACKS = Path.of("/packs");

  private final PackTestNode.Clock clock = new PackTestNode.Clock();
  private final CrashDisk disk = new CrashDisk();
  private final MemoryStorage storage = new MemoryStorage();
  private final byte[] content = new byte[50_000];
  private DriveFixture drive;
  private long whole;
  private long lost;

  @BeforeEach
  void write() throws IOException {
    new Random(1).nextBytes(content);
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
    whole = drive.write(FileSystem.ROOT, "whole", content);
    drive.fs.sync(whole);
    lost = drive.write(FileSystem.ROOT, "lost", content);
  }

  @AfterEach
  void close() throws IOException {
    drive.close();
  }

  @Test
  void whatTheCacheStillHasIsDurableAfterAll() throws IOException {
    disk.failForces(1, false);
    drive.fs.sync(lost);
    disk.restart(new Random(1));
    drive = drive.afterCrash();
    assertArrayEquals(content, DriveFixture.read(drive.fs, lost));
  }

  @Test
  void aFullDiskIsToldUntilThereIsRoom() throws IOException {
    disk.failForces(3, false);
    assertThrows(IOException.class, () -> drive.fs.sync(lost));
    assertThrows(IOException.class, () -> drive.fs.sync(lost));
    drive.fs.sync(lost);
    disk.restart(new Random(1));
    drive = drive.afterCrash();
    assertArrayEquals(content, DriveFixture.read(drive.fs, lost));
  }

  @Test
  @UnexpectedLogs.Expected("did not keep")
  void syncingAFileThatWasNotKeptFailsUntilItIsWrittenAgain() throws Exception {
    disk.failForces(1, true);
    drive.fs.sync(whole);
    for (int i = 0; i < 3; i++) {
      assertThrows(IOException.class, () -> drive.fs.sync(lost));
      assertThrows(IOException.class, () -> DriveFixture.read(drive.fs, lost));
      drive.fs.sync(whole);
      clock.advance(Duration.ofSeconds(2));
      drive.runDuties();
    }
    long told = drive.events.stream().filter(event -> event.contains("file-damaged")).count();
    assertEquals(1, told, drive.events.toString());
    drive.fs.change(ME, lost, AttributeChange.size(0));
    drive.write(lost, 0, content);
    drive.fs.sync(lost);
    disk.restart(new Random(1));
    drive = drive.afterCrash();
    assertArrayEquals(content, DriveFixture.read(drive.fs, lost));
    assertArrayEquals(content, DriveFixture.read(drive.fs, whole));
  }

  @Test
  @UnexpectedLogs.Expected("did not keep")
  void whatWasNotKeptIsNeverReadAsSomethingElse() throws Exception {
    assertArrayEquals(content, DriveFixture.read(drive.fs, lost));
    disk.failForces(1, true);
    assertThrows(IOException.class, () -> drive.fs.sync(lost));
    long after = drive.write(FileSystem.ROOT, "after", content);
    drive.fs.sync(after);
    disk.restart(new Random(1));
    drive = drive.afterCrash();
    assertThrows(IOException.class, () -> DriveFixture.read(drive.fs, lost));
    assertArrayEquals(content, DriveFixture.read(drive.fs, after));
    assertTrue(drive.fs.attributes(lost).size() == content.length);
  }
}
