package kith.fs;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Random;
import kith.fs.DriveException.Reason;
import kith.fs.FileSystem.AllocateMode;
import kith.fs.FileSystem.SeekTo;
import org.junit.jupiter.api.Test;

/** Holes, made and found. */
interface FileSystemContractSpace extends FileSystemContractBase {
  private void allocate(long inode, long offset, long length, AllocateMode mode)
      throws IOException {
    FileSystem.Opened opened = drive().open(inode, true);
    try {
      drive().allocate(opened.handle(), offset, length, mode);
    } finally {
      drive().release(opened.handle());
    }
  }

  @Test
  default void allocatedSpaceReadsAsZerosUpToTheNewEnd() throws IOException {
    long inode = file("f", "text");
    allocate(inode, 2, 6, AllocateMode.ALLOCATE);
    assertEquals("text\0\0\0\0", text(inode));
    allocate(inode, 0, 3, AllocateMode.ALLOCATE);
    assertEquals(8, drive().attributes(inode).size());
    allocate(inode, 0, 1 << 20, AllocateMode.ALLOCATE_KEEP_SIZE);
    assertEquals("text\0\0\0\0", text(inode));
  }

  @Test
  default void aPunchedHoleReadsAsZerosAndGivesItsSpaceBack() throws IOException {
    var bytes = new byte[1_000_000];
    Arrays.fill(bytes, (byte) 'x');
    long inode = file(FileSystem.ROOT, "f", bytes);
    drive().sync(inode);
    long before = drive().attributes(inode).blocks();
    allocate(inode, 100_001, 800_000, AllocateMode.PUNCH_HOLE);
    Arrays.fill(bytes, 100_001, 900_001, (byte) 0);
    assertArrayEquals(bytes, content(inode));
    assertEquals(bytes.length, drive().attributes(inode).size());
    assertTrue(drive().attributes(inode).blocks() <= before - 1500, "blocks");
    allocate(inode, 999_990, 1000, AllocateMode.PUNCH_HOLE);
    Arrays.fill(bytes, 999_990, bytes.length, (byte) 0);
    assertArrayEquals(bytes, content(inode));
  }

  @Test
  default void zeroedRangesReadAsZeros() throws IOException {
    long inode = file("f", "0123456789");
    allocate(inode, 2, 3, AllocateMode.ZERO_KEEP_SIZE);
    assertEquals("01\0\0\00056789", text(inode));
    allocate(inode, 8, 10, AllocateMode.ZERO_KEEP_SIZE);
    assertEquals("01\0\0\000567\0\0", text(inode));
    allocate(inode, 9, 3, AllocateMode.ZERO);
    assertEquals("01\0\0\000567\0\0\0\0", text(inode));
  }

  @Test
  default void aHandleForReadingAllocatesNothing() throws IOException {
    FileSystem.Opened opened = drive().open(file("f", "kept"), false);
    assertFails(
        Reason.BAD_HANDLE, () -> drive().allocate(opened.handle(), 0, 9, AllocateMode.ALLOCATE));
    drive().release(opened.handle());
    assertEquals("kept", text(find("f").inode()));
  }

  @Test
  default void fileLengthsHaveAnEnd() throws IOException {
    long inode = file("f", "kept");
    assertFails(
        Reason.FILE_TOO_LARGE,
        () -> allocate(inode, Long.MAX_VALUE - 5, 10, AllocateMode.ALLOCATE));
    assertFails(Reason.INVALID, () -> allocate(inode, 0, 0, AllocateMode.ALLOCATE));
    assertFails(Reason.INVALID, () -> allocate(inode, -1, 5, AllocateMode.PUNCH_HOLE));
    assertEquals("kept", text(inode));
  }

  @Test
  default void allocatingChangesTheTimes() throws IOException {
    long inode = file("f", "kept");
    var change =
        AttributeChange.times(
            java.util.Optional.empty(), java.util.Optional.of(new Timestamp(1, 0)));
    for (AllocateMode mode : AllocateMode.values()) {
      drive().change(caller(), inode, change);
      allocate(inode, 0, 10, mode);
      assertTrue(drive().attributes(inode).mtime().seconds() > 1, mode.name());
    }
  }

  @Test
  default void dataAndHolesAreFound() throws IOException {
    long block = 1 << 16;
    FileSystem.Opened f = drive().create(caller(), FileSystem.ROOT, FileName.of("f"), 0644);
    var bytes = new byte[(int) block];
    Arrays.fill(bytes, (byte) 1);
    drive().write(f.handle(), 2 * block, ByteBuffer.wrap(bytes));
    drive().write(f.handle(), 5 * block, ByteBuffer.wrap(bytes));
    drive().change(caller(), f.attributes().inode(), AttributeChange.size(9 * block));
    drive().sync(f.attributes().inode());
    long[][] expected = {{0, 2, 0}, {2, 2, 3}, {3, 5, 3}, {4, 5, 4}, {5, 5, 6}};
    for (long[] row : expected) {
      assertEquals(row[1] * block, drive().seek(f.handle(), row[0] * block, SeekTo.DATA));
      assertEquals(row[2] * block, drive().seek(f.handle(), row[0] * block, SeekTo.HOLE));
    }
    assertEquals(2 * block + 9, drive().seek(f.handle(), 2 * block + 9, SeekTo.DATA));
    assertEquals(7 * block + 1, drive().seek(f.handle(), 7 * block + 1, SeekTo.HOLE));
    assertFails(Reason.NO_SUCH_OFFSET, () -> drive().seek(f.handle(), 6 * block, SeekTo.DATA));
    assertFails(Reason.NO_SUCH_OFFSET, () -> drive().seek(f.handle(), 9 * block, SeekTo.HOLE));
    assertFails(Reason.NO_SUCH_OFFSET, () -> drive().seek(f.handle(), 9 * block, SeekTo.DATA));
    assertFails(Reason.NO_SUCH_OFFSET, () -> drive().seek(f.handle(), 99 * block, SeekTo.HOLE));
    drive().release(f.handle());
  }

  @Test
  default void theEndOfAFileIsAHole() throws IOException {
    FileSystem.Opened f = drive().open(file("f", "text"), false);
    assertEquals(4, drive().seek(f.handle(), 1, SeekTo.HOLE));
    assertEquals(1, drive().seek(f.handle(), 1, SeekTo.DATA));
    drive().release(f.handle());
    FileSystem.Opened empty = drive().open(file("empty", ""), false);
    assertFails(Reason.NO_SUCH_OFFSET, () -> drive().seek(empty.handle(), 0, SeekTo.DATA));
    assertFails(Reason.NO_SUCH_OFFSET, () -> drive().seek(empty.handle(), 0, SeekTo.HOLE));
    drive().release(empty.handle());
  }

  @Test
  default void whatWasJustWrittenIsData() throws IOException {
    FileSystem.Opened f = drive().create(caller(), FileSystem.ROOT, FileName.of("f"), 0644);
    drive().change(caller(), f.attributes().inode(), AttributeChange.size(1 << 20));
    drive().write(f.handle(), 1 << 19, ByteBuffer.wrap("now".getBytes(UTF_8)));
    long found = drive().seek(f.handle(), 0, SeekTo.DATA);
    assertTrue(found <= 1 << 19, "data at " + found);
    drive().release(f.handle());
  }

  @Test
  default void randomHolesMatchAnArray() throws IOException {
    int size = 300_000;
    var random = new Random(20261122);
    var model = new byte[size];
    FileSystem.Opened f = drive().create(caller(), FileSystem.ROOT, FileName.of("m"), 0644);
    drive().change(caller(), f.attributes().inode(), AttributeChange.size(size));
    for (int step = 0; step < 300; step++) {
      int offset = random.nextInt(size - 1);
      int length = 1 + random.nextInt(Math.min(size - offset, 60_000));
      if (random.nextInt(3) == 0) {
        var mode = random.nextBoolean() ? AllocateMode.PUNCH_HOLE : AllocateMode.ZERO;
        drive().allocate(f.handle(), offset, length, mode);
        Arrays.fill(model, offset, offset + length, (byte) 0);
      } else {
        Arrays.fill(model, offset, offset + length, (byte) (1 + random.nextInt(100)));
        drive().write(f.handle(), offset, ByteBuffer.wrap(model, offset, length));
      }
      if (step % 25 == 0) {
        assertArrayEquals(model, content(f.handle(), size), "step " + step);
      }
    }
    drive().release(f.handle());
    assertArrayEquals(model, content(find("m").inode()));
  }
}
