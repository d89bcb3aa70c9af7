package kith.fs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

/** Modes, owners and times. */
interface FileSystemContractAttributes extends FileSystemContractBase {
  Timestamp LONG_AGO = new Timestamp(1_000_000_000, 123_456_789);
  Timestamp BEFORE_1970 = new Timestamp(-315_619_200, 1);

  private static AttributeChange times(Timestamp atime, Timestamp mtime) {
    return AttributeChange.times(Optional.ofNullable(atime), Optional.ofNullable(mtime));
  }

  private static boolean isRecent(Timestamp time) {
    return time.seconds() > LONG_AGO.seconds();
  }

  @Test
  default void modesHaveTwelveBits() throws IOException {
    long inode = file("f", "");
    for (int mode : new int[] {0, 0400, 0777, 07777, 04755, 01644}) {
      drive().change(caller(), inode, AttributeChange.mode(mode));
      assertEquals(mode, find("f").mode());
    }
  }

  @Test
  default void ownersAreNumbersOf32Bits() throws IOException {
    long inode = file("f", "");
    drive()
        .change(caller(), inode, AttributeChange.owner(OptionalInt.of(65534), OptionalInt.of(-2)));
    assertEquals(65534, find("f").uid());
    assertEquals(-2, find("f").gid());
    drive().change(caller(), inode, AttributeChange.owner(OptionalInt.of(7), OptionalInt.empty()));
    assertEquals(7, find("f").uid());
    assertEquals(-2, find("f").gid());
  }

  @Test
  default void changingTheOwnerClearsSetuidAndSetgid() throws IOException {
    long inode = file("f", "");
    drive().change(caller(), inode, AttributeChange.mode(06755));
    drive().change(caller(), inode, AttributeChange.owner(OptionalInt.of(1), OptionalInt.of(1)));
    assertEquals(0755, find("f").mode());
  }

  @Test
  default void timesKeepTheirNanoseconds() throws IOException {
    long inode = file("f", "");
    drive().change(caller(), inode, times(BEFORE_1970, LONG_AGO));
    assertEquals(BEFORE_1970, find("f").atime());
    assertEquals(LONG_AGO, find("f").mtime());
  }

  @Test
  default void aTimeThatIsNotGivenStays() throws IOException {
    long inode = file("f", "");
    drive().change(caller(), inode, times(LONG_AGO, LONG_AGO));
    drive().change(caller(), inode, times(null, BEFORE_1970));
    assertEquals(LONG_AGO, find("f").atime());
    assertEquals(BEFORE_1970, find("f").mtime());
    drive().change(caller(), inode, times(BEFORE_1970, null));
    assertEquals(BEFORE_1970, find("f").atime());
    assertEquals(BEFORE_1970, find("f").mtime());
  }

  @Test
  default void symlinksAndDirectoriesHaveTimesToo() throws IOException {
    long directory = directory("d");
    drive().change(caller(), directory, times(LONG_AGO, BEFORE_1970));
    assertEquals(BEFORE_1970, find("d").mtime());
    long link =
        drive().makeSymlink(caller(), FileSystem.ROOT, FileName.of("s"), new byte[] {'d'}).inode();
    drive().change(caller(), link, times(LONG_AGO, BEFORE_1970));
    assertEquals(BEFORE_1970, find("s").mtime());
    assertEquals(BEFORE_1970, find("d").mtime());
  }

  @Test
  default void writingChangesTheTimeOfTheFile() throws IOException {
    long inode = file("f", "old");
    drive().change(caller(), inode, times(LONG_AGO, LONG_AGO));
    FileSystem.Opened opened = drive().open(inode, true);
    drive().write(opened.handle(), 0, ByteBuffer.wrap(new byte[] {1}));
    drive().release(opened.handle());
    assertTrue(isRecent(find("f").mtime()));
    assertTrue(isRecent(find("f").ctime()));
  }

  @Test
  default void truncatingChangesTheTimeOfTheFile() throws IOException {
    long inode = file("f", "old");
    drive().change(caller(), inode, times(LONG_AGO, LONG_AGO));
    drive().change(caller(), inode, AttributeChange.size(1));
    assertTrue(isRecent(find("f").mtime()));
  }

  @Test
  default void lengthModeAndTimesChangeTogether() throws IOException {
    long inode = file("f", "0123456789");
    drive()
        .change(
            caller(),
            inode,
            new AttributeChange(
                OptionalInt.of(0640),
                OptionalInt.of(5),
                OptionalInt.of(6),
                java.util.OptionalLong.of(4),
                Optional.of(BEFORE_1970),
                Optional.of(LONG_AGO),
                Optional.empty()));
    Attributes found = find("f");
    assertEquals(0640, found.mode());
    assertEquals(5, found.uid());
    assertEquals(6, found.gid());
    assertEquals(4, found.size());
    assertEquals(LONG_AGO, found.mtime());
    assertEquals(BEFORE_1970, found.atime());
    assertTrue(isRecent(found.ctime()));
    assertEquals("0123", text(inode));
  }

  @Test
  default void aWriteOfNothingChangesNothing() throws IOException {
    long inode = file("f", "old");
    drive().change(caller(), inode, times(LONG_AGO, LONG_AGO));
    FileSystem.Opened opened = drive().open(inode, true);
    drive().write(opened.handle(), 100, ByteBuffer.allocate(0));
    drive().release(opened.handle());
    assertEquals(3, find("f").size());
    assertEquals(LONG_AGO, find("f").mtime());
  }

  @Test
  default void namesComingAndGoingChangeTheTimeOfTheDirectory() throws IOException {
    long directory = directory("d");
    drive().change(caller(), directory, times(LONG_AGO, LONG_AGO));
    file(directory, "f", new byte[0]);
    assertTrue(isRecent(find("d").mtime()));
    drive().change(caller(), directory, times(LONG_AGO, LONG_AGO));
    drive().unlink(directory, FileName.of("f"));
    assertTrue(isRecent(find("d").mtime()));
  }

  @Test
  default void aSetgidDirectoryHandsDownItsGroup() throws IOException {
    long shared = directory("shared");
    drive()
        .change(caller(), shared, AttributeChange.owner(OptionalInt.empty(), OptionalInt.of(42)));
    drive().change(caller(), shared, AttributeChange.mode(02775));
    file(shared, "f", new byte[0]);
    long inner = directory(shared, "inner");
    assertEquals(42, drive().lookup(shared, FileName.of("f")).gid());
    assertEquals(42, drive().attributes(inner).gid());
    assertEquals(02755, drive().attributes(inner).mode());
  }
}
