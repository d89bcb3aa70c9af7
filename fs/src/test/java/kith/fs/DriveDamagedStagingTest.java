package kith.fs;

import static kith.fs.DriveFixture.ME;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Bytes that were written and not chunked yet, and then damaged on the disk. */
final class DriveDamagedStagingTest {
  private static final int PART = 100_000;
  private static final int RECORD = 32 + PART;

  @TempDir Path folder;
  private final byte[] whole = bytes(1, 3 * PART);
  private final byte[] other = bytes(2, PART);
  private DriveFixture drive;

  /** What happens to the second of three records, or all that follows it. */
  enum Damage {
    FLIPPED_IN_THE_HEADER {
      @Override
      void to(Path segment) throws IOException {
        PackFiles.flip(segment, 32 + RECORD + 5);
      }
    },
    FLIPPED_IN_THE_DATA {
      @Override
      void to(Path segment) throws IOException {
        PackFiles.flip(segment, 32 + RECORD + 32 + 50_000);
      }
    },
    FLIPPED_IN_THE_MAGIC {
      @Override
      void to(Path segment) throws IOException {
        PackFiles.flip(segment, 32 + RECORD);
      }
    },
    FLIPPED_IN_THE_CHECKSUM {
      @Override
      void to(Path segment) throws IOException {
        PackFiles.flip(segment, 32 + RECORD + 25);
      }
    };

    abstract void to(Path segment) throws IOException;
  }

  @BeforeEach
  void write() throws Exception {
    drive = new DriveFixture(folder, new PackTestPartners(4));
    long inode = drive.write(FileSystem.ROOT, "file", Arrays.copyOf(whole, PART));
    drive.write(inode, PART, Arrays.copyOfRange(whole, PART, 2 * PART));
    drive.write(inode, 2 * PART, Arrays.copyOfRange(whole, 2 * PART, 3 * PART));
    drive.write(FileSystem.ROOT, "other", other);
  }

  @AfterEach
  void close() throws Exception {
    drive.close();
  }

  private static byte[] bytes(long seed, int length) {
    byte[] content = new byte[length];
    new Random(seed).nextBytes(content);
    return content;
  }

  private Path segment() throws IOException {
    try (var files = Files.list(folder.resolve("staging"))) {
      return files.findFirst().orElseThrow();
    }
  }

  private long inode() throws IOException {
    return drive.fs.lookup(FileSystem.ROOT, FileName.of("file")).inode();
  }

  private static byte[] read(FileSystem fs, long inode, long offset) throws IOException {
    FileSystem.Opened file = fs.open(inode, false);
    ByteBuffer part = ByteBuffer.allocate(PART);
    try {
      fs.read(file.handle(), offset, part);
      return part.array();
    } finally {
      fs.release(file.handle());
    }
  }

  private void readsAllButTheMiddle(FileSystem fs, long folder) throws IOException {
    long inode = fs.lookup(folder, FileName.of("file")).inode();
    assertEquals(3 * PART, fs.attributes(inode).size());
    assertArrayEquals(Arrays.copyOf(whole, PART), read(fs, inode, 0));
    assertThrows(IOException.class, () -> read(fs, inode, PART));
    assertThrows(IOException.class, () -> read(fs, inode, 2 * PART - 1));
    assertArrayEquals(Arrays.copyOfRange(whole, 2 * PART, 3 * PART), read(fs, inode, 2 * PART));
    long beside = fs.lookup(folder, FileName.of("other")).inode();
    assertArrayEquals(other, DriveFixture.read(fs, beside));
  }

  private long view(FileSystem view, String name) throws IOException {
    return view.lookup(FileSystem.ROOT, FileName.of(name)).inode();
  }

  @ParameterizedTest
  @EnumSource
  void oneDamagedRecordIsAnErrorThereAndEverythingElseGoesOn(Damage damage) throws Exception {
    drive = drive.reopen(() -> damage.to(segment()));
    readsAllButTheMiddle(drive.fs, FileSystem.ROOT);
    drive.engine.takeSnapshot(FileName.of("past"));
    drive.publish();
    assertEquals(1, drive.events.size(), drive.events::toString);
    String event = drive.events.get(0);
    assertTrue(event.startsWith("file-damaged: file: 100000 bytes from 100000 on"), event);
    assertEquals(1, drive.engine.safety().tree().damagedFiles());
    assertEquals(1, drive.engine.safety().tree().publishedFiles(), "only the other");
    readsAllButTheMiddle(drive.fs, FileSystem.ROOT);
    long past = drive.fs.lookup(FileSystem.ROOT, FileName.of(".snapshots")).inode();
    readsAllButTheMiddle(drive.fs, drive.fs.lookup(past, FileName.of("past")).inode());
    FileSystem view = drive.restore().fileSystem(ME);
    readsAllButTheMiddle(view, view(view, "live"));
    readsAllButTheMiddle(view, view(view, "past"));
    drive = drive.reopen();
    drive.runDuties();
    drive.publish();
    assertEquals(List.of(), drive.events, "told once");
    assertTrue(drive.staging.segments().size() <= 1, "nothing waits for ever");
  }

  @Test
  void writingTheRangeAgainEndsTheDamage() throws Exception {
    drive = drive.reopen(() -> Damage.FLIPPED_IN_THE_DATA.to(segment()));
    drive.publish();
    drive.write(inode(), PART, Arrays.copyOfRange(whole, PART, 2 * PART));
    assertArrayEquals(whole, DriveFixture.read(drive.fs, inode()));
    drive.runDuties();
    assertEquals(0, drive.engine.safety().tree().damagedFiles());
    drive.publish();
    assertEquals(2, drive.engine.safety().tree().publishedFiles());
    FileSystem view = drive.restore().fileSystem(ME);
    long file = view.lookup(view(view, "live"), FileName.of("file")).inode();
    assertArrayEquals(whole, DriveFixture.read(view, file));
  }

  @Test
  void cuttingItOffOrDeletingTheFileEndsTheDamage() throws Exception {
    drive = drive.reopen(() -> Damage.FLIPPED_IN_THE_DATA.to(segment()));
    drive.publish();
    drive.fs.change(ME, inode(), AttributeChange.size(PART));
    drive.runDuties();
    assertEquals(0, drive.engine.safety().tree().damagedFiles());
    assertArrayEquals(Arrays.copyOf(whole, PART), DriveFixture.read(drive.fs, inode()));
  }

  @Test
  void inALargeFileThatIsRememberedToo() throws Exception {
    byte[] large = bytes(4, 6_000_000);
    long inode = drive.write(FileSystem.ROOT, "large", large);
    drive.publish();
    drive = drive.reopen();
    drive.write(inode, 3_000_000, bytes(5, PART));
    drive =
        drive.reopen(
            () -> PackFiles.flip(folder.resolve("staging").resolve("0000000002.segment"), 40_000));
    drive.publish();
    drive.write(FileSystem.ROOT, "other", bytes(6, 10));
    drive.publish();
    FileSystem view = drive.restore().fileSystem(ME);
    long file = view.lookup(view(view, "live"), FileName.of("large")).inode();
    assertThrows(IOException.class, () -> read(view, file, 3_050_000));
    for (long offset : new long[] {0, 3_000_000 - PART, 3_000_000 + PART, 6_000_000 - PART}) {
      byte[] expected = Arrays.copyOfRange(large, (int) offset, (int) offset + PART);
      assertArrayEquals(expected, read(view, file, offset));
    }
    assertEquals(1, drive.engine.safety().tree().damagedFiles());
    assertEquals(2, drive.engine.safety().tree().publishedFiles());
  }

  @Test
  void aTornTailIsAnErrorForWhatItHeld() throws Exception {
    drive = drive.reopen(() -> PackFiles.cut(segment(), 32 + 2L * RECORD + 500));
    assertArrayEquals(Arrays.copyOf(whole, PART), read(drive.fs, inode(), 0));
    assertThrows(IOException.class, () -> read(drive.fs, inode(), 2 * PART));
    drive.publish();
    assertEquals(2, drive.engine.safety().tree().damagedFiles(), "the third part, and the other");
    assertEquals(2, drive.events.size(), drive.events::toString);
  }

  @Test
  void aMissingSegmentIsAnErrorAndItsNumberIsNotGivenAgain() throws Exception {
    drive = drive.reopen(() -> Files.delete(segment()));
    byte[] more = bytes(3, PART);
    drive.write(FileSystem.ROOT, "more", more);
    assertEquals(List.of(2), drive.staging.segments());
    for (int part = 0; part < 3; part++) {
      long offset = (long) part * PART;
      assertThrows(IOException.class, () -> read(drive.fs, inode(), offset));
    }
    drive.publish();
    assertEquals(2, drive.events.size(), drive.events::toString);
    assertEquals(2, drive.engine.safety().tree().damagedFiles());
    assertEquals(1, drive.engine.safety().tree().publishedFiles());
    FileSystem view = drive.restore().fileSystem(ME);
    long file = view.lookup(view(view, "live"), FileName.of("more")).inode();
    assertArrayEquals(more, DriveFixture.read(view, file));
  }

  @Test
  void aSnapshotsLostSegmentHasNoNamesake() throws Exception {
    drive.engine.takeSnapshot(FileName.of("past"));
    drive.fs.unlink(FileSystem.ROOT, FileName.of("file"));
    drive.fs.unlink(FileSystem.ROOT, FileName.of("other"));
    drive = drive.reopen(() -> Files.delete(segment()));
    drive.write(FileSystem.ROOT, "more", bytes(3, PART));
    drive.publish();
    long past = drive.fs.lookup(FileSystem.ROOT, FileName.of(".snapshots")).inode();
    long snapshot = drive.fs.lookup(past, FileName.of("past")).inode();
    long file = drive.fs.lookup(snapshot, FileName.of("other")).inode();
    assertThrows(IOException.class, () -> read(drive.fs, file, 0));
    assertEquals(0, drive.engine.safety().tree().damagedFiles(), "they are deleted");
  }
}
