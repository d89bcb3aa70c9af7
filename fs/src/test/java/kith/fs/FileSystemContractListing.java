package kith.fs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Listing directories, in pieces and while they change. */
interface FileSystemContractListing extends FileSystemContractBase {
  int ENTRIES = 600;

  private long directoryOfMany() throws IOException {
    long directory = directory("many");
    for (int i = 0; i < ENTRIES; i++) {
      file(directory, "entry-" + i, new byte[0]);
    }
    return directory;
  }

  /** Takes up to {@code room} names after the cookie; returns the new cookie. */
  private long take(long directory, long after, int room, List<FileName> names) throws IOException {
    long[] last = {after};
    int[] left = {room};
    drive()
        .readDirectory(
            directory,
            after,
            (name, inode, kind, cookie) -> {
              if (left[0]-- == 0) {
                return false;
              }
              names.add(name);
              last[0] = cookie;
              return true;
            });
    return last[0];
  }

  @Test
  default void anEmptyDirectoryListsNothing() throws IOException {
    assertEquals(List.of(), names(directory("empty")));
  }

  @Test
  default void entriesTellNumberAndKind() throws IOException {
    long file = file("f", "");
    long directory = directory("d");
    var seen = new HashSet<String>();
    drive()
        .readDirectory(
            FileSystem.ROOT, 0, (name, inode, kind, cookie) -> seen.add(name + " " + inode + kind));
    assertEquals(
        Set.of("f " + file + FileKind.REGULAR, "d " + directory + FileKind.DIRECTORY), seen);
  }

  @Test
  default void aListingGoesOnWhereItStopped() throws IOException {
    long directory = directoryOfMany();
    var names = new ArrayList<FileName>();
    long cookie = 0;
    for (int before = -1; before < names.size(); ) {
      before = names.size();
      cookie = take(directory, cookie, 7, names);
    }
    assertEquals(ENTRIES, names.size());
    assertEquals(ENTRIES, new HashSet<>(names).size());
    assertEquals(names, names(directory));
  }

  @Test
  default void whatIsListedCanBeRemovedBetweenPieces() throws IOException {
    long directory = directoryOfMany();
    long cookie = 0;
    var seen = new ArrayList<FileName>();
    for (int before = -1; before < seen.size(); ) {
      before = seen.size();
      cookie = take(directory, cookie, 50, seen);
      for (FileName name : seen.subList(before, seen.size())) {
        drive().unlink(directory, name);
      }
    }
    assertEquals(ENTRIES, seen.size());
    assertEquals(List.of(), names(directory));
  }

  @Test
  default void whatStaysIsListedOnceWhileOthersComeAndGo() throws IOException {
    long directory = directoryOfMany();
    var seen = new ArrayList<FileName>();
    long cookie = take(directory, 0, ENTRIES / 2, seen);
    FileName first = seen.get(0);
    drive().unlink(directory, first);
    file(directory, "a newcomer", new byte[0]);
    file(directory, "zz another", new byte[0]);
    take(directory, cookie, Integer.MAX_VALUE, seen);
    for (int i = 0; i < ENTRIES; i++) {
      FileName name = FileName.of("entry-" + i);
      assertEquals(1, seen.stream().filter(name::equals).count(), name.toString());
    }
    assertTrue(names(directory).contains(FileName.of("a newcomer")));
  }
}
