package kith.fs;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import kith.fs.DriveException.Reason;
import org.junit.jupiter.api.Test;

/** Files without a name that the kernel still knows. */
interface FileSystemContractForgetting extends FileSystemContractBase {
  @Test
  default void aReferencedFileOutlivesItsName() throws IOException {
    long inode = file("gone", "text");
    drive().lookup(FileSystem.ROOT, FileName.of("gone"));
    drive().reference(inode);
    drive().reference(inode);
    drive().unlink(FileSystem.ROOT, FileName.of("gone"));
    assertEquals(0, drive().attributes(inode).nlink());
    assertEquals("text", text(inode));
    drive().forget(inode, 2);
    assertFails(Reason.STALE, () -> drive().attributes(inode));
  }

  @Test
  default void aReferencedDirectoryOutlivesItsName() throws IOException {
    long inode = directory("gone");
    drive().lookup(FileSystem.ROOT, FileName.of("gone"));
    drive().reference(inode);
    drive().removeDirectory(caller(), FileSystem.ROOT, FileName.of("gone"));
    assertEquals(0, drive().attributes(inode).nlink());
    assertEquals(List.of(), names(inode));
    assertFails(Reason.NOT_FOUND, () -> file(inode, "f", new byte[0]));
    assertFails(Reason.NOT_FOUND, () -> directory(inode, "d"));
    assertFails(Reason.NOT_FOUND, () -> drive().lookup(inode, FileName.of("x")));
    file("other", "");
    assertFails(
        Reason.NOT_FOUND,
        () -> drive().rename(FileSystem.ROOT, FileName.of("other"), inode, FileName.of("x")));
    drive().forget(inode, 1);
    assertFails(Reason.STALE, () -> drive().attributes(inode));
  }

  @Test
  default void aHandleKeepsWhatTheKernelHasForgotten() throws IOException {
    long inode = file("gone", "text");
    drive().lookup(FileSystem.ROOT, FileName.of("gone"));
    drive().reference(inode);
    FileSystem.Opened opened = drive().open(inode, true);
    drive().unlink(FileSystem.ROOT, FileName.of("gone"));
    drive().forget(inode, 1);
    assertEquals(4, content(opened.handle(), 4).length);
    drive().release(opened.handle());
  }

  @Test
  default void aFileWithANameIsForgottenWithoutHarm() throws IOException {
    long inode = file("stays", "text");
    drive().lookup(FileSystem.ROOT, FileName.of("stays"));
    drive().reference(inode);
    drive().forget(inode, 1);
    assertEquals("text", text(find("stays").inode()));
  }

  @Test
  default void aReplacedFileStaysAsLongAsItIsKnown() throws IOException {
    long old = file("old", "old");
    file("new", "new");
    drive().lookup(FileSystem.ROOT, FileName.of("old"));
    drive().reference(old);
    drive().rename(FileSystem.ROOT, FileName.of("new"), FileSystem.ROOT, FileName.of("old"));
    assertEquals("old", text(old));
    drive().change(caller(), old, AttributeChange.mode(0600));
    assertEquals(0600, drive().attributes(old).mode());
    drive()
        .change(
            caller(),
            old,
            AttributeChange.times(Optional.empty(), Optional.of(new Timestamp(5, 6))));
    assertEquals(new Timestamp(5, 6), drive().attributes(old).mtime());
    drive().forget(old, 1);
    assertFails(Reason.STALE, () -> drive().attributes(old));
  }
}
