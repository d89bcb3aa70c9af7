package kith.fs;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import kith.fs.DriveException.Reason;
import org.junit.jupiter.api.Test;

/** Making and removing names. */
interface FileSystemContractNames extends FileSystemContractBase {
  @Test
  default void theRootIsADirectory() throws IOException {
    Attributes root = drive().attributes(FileSystem.ROOT);
    assertEquals(FileKind.DIRECTORY, root.kind());
    assertEquals(FileSystem.ROOT, root.inode());
    assertEquals(2, root.nlink());
  }

  @Test
  default void aMadeFileIsFoundByItsName() throws IOException {
    long made = file("a", "abc");
    Attributes found = find("a");
    assertEquals(made, found.inode());
    assertEquals(FileKind.REGULAR, found.kind());
    assertEquals(3, found.size());
    assertEquals(1, found.nlink());
    assertEquals(found, drive().attributes(made));
  }

  @Test
  default void aMissingNameIsNotFound() {
    assertFails(Reason.NOT_FOUND, () -> find("nothing"));
    assertFails(Reason.NOT_FOUND, () -> drive().unlink(FileSystem.ROOT, FileName.of("nothing")));
    assertFails(
        Reason.NOT_FOUND,
        () -> drive().removeDirectory(caller(), FileSystem.ROOT, FileName.of("nothing")));
  }

  @Test
  default void aTakenNameIsRefused() throws IOException {
    file("taken", "kept");
    FileName taken = FileName.of("taken");
    assertFails(Reason.EXISTS, () -> drive().create(caller(), FileSystem.ROOT, taken, 0644));
    assertFails(Reason.EXISTS, () -> drive().makeDirectory(caller(), FileSystem.ROOT, taken, 0755));
    assertFails(
        Reason.EXISTS,
        () -> drive().makeSymlink(caller(), FileSystem.ROOT, taken, new byte[] {'x'}));
    assertEquals("kept", text(find("taken").inode()));
  }

  @Test
  default void namesOfAnyBytesComeBack() throws IOException {
    FileName latin = FileName.of("caf\u00e9".getBytes(StandardCharsets.ISO_8859_1));
    FileName utf = FileName.of("caf\u00e9");
    FileName odd = FileName.of(new byte[] {1, '\n', '\\', ' ', (byte) 0xff, (byte) 0x80});
    FileName longest = FileName.of("x".repeat(FileName.MAX_LENGTH));
    for (FileName name : Set.of(latin, utf, odd, longest)) {
      drive().release(drive().create(caller(), FileSystem.ROOT, name, 0600).handle());
      assertEquals(0600, drive().lookup(FileSystem.ROOT, name).mode());
    }
    assertEquals(Set.of(latin, utf, odd, longest), Set.copyOf(names(FileSystem.ROOT)));
  }

  @Test
  default void aDirectoryCountsItsSubdirectories() throws IOException {
    long outer = directory("outer");
    long inner = directory(outer, "inner");
    file(outer, "file", new byte[0]);
    assertEquals(3, drive().attributes(outer).nlink());
    assertEquals(2, drive().attributes(inner).nlink());
    drive().removeDirectory(caller(), outer, FileName.of("inner"));
    assertEquals(2, drive().attributes(outer).nlink());
  }

  @Test
  default void onlyEmptyDirectoriesAreRemoved() throws IOException {
    long full = directory("full");
    file(full, "file", new byte[0]);
    FileName name = FileName.of("full");
    assertFails(Reason.NOT_EMPTY, () -> drive().removeDirectory(caller(), FileSystem.ROOT, name));
    drive().unlink(full, FileName.of("file"));
    drive().removeDirectory(caller(), FileSystem.ROOT, name);
    assertFails(Reason.NOT_FOUND, () -> drive().lookup(FileSystem.ROOT, name));
  }

  @Test
  default void filesAndDirectoriesAreRemovedByTheirOwnCalls() throws IOException {
    file("file", "");
    directory("directory");
    assertFails(
        Reason.NOT_DIRECTORY,
        () -> drive().removeDirectory(caller(), FileSystem.ROOT, FileName.of("file")));
    assertFails(
        Reason.IS_DIRECTORY, () -> drive().unlink(FileSystem.ROOT, FileName.of("directory")));
  }

  @Test
  default void aRemovedNameCanBeMadeAgain() throws IOException {
    long first = file("again", "first");
    drive().unlink(FileSystem.ROOT, FileName.of("again"));
    long second = file("again", "2nd");
    assertEquals("2nd", text(second));
    assertEquals(second, find("again").inode());
    assertFails(Reason.STALE, () -> drive().attributes(first));
  }

  @Test
  default void aFileHasNoEntries() throws IOException {
    long inode = file("file", "");
    assertFails(Reason.NOT_DIRECTORY, () -> drive().lookup(inode, FileName.of("x")));
  }

  @Test
  default void nodesOfAllKindsAreMade() throws IOException {
    long device = 5L << 8 | 1;
    for (FileKind kind :
        Set.of(FileKind.FIFO, FileKind.SOCKET, FileKind.CHARACTER_DEVICE, FileKind.BLOCK_DEVICE)) {
      boolean special = kind == FileKind.CHARACTER_DEVICE || kind == FileKind.BLOCK_DEVICE;
      FileName name = FileName.of(kind.name());
      var node = new FileSystem.NewNode(FileSystem.ROOT, name, kind, 0640, special ? device : 0);
      drive().makeNode(caller(), node);
      Attributes found = drive().lookup(FileSystem.ROOT, name);
      assertEquals(kind, found.kind());
      assertEquals(0640, found.mode());
      assertEquals(special ? device : 0, found.device());
    }
  }

  @Test
  default void symlinksKeepTheirTarget() throws IOException {
    byte[] target = "../caf\u00e9/x".repeat(400).getBytes(StandardCharsets.ISO_8859_1);
    Attributes made = drive().makeSymlink(caller(), FileSystem.ROOT, FileName.of("s"), target);
    assertEquals(FileKind.SYMLINK, made.kind());
    assertEquals(target.length, made.size());
    assertArrayEquals(target, drive().readSymlink(find("s").inode()));
  }
}
