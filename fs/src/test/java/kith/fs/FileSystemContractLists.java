package kith.fs;

import static kith.fs.TestLists.GROUP;
import static kith.fs.TestLists.MASK;
import static kith.fs.TestLists.OTHER;
import static kith.fs.TestLists.OWNER;
import static kith.fs.TestLists.USER_42;
import static kith.fs.TestLists.list;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import kith.fs.DriveException.Reason;
import kith.fs.FileSystem.XattrMode;
import kith.fs.TestLists.Entry;
import org.junit.jupiter.api.Test;

/** Access control lists, and the modes that go with them. */
interface FileSystemContractLists extends FileSystemContractBase {
  default void setList(long inode, byte[] name, byte[] list) throws IOException {
    drive().setXattr(inode, name, list, XattrMode.CREATE_OR_REPLACE);
  }

  @Test
  default void aListSetsTheMode() throws IOException {
    long inode = file("f", "");
    byte[] list = list(OWNER, USER_42, GROUP, MASK, OTHER);
    setList(inode, TestLists.access(), list);
    assertEquals(0764, find("f").mode());
    assertArrayEquals(list, drive().xattr(inode, TestLists.access()).orElseThrow());
  }

  @Test
  default void aListThatSaysNoMoreThanTheModeIsNotStored() throws IOException {
    long inode = file("f", "");
    setList(inode, TestLists.access(), list(OWNER, USER_42, GROUP, MASK, OTHER));
    setList(inode, TestLists.access(), list(OWNER, GROUP, OTHER));
    assertEquals(0754, find("f").mode());
    assertEquals(Optional.empty(), drive().xattr(inode, TestLists.access()));
    assertEquals(List.of(), drive().xattrNames(inode));
  }

  @Test
  default void theModeSetsMaskOwnerAndOthers() throws IOException {
    long inode = file("f", "");
    setList(inode, TestLists.access(), list(OWNER, USER_42, GROUP, MASK, OTHER));
    drive().change(caller(), inode, AttributeChange.mode(0610));
    assertEquals(0610, find("f").mode());
    Entry owner = new Entry(1, 6, -1);
    Entry mask = new Entry(0x10, 1, -1);
    Entry other = new Entry(0x20, 0, -1);
    assertArrayEquals(
        list(owner, USER_42, GROUP, mask, other),
        drive().xattr(inode, TestLists.access()).orElseThrow());
  }

  @Test
  default void aRemovedListLeavesTheMode() throws IOException {
    long inode = file("f", "");
    setList(inode, TestLists.access(), list(OWNER, USER_42, GROUP, MASK, OTHER));
    drive().removeXattr(inode, TestLists.access());
    assertEquals(0764, find("f").mode());
    assertEquals(Optional.empty(), drive().xattr(inode, TestLists.access()));
    drive().removeXattr(inode, TestLists.access());
  }

  @Test
  default void onlyDirectoriesHandListsDown() throws IOException {
    long file = file("f", "");
    byte[] list = list(OWNER, USER_42, GROUP, MASK, OTHER);
    assertFails(Reason.ACCESS_DENIED, () -> setList(file, TestLists.byDefault(), list));
    long directory = directory("d");
    setList(directory, TestLists.byDefault(), list);
    assertArrayEquals(list, drive().xattr(directory, TestLists.byDefault()).orElseThrow());
    assertEquals(0755, find("d").mode());
    drive().removeXattr(directory, TestLists.byDefault());
    assertEquals(Optional.empty(), drive().xattr(directory, TestLists.byDefault()));
  }

  @Test
  default void newFilesTakeTheListThatTheirDirectoryHandsDown() throws IOException {
    long directory = directory("d");
    setList(directory, TestLists.byDefault(), list(OWNER, USER_42, GROUP, MASK, OTHER));
    drive().release(drive().create(caller(), directory, FileName.of("f"), 0640).handle());
    Attributes made = drive().lookup(directory, FileName.of("f"));
    assertEquals(0640, made.mode());
    Entry owner = new Entry(1, 6, -1);
    Entry mask = new Entry(0x10, 4, -1);
    Entry other = new Entry(0x20, 0, -1);
    assertArrayEquals(
        list(owner, USER_42, GROUP, mask, other),
        drive().xattr(made.inode(), TestLists.access()).orElseThrow());
    assertEquals(Optional.empty(), drive().xattr(made.inode(), TestLists.byDefault()));
  }

  @Test
  default void newDirectoriesHandItDownToo() throws IOException {
    long directory = directory("d");
    byte[] list = list(OWNER, USER_42, GROUP, MASK, OTHER);
    setList(directory, TestLists.byDefault(), list);
    long inner = drive().makeDirectory(caller(), directory, FileName.of("i"), 0777).inode();
    assertEquals(0764, drive().attributes(inner).mode());
    assertArrayEquals(list, drive().xattr(inner, TestLists.byDefault()).orElseThrow());
    assertArrayEquals(list, drive().xattr(inner, TestLists.access()).orElseThrow());
  }

  @Test
  default void aMinimalDefaultListGivesNothingButAMode() throws IOException {
    long directory = directory("d");
    setList(directory, TestLists.byDefault(), list(OWNER, GROUP, OTHER));
    drive().release(drive().create(caller(), directory, FileName.of("f"), 0666).handle());
    Attributes made = drive().lookup(directory, FileName.of("f"));
    assertEquals(0644, made.mode());
    assertEquals(Optional.empty(), drive().xattr(made.inode(), TestLists.access()));
  }

  @Test
  default void symlinksTakeNoList() throws IOException {
    long directory = directory("d");
    setList(directory, TestLists.byDefault(), list(OWNER, USER_42, GROUP, MASK, OTHER));
    Attributes link = drive().makeSymlink(caller(), directory, FileName.of("s"), new byte[] {'x'});
    assertEquals(0777, link.mode());
  }

  @Test
  default void whatIsNoListIsRefused() throws IOException {
    long inode = file("f", "");
    byte[] good = list(OWNER, USER_42, GROUP, MASK, OTHER);
    byte[] version = good.clone();
    version[0] = 1;
    for (byte[] bad :
        List.of(
            list(OWNER, USER_42, GROUP, OTHER),
            list(OWNER, GROUP),
            list(GROUP, OWNER, OTHER),
            list(OWNER, OWNER, GROUP, OTHER),
            list(OWNER, GROUP, OTHER, MASK),
            list(OWNER, new Entry(4, 8, -1), OTHER),
            list(OWNER, new Entry(3, 4, -1), GROUP, OTHER))) {
      assertFails(Reason.INVALID, () -> setList(inode, TestLists.access(), bad));
    }
    assertFails(
        Reason.INVALID,
        () -> setList(inode, TestLists.access(), java.util.Arrays.copyOf(good, 20 - 1)));
    assertEquals(0644, find("f").mode());
    assertEquals(List.of(), drive().xattrNames(inode));
  }
}
