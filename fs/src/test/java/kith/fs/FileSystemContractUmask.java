package kith.fs;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import kith.fs.DriveException.Reason;
import org.junit.jupiter.api.Test;

/** The umask, where the kernel leaves it to the filesystem. */
interface FileSystemContractUmask extends FileSystemContractBase {
  private Caller careful() {
    return new Caller(caller().uid(), caller().gid(), 027);
  }

  private int mode(long directory, String name) throws IOException {
    return drive().lookup(directory, FileName.of(name)).mode();
  }

  private void makeThree(long directory) throws IOException {
    drive().release(drive().create(careful(), directory, FileName.of("f"), 0666).handle());
    drive().makeDirectory(careful(), directory, FileName.of("d"), 0777);
    var fifo = new FileSystem.NewNode(directory, FileName.of("p"), FileKind.FIFO, 0666, 0);
    drive().makeNode(careful(), fifo);
  }

  @Test
  default void theUmaskIsTakenAway() throws IOException {
    makeThree(FileSystem.ROOT);
    assertEquals(0640, mode(FileSystem.ROOT, "f"));
    assertEquals(0750, mode(FileSystem.ROOT, "d"));
    assertEquals(0640, mode(FileSystem.ROOT, "p"));
  }

  @Test
  default void aDefaultListTakesThePlaceOfTheUmask() throws IOException {
    long directory = directory("x");
    drive()
        .setXattr(
            directory,
            TestLists.byDefault(),
            TestLists.list(
                TestLists.OWNER,
                TestLists.USER_42,
                TestLists.GROUP,
                TestLists.MASK,
                TestLists.OTHER),
            FileSystem.XattrMode.CREATE_OR_REPLACE);
    makeThree(directory);
    assertEquals(0664, mode(directory, "f"));
    assertEquals(0764, mode(directory, "d"));
    assertEquals(0664, mode(directory, "p"));
  }

  @Test
  default void aSymlinkHasAllPermissions() throws IOException {
    drive().makeSymlink(careful(), FileSystem.ROOT, FileName.of("s"), new byte[] {'x'});
    assertEquals(0777, mode(FileSystem.ROOT, "s"));
  }

  @Test
  default void attributesOfOtherNamespacesAreRefused() throws IOException {
    long inode = file("f", "");
    for (String name : new String[] {"other.x", "system.x", "user"}) {
      byte[] bytes = name.getBytes(java.nio.charset.StandardCharsets.US_ASCII);
      assertFails(
          Reason.NOT_SUPPORTED,
          () ->
              drive().setXattr(inode, bytes, new byte[1], FileSystem.XattrMode.CREATE_OR_REPLACE));
    }
  }
}
