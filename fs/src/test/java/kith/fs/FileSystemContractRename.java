package kith.fs;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import kith.fs.DriveException.Reason;
import org.junit.jupiter.api.Test;

/** Renaming. */
interface FileSystemContractRename extends FileSystemContractBase {
  private void rename(String from, String to) throws IOException {
    drive().rename(FileSystem.ROOT, FileName.of(from), FileSystem.ROOT, FileName.of(to));
  }

  @Test
  default void aRenamedFileStaysTheSame() throws IOException {
    long inode = file("a", "text");
    long target = directory("d");
    drive().rename(FileSystem.ROOT, FileName.of("a"), target, FileName.of("b"));
    assertFails(Reason.NOT_FOUND, () -> find("a"));
    assertEquals(inode, drive().lookup(target, FileName.of("b")).inode());
    assertEquals("text", text(drive().lookup(target, FileName.of("b")).inode()));
  }

  @Test
  default void aRenamedDirectoryTakesItsContentAlong() throws IOException {
    long from = directory("from");
    long to = directory("to");
    long moved = directory(from, "moved");
    file(moved, "f", new byte[] {7});
    drive().rename(from, FileName.of("moved"), to, FileName.of("m"));
    assertEquals(2, drive().attributes(from).nlink());
    assertEquals(3, drive().attributes(to).nlink());
    long found = drive().lookup(to, FileName.of("m")).inode();
    assertArrayEquals(new byte[] {7}, content(drive().lookup(found, FileName.of("f")).inode()));
    directory(from, "moved");
    assertEquals(List.of(), names(drive().lookup(from, FileName.of("moved")).inode()));
  }

  @Test
  default void aFileReplacesAFile() throws IOException {
    long inode = file("new", "new");
    long replaced = file("old", "old");
    rename("new", "old");
    assertEquals(List.of(FileName.of("old")), names(FileSystem.ROOT));
    assertEquals(inode, find("old").inode());
    assertEquals("new", text(find("old").inode()));
    assertFails(Reason.STALE, () -> drive().attributes(replaced));
  }

  @Test
  default void aReplacedFileThatIsOpenCanStillBeRead() throws IOException {
    file("new", "new");
    FileSystem.Opened old = drive().open(file("old", "old!"), false);
    rename("new", "old");
    assertEquals("new", text(find("old").inode()));
    assertArrayEquals("old!".getBytes(StandardCharsets.UTF_8), content(old.handle(), 4));
    drive().release(old.handle());
    assertEquals(List.of(FileName.of("old")), names(FileSystem.ROOT));
  }

  @Test
  default void anOpenFileCanBeRenamed() throws IOException {
    FileSystem.Opened opened = drive().open(file("a", "text"), false);
    rename("a", "b");
    assertArrayEquals("text".getBytes(StandardCharsets.UTF_8), content(opened.handle(), 4));
    drive().release(opened.handle());
    assertEquals(4, find("b").size());
  }

  @Test
  default void aDirectoryReplacesOnlyAnEmptyDirectory() throws IOException {
    long moved = directory("moved");
    directory("empty");
    file(directory("full"), "f", new byte[0]);
    assertFails(Reason.NOT_EMPTY, () -> rename("moved", "full"));
    rename("moved", "empty");
    assertEquals(moved, find("empty").inode());
    assertEquals(4, drive().attributes(FileSystem.ROOT).nlink());
  }

  @Test
  default void filesAndDirectoriesDoNotReplaceEachOther() throws IOException {
    file("file", "");
    directory("directory");
    assertFails(Reason.IS_DIRECTORY, () -> rename("file", "directory"));
    assertFails(Reason.NOT_DIRECTORY, () -> rename("directory", "file"));
    assertEquals(
        Set.of(FileName.of("file"), FileName.of("directory")), Set.copyOf(names(FileSystem.ROOT)));
  }

  @Test
  default void aDirectoryDoesNotMoveIntoItself() throws IOException {
    long outer = directory("outer");
    long inner = directory(outer, "inner");
    FileName name = FileName.of("outer");
    assertFails(
        Reason.INVALID, () -> drive().rename(FileSystem.ROOT, name, inner, FileName.of("x")));
    assertEquals(outer, find("outer").inode());
  }

  @Test
  default void renamingToAnotherNameOfTheSameFileChangesNothing() throws IOException {
    long inode = file("one", "x");
    drive().link(inode, FileSystem.ROOT, FileName.of("two"));
    rename("one", "two");
    assertEquals(2, names(FileSystem.ROOT).size());
    assertEquals(2, find("one").nlink());
  }

  @Test
  default void aMissingFileCannotBeRenamed() {
    assertFails(Reason.NOT_FOUND, () -> rename("nothing", "something"));
  }
}
