package kith.fs;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.util.List;
import java.util.Set;
import kith.fs.DriveException.Reason;
import kith.fs.FileSystem.Place;
import kith.fs.FileSystem.RenameMode;
import org.junit.jupiter.api.Test;

/** Renaming that doesn't replace what is there. */
interface FileSystemContractExchange extends FileSystemContractBase {
  private Place place(long directory, String name) throws IOException {
    return new Place(directory, FileName.of(name));
  }

  private Place place(String name) throws IOException {
    return place(FileSystem.ROOT, name);
  }

  private void exchange(Place one, Place other) throws IOException {
    drive().rename(one, other, RenameMode.EXCHANGE);
  }

  @Test
  default void aNameThatIsTakenIsNotReplaced() throws IOException {
    long one = file("one", "1");
    long two = file("two", "2");
    directory("d");
    for (String taken : List.of("two", "d", "one")) {
      assertFails(
          Reason.EXISTS, () -> drive().rename(place("one"), place(taken), RenameMode.NO_REPLACE));
    }
    assertEquals(one, find("one").inode());
    assertEquals("2", text(two));
    drive().rename(place("one"), place("free"), RenameMode.NO_REPLACE);
    assertEquals(one, find("free").inode());
    assertFails(Reason.NOT_FOUND, () -> find("one"));
  }

  @Test
  default void filesExchangeTheirNames() throws IOException {
    long one = file("one", "1");
    long there = directory("there");
    long two = file(there, "two", new byte[] {'2'});
    exchange(place("one"), place(there, "two"));
    assertEquals(two, find("one").inode());
    assertEquals(one, drive().lookup(there, FileName.of("two")).inode());
    assertEquals("2", text(find("one").inode()));
    assertEquals(1, find("one").nlink());
    assertEquals(Set.of("one", "there"), asText(names(FileSystem.ROOT)));
    exchange(place("one"), place(there, "two"));
    assertEquals(one, find("one").inode());
  }

  private static Set<String> asText(List<FileName> names) {
    return Set.copyOf(names.stream().map(FileName::toString).toList());
  }

  @Test
  default void aFileAndADirectoryExchangeTheirNames() throws IOException {
    long here = directory("here");
    long there = directory("there");
    long file = file(here, "x", new byte[] {'f'});
    long moved = directory(there, "y");
    file(moved, "inside", new byte[] {'i'});
    exchange(place(here, "x"), place(there, "y"));
    assertEquals(moved, drive().lookup(here, FileName.of("x")).inode());
    assertEquals(file, drive().lookup(there, FileName.of("y")).inode());
    assertEquals(3, drive().attributes(here).nlink());
    assertEquals(2, drive().attributes(there).nlink());
    assertEquals("i", text(drive().lookup(moved, FileName.of("inside")).inode()));
    exchange(place(here, "x"), place(there, "y"));
    assertEquals(2, drive().attributes(here).nlink());
    assertEquals(3, drive().attributes(there).nlink());
  }

  @Test
  default void fullDirectoriesExchangeTheirNames() throws IOException {
    long one = directory("one");
    long two = directory("two");
    file(one, "a", new byte[0]);
    file(two, "b", new byte[0]);
    exchange(place("one"), place("two"));
    assertEquals(two, find("one").inode());
    assertEquals(List.of(FileName.of("b")), names(find("one").inode()));
    assertEquals(4, drive().attributes(FileSystem.ROOT).nlink());
  }

  @Test
  default void whatIsNotThereIsNotExchanged() throws IOException {
    long one = file("one", "1");
    assertFails(Reason.NOT_FOUND, () -> exchange(place("one"), place("nothing")));
    assertFails(Reason.NOT_FOUND, () -> exchange(place("nothing"), place("one")));
    assertEquals(one, find("one").inode());
  }

  @Test
  default void aDirectoryDoesNotExchangeWithWhatIsInIt() throws IOException {
    long outer = directory("outer");
    long inner = directory(outer, "inner");
    file(inner, "f", new byte[0]);
    for (Place below : List.of(place(outer, "inner"), place(inner, "f"))) {
      assertFails(Reason.INVALID, () -> exchange(place("outer"), below));
      assertFails(Reason.INVALID, () -> exchange(below, place("outer")));
    }
    assertEquals(outer, find("outer").inode());
    assertEquals(inner, drive().lookup(outer, FileName.of("inner")).inode());
  }

  @Test
  default void namesOfTheSameFileExchangeWithoutEffect() throws IOException {
    long inode = file("one", "1");
    drive().link(inode, FileSystem.ROOT, FileName.of("two"));
    exchange(place("one"), place("two"));
    assertEquals(inode, find("one").inode());
    assertEquals(inode, find("two").inode());
    assertEquals(2, find("one").nlink());
  }
}
