package kith.fs;

import static kith.fs.TreeBuilderSource.name;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Restores that go on where others ended. */
class RestorerResumeTest extends RestorerTestBase {
  @Test
  void aRestoreThatIsBrokenOffAnywhereGoesOnAndFetchesNothingTwice() throws Exception {
    fill();
    PackedTree tree = pack();
    int steps = 0;
    boolean ended = false;
    while (!ended) {
      int[] left = {steps++};
      try {
        restorer(tree, 0, report -> left[0]-- > 0).folder(destination());
        ended = true;
      } catch (Restorer.EndedException e) {
        nothingIsHalf();
      }
    }
    assertTrue(steps > 30, steps + " places to break it off at");
    assertEquals(wanted(), found());
    assertEquals(Set.copyOf(fetched).size(), fetched.size(), "chunks were fetched twice");
  }

  @Test
  void aFileThatWasBegunGoesOnFromWhereItWas() throws Exception {
    var large = file(source.root, "large");
    for (int i = 0; i < 20; i++) {
      source.write(large, large.size, random(100 + i, 50_000));
    }
    chunks.lose(chunk(110, 50_000));
    RestoreReport first = restore(pack());
    assertEquals(1, first.failures());
    assertFalse(Files.exists(into.resolve("large")), "what is not whole has its name");
    assertEquals(10, fetched.size());
    fetched.clear();
    chunks.giveBack(chunk(110, 50_000));
    assertEquals(0, restore(pack()).failures());
    assertEquals(10, fetched.size(), "what was there was fetched again");
    assertEquals(wanted(), found());
  }

  @Test
  void whatCannotBeReadIsListedAndTheRestRestored() throws Exception {
    fill();
    chunks.lose(chunk(5, 100 + 5 * 50));
    RestoreReport report = restore(pack());
    assertEquals(1, report.failures());
    assertEquals("sub/deep/f5", new String(report.failed().get(0).path(), StandardCharsets.UTF_8));
    assertEquals("no such chunk", report.failed().get(0).reason());
    var found = found();
    var wanted = wanted();
    wanted.remove("sub/deep/f5");
    found.keySet().removeIf(name -> name.startsWith(".kith-restore"));
    assertEquals(wanted.keySet(), found.keySet());
    fetched.clear();
    chunks.giveBack(chunk(5, 100 + 5 * 50));
    RestoreReport second = restore(pack());
    assertEquals(List.of(chunk(5, 100 + 5 * 50)), fetched);
    assertEquals(2, second.writtenFiles(), "one of them has other names");
    assertEquals(wanted(), found());
  }

  @Test
  void aFileThatDiffersIsReplacedAndOfTheOthersNothingIsFetched() throws Exception {
    fill();
    restore(pack());
    fetched.clear();
    Path one = into.resolve("sub/deep/f7");
    Files.write(one, random(7, 100 + 7 * 50 - 1)); // one byte short
    Path inHole = into.resolve("sub/sparse");
    try (var channel = Files.newByteChannel(inHole, java.nio.file.StandardOpenOption.WRITE)) {
      channel.position(5 << 20).write(java.nio.ByteBuffer.wrap(new byte[] {1}));
    }
    Files.writeString(into.resolve("other"), "stays");
    RestoreReport kept = restore(pack());
    assertEquals(2, kept.failures());
    assertEquals(
        "was changed since it was restored; --overwrite replaces it",
        kept.failed().get(0).reason());
    assertEquals(1, Files.readAllBytes(inHole)[5 << 20]);
    fetched.clear();
    var what = new Restorer.Source(pack(), DRIVE, 7, "", FileSystem.ROOT);
    RestoreReport report = new Restorer(what, NOBODY, true, 4, any -> true).folder(destination());
    assertEquals(3, report.writtenFiles(), "one of them has other names");
    assertEquals(List.of(chunk(7, 100 + 7 * 50)), fetched, "the sparse file's chunks are there");
    assertEquals("stays", Files.readString(into.resolve("other")));
    Files.delete(into.resolve("other"));
    Files.setLastModifiedTime(into, FileTime.from(Instant.ofEpochSecond(1_700_000_000L, 5)));
    assertEquals(wanted(), found());
  }

  @Test
  void twoRestoresDoNotShareAFolder() throws Exception {
    fill();
    chunks.lose(chunk(5, 100 + 5 * 50));
    PackedTree tree = pack();
    restore(tree);
    var other = new Restorer.Source(tree, DRIVE, 8, "", FileSystem.ROOT);
    var failure =
        assertThrows(
            DestinationException.class,
            () -> new Restorer(other, NOBODY, false, 1, report -> true).folder(destination()));
    assertTrue(failure.getMessage().startsWith("another restore was begun"), failure.getMessage());
    Restorer.Watcher another =
        report -> {
          var second = assertThrows(DestinationException.class, () -> restore(tree));
          assertEquals("a restore into it is under way", second.getMessage());
          return true;
        };
    assertEquals(1, restorer(tree, 0, another).folder(destination()).failures());
  }

  @Test
  void aFullDiskEndsItAndWithRoomItGoesOn() throws Exception {
    fill();
    PackedTree tree = pack();
    int ends = 0;
    for (long room = 200_000; ; room += 200_000) {
      try {
        restorer(tree, 2, any -> true).folder(new FaultyDestination(destination()).room(room));
        break;
      } catch (DestinationException e) {
        assertEquals(DestinationException.Reason.FULL, e.reason());
        nothingIsHalf();
        ends++;
      }
    }
    assertTrue(ends > 0, "there was room at once");
    assertEquals(wanted(), found());
    int twice = fetched.size() - Set.copyOf(fetched).size();
    assertTrue(twice <= 2 * ends, twice + " chunks beside those that had no room");
  }

  @Test
  void whatSomebodyChangedIsNotLinkedAsWhatWasRestored() throws Exception {
    fill();
    restore(pack());
    Files.delete(into.resolve("sub/and-again"));
    Files.write(into.resolve("large"), new byte[] {1});
    RestoreReport report = restore(pack());
    assertEquals(2, report.failures(), "the file by both of its names");
    assertEquals(1_000_000, Files.size(into.resolve("sub/and-again")));
    assertArrayEquals(new byte[] {1}, Files.readAllBytes(into.resolve("large")));
  }

  @Test
  void whatAnEarlierRunLinkedIsLookedAtAgain() throws Exception {
    fill();
    chunks.lose(chunk(5, 100 + 5 * 50));
    restore(pack());
    Path large = into.resolve("large");
    FileTime time = Files.getLastModifiedTime(large);
    Files.write(large, new byte[1_000_000]); // as a power loss may leave it
    Files.setLastModifiedTime(large, time);
    chunks.giveBack(chunk(5, 100 + 5 * 50));
    assertEquals(0, restore(pack()).failures());
    assertEquals(wanted(), found());
  }

  @Test
  void whatIsLeftOfAnotherStateIsNoPartOfAFile() throws Exception {
    var sparse = file(source.root, "sparse");
    source.write(sparse, 0, random(1, 50_000));
    source.write(sparse, 1 << 20, random(2, 50_000));
    source.write(sparse, 5 << 20, random(3, 50_000));
    sparse.size = 8 << 20;
    chunks.lose(chunk(3, 50_000));
    assertEquals(1, restore(pack()).failures());
    Path begun = into.resolve(".kith-restore/" + sparse.inode);
    try (var channel = Files.newByteChannel(begun, java.nio.file.StandardOpenOption.WRITE)) {
      channel.position(300_000).write(java.nio.ByteBuffer.wrap(new byte[] {1}));
      channel.position(7 << 20).write(java.nio.ByteBuffer.wrap(new byte[] {1}));
    }
    chunks.giveBack(chunk(3, 50_000));
    assertEquals(0, restore(pack()).failures());
    assertEquals(wanted(), found());
  }

  @Test
  void aLongerRestoreThatWasBegunIsNotTakenForThis() throws Exception {
    fill();
    chunks.lose(chunk(5, 100 + 5 * 50));
    PackedTree tree = pack();
    var longer = new Restorer.Source(tree, DRIVE, 7, "a/longer/path/than/none", FileSystem.ROOT);
    new Restorer(longer, NOBODY, false, 1, report -> true).folder(destination());
    assertThrows(DestinationException.class, () -> restore(tree));
  }
}
