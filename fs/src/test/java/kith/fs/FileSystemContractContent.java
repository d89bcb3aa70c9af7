package kith.fs;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import kith.fs.DriveException.Reason;
import org.junit.jupiter.api.Test;

/** Reading and writing. */
interface FileSystemContractContent extends FileSystemContractBase {
  private FileSystem.Opened create(String name) throws IOException {
    return drive().create(caller(), FileSystem.ROOT, FileName.of(name), 0644);
  }

  private static byte[] random(long seed, int length) {
    var bytes = new byte[length];
    new Random(seed).nextBytes(bytes);
    return bytes;
  }

  @Test
  default void anEmptyFileReadsAsNothing() throws IOException {
    FileSystem.Opened opened = create("empty");
    assertEquals(0, drive().read(opened.handle(), 0, ByteBuffer.allocate(10)));
    drive().release(opened.handle());
    assertEquals(0, find("empty").size());
  }

  @Test
  default void aReadAtTheEndIsShort() throws IOException {
    FileSystem.Opened opened = drive().open(file("f", "0123456789"), false);
    ByteBuffer target = ByteBuffer.allocate(8);
    assertEquals(3, drive().read(opened.handle(), 7, target));
    assertEquals('7', target.get(0));
    assertEquals(0, drive().read(opened.handle(), 10, ByteBuffer.allocate(8)));
    assertEquals(0, drive().read(opened.handle(), 100, ByteBuffer.allocate(8)));
    drive().release(opened.handle());
  }

  @Test
  default void largeContentComesBack() throws IOException {
    byte[] content = random(1, 3_000_001);
    assertArrayEquals(content, content(file(FileSystem.ROOT, "large", content)));
  }

  @Test
  default void aHoleReadsAsZerosAndTakesNoSpace() throws IOException {
    FileSystem.Opened opened = create("sparse");
    long end = 1L << 40;
    drive().write(opened.handle(), end, ByteBuffer.wrap(new byte[] {1}));
    ByteBuffer middle = ByteBuffer.wrap(random(2, 4096));
    assertEquals(4096, drive().read(opened.handle(), end / 2, middle));
    assertArrayEquals(new byte[4096], middle.array());
    drive().sync(opened.attributes().inode());
    drive().release(opened.handle());
    Attributes found = find("sparse");
    assertEquals(end + 1, found.size());
    assertTrue(found.blocks() * 512 < 1 << 20, found.blocks() + " blocks");
  }

  @Test
  default void truncatedBytesDoNotComeBack() throws IOException {
    long inode = file("f", "0123456789");
    drive().change(caller(), inode, AttributeChange.size(4));
    drive().change(caller(), inode, AttributeChange.size(8));
    assertEquals("0123\0\0\0\0", text(inode));
    assertEquals(8, find("f").size());
  }

  @Test
  default void aHandleForReadingDoesNotWrite() throws IOException {
    FileSystem.Opened opened = drive().open(file("f", "kept"), false);
    assertFails(
        Reason.BAD_HANDLE,
        () -> drive().write(opened.handle(), 0, ByteBuffer.wrap(new byte[] {1})));
    drive().release(opened.handle());
    assertEquals("kept", text(find("f").inode()));
  }

  @Test
  default void directoriesAreNotOpenedAsFiles() throws IOException {
    long inode = directory("d");
    assertFails(Reason.IS_DIRECTORY, () -> drive().open(inode, true));
  }

  @Test
  default void twoHandlesSeeTheSameBytes() throws IOException {
    FileSystem.Opened one = create("f");
    FileSystem.Opened two = drive().open(one.attributes().inode(), true);
    drive().write(one.handle(), 0, ByteBuffer.wrap(new byte[] {1, 1, 1}));
    drive().write(two.handle(), 1, ByteBuffer.wrap(new byte[] {2, 2, 2}));
    assertArrayEquals(new byte[] {1, 2, 2, 2}, content(one.handle(), 4));
    drive().release(one.handle());
    assertArrayEquals(new byte[] {1, 2, 2, 2}, content(two.handle(), 4));
    drive().release(two.handle());
  }

  @Test
  default void randomWritesAndTruncationsMatchAnArray() throws IOException {
    int size = 300_000;
    var random = new Random(20261121);
    var model = new byte[size];
    int length = 0;
    FileSystem.Opened opened = create("model");
    for (int step = 0; step < 300; step++) {
      int offset = random.nextInt(size);
      if (random.nextInt(10) == 0) {
        drive().change(caller(), opened.attributes().inode(), AttributeChange.size(offset));
        Arrays.fill(model, Math.min(offset, length), Math.max(offset, length), (byte) 0);
        length = offset;
      } else {
        byte[] bytes = random(step, Math.min(size - offset, 1 + random.nextInt(20_000)));
        drive().write(opened.handle(), offset, ByteBuffer.wrap(bytes));
        System.arraycopy(bytes, 0, model, offset, bytes.length);
        length = Math.max(length, offset + bytes.length);
      }
      if (step % 25 == 0) {
        drive().sync(opened.attributes().inode());
        assertArrayEquals(Arrays.copyOf(model, length), content(opened.handle(), length));
      }
    }
    drive().release(opened.handle());
    assertArrayEquals(Arrays.copyOf(model, length), content(find("model").inode()));
  }

  @Test
  default void filesWrittenAtOnceDoNotMix() throws Exception {
    int writers = 8;
    var pool = Executors.newFixedThreadPool(writers);
    try {
      var jobs =
          IntStream.range(0, writers)
              .mapToObj(
                  i ->
                      (Callable<Long>)
                          () -> file(FileSystem.ROOT, "file-" + i, random(i, 500_000 + i)))
              .toList();
      int i = 0;
      for (Future<Long> written : pool.invokeAll(jobs)) {
        assertArrayEquals(random(i, 500_000 + i), content(written.get()));
        i++;
      }
    } finally {
      pool.shutdownNow();
    }
    assertEquals(writers, names(FileSystem.ROOT).size());
  }

  @Test
  default void theDriveTellsItsSpace() throws IOException {
    FileSystem.Space space = drive().space();
    assertTrue(space.totalBytes() > 0, "total");
    assertTrue(space.freeBytes() > 0 && space.freeBytes() <= space.totalBytes(), "free");
    assertTrue(space.freeFiles() > 0, "files");
  }
}
