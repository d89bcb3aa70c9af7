package kith.fs;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import kith.fs.DriveException.Reason;
import org.junit.jupiter.api.Test;

/** Files with several names, and files with none. */
interface FileSystemContractLinks extends FileSystemContractBase {
  @Test
  default void aLinkIsTheSameFile() throws IOException {
    long inode = file("one", "content");
    long elsewhere = directory("elsewhere");
    Attributes linked = drive().link(inode, elsewhere, FileName.of("two"));
    assertEquals(inode, linked.inode());
    assertEquals(2, linked.nlink());
    assertEquals(inode, drive().lookup(elsewhere, FileName.of("two")).inode());
    assertEquals("content", text(drive().lookup(elsewhere, FileName.of("two")).inode()));
    assertEquals(2, find("one").nlink());
  }

  @Test
  default void whatIsWrittenThroughOneNameIsReadThroughTheOther() throws IOException {
    long inode = file("one", "old");
    drive().link(inode, FileSystem.ROOT, FileName.of("two"));
    FileSystem.Opened opened = drive().open(find("one").inode(), true);
    drive().write(opened.handle(), 0, ByteBuffer.wrap("longer".getBytes(UTF_8)));
    drive().release(opened.handle());
    assertEquals(6, find("two").size());
    assertEquals("longer", text(find("two").inode()));
  }

  @Test
  default void theLastNameTakesTheFileAlong() throws IOException {
    long inode = file("one", "x");
    drive().link(inode, FileSystem.ROOT, FileName.of("two"));
    drive().unlink(FileSystem.ROOT, FileName.of("one"));
    assertEquals(1, find("two").nlink());
    assertEquals("x", text(find("two").inode()));
    drive().unlink(FileSystem.ROOT, FileName.of("two"));
    assertFails(Reason.STALE, () -> drive().attributes(inode));
  }

  @Test
  default void directoriesHaveOneName() throws IOException {
    long inode = directory("d");
    assertFails(Reason.NOT_PERMITTED, () -> drive().link(inode, FileSystem.ROOT, FileName.of("e")));
  }

  @Test
  default void aLinkNeedsAFreeName() throws IOException {
    long inode = file("one", "1");
    file("two", "2");
    assertFails(Reason.EXISTS, () -> drive().link(inode, FileSystem.ROOT, FileName.of("two")));
    assertEquals("2", text(find("two").inode()));
  }

  @Test
  default void anOpenFileOutlivesItsName() throws IOException {
    long inode = file("gone", "before");
    FileSystem.Opened opened = drive().open(inode, true);
    drive().unlink(FileSystem.ROOT, FileName.of("gone"));
    assertEquals(List.of(), names(FileSystem.ROOT));
    assertFails(Reason.NOT_FOUND, () -> find("gone"));
    assertArrayEquals("before".getBytes(UTF_8), content(opened.handle(), 6));
    drive().write(opened.handle(), 6, ByteBuffer.wrap(" after".getBytes(UTF_8)));
    assertArrayEquals("before after".getBytes(UTF_8), content(opened.handle(), 12));
    drive().release(opened.handle());
    assertFails(Reason.STALE, () -> drive().attributes(inode));
  }

  @Test
  default void anOpenFileWithoutNameKeepsItsAttributes() throws IOException {
    long inode = file("gone", "before");
    FileSystem.Opened opened = drive().open(inode, true);
    drive().unlink(FileSystem.ROOT, FileName.of("gone"));
    assertEquals(6, drive().attributes(inode).size());
    drive().change(caller(), inode, AttributeChange.size(2));
    drive().change(caller(), inode, AttributeChange.mode(0600));
    assertEquals(2, drive().attributes(inode).size());
    assertEquals(0600, drive().attributes(inode).mode());
    drive().release(opened.handle());
  }

  @Test
  default void aDirectoryWhoseOnlyFileIsOpenAndUnlinkedIsEmpty() throws IOException {
    long directory = directory("d");
    long inode = file(directory, "f", new byte[] {1, 2});
    FileSystem.Opened opened = drive().open(inode, false);
    drive().unlink(directory, FileName.of("f"));
    drive().removeDirectory(caller(), FileSystem.ROOT, FileName.of("d"));
    assertArrayEquals(new byte[] {1, 2}, content(opened.handle(), 2));
    drive().release(opened.handle());
  }
}
