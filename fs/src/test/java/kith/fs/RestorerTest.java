package kith.fs;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import org.junit.jupiter.api.Test;

class RestorerTest extends RestorerTestBase {
  @Test
  void everythingComesBackAsItWas() throws Exception {
    fill();
    RestoreReport report = restore(pack());
    assertEquals(wanted(), found());
    assertEquals(List.of(), report.failed().stream().map(PathProblem::reason).toList());
    assertEquals(Set.of(), report.lost().keySet());
    assertEquals(33, report.writtenFiles());
    assertEquals(2, report.links());
    assertEquals(2, report.others());
    assertEquals("../nowhere", Files.readSymbolicLink(into.resolve("sub/link")).toString());
    assertArrayEquals(
        new byte[] {1, 0, 2}, (byte[]) Files.getAttribute(into.resolve("large"), "user:colour"));
    long blocks = allocated("sub/sparse");
    assertTrue(blocks < 300 << 10, blocks + " bytes of a file of holes");
  }

  @Test
  void noFolderStaysOpenHoweverItEnds() throws Exception {
    fill();
    PackedTree tree = pack();
    long before = openFiles();
    for (int steps = 0; steps < 30; steps += 3) {
      int[] left = {steps};
      assertThrows(
          Restorer.EndedException.class,
          () -> restorer(tree, 3, report -> left[0]-- > 0).folder(destination()));
      assertEquals(before, openFiles());
    }
    assertEquals(0, restore(tree).failures());
    assertEquals(before, openFiles());
  }

  @Test
  void ownersAreFoundByTheirNames() throws Exception {
    source.write(file(source.root, "file"), 0, random(1, 10));
    var what = new Restorer.Source(pack(), DRIVE, 7, "", FileSystem.ROOT);
    new Restorer(what, owners(OptionalInt.of(4321)), false, 2, report -> true)
        .folder(destination());
    assertEquals(4321, Files.getAttribute(into.resolve("file"), "unix:uid"));
    assertEquals(4321, Files.getAttribute(into.resolve("file"), "unix:gid"));
  }

  @Test
  void whatIsInTheWayStays() throws Exception {
    fill();
    Files.writeString(into.resolve("sub"), "a file");
    Files.createDirectory(into.resolve("large"));
    Files.writeString(into.resolve("large/kept"), "kept");
    RestoreReport report = restore(pack());
    assertEquals(
        List.of("large", "sub"),
        report.failed().stream()
            .map(each -> new String(each.path(), StandardCharsets.UTF_8))
            .toList());
    assertEquals("a file", Files.readString(into.resolve("sub")));
    assertEquals("kept", Files.readString(into.resolve("large/kept")));
  }

  @Test
  void aLinkOutOfTheFolderIsNotFollowed() throws Exception {
    var sub = source.add(source.root, "sub", FileKind.DIRECTORY);
    source.write(file(sub, "file"), 0, random(1, 10));
    Path outside = Files.createDirectory(folder.resolve("outside"));
    Files.createSymbolicLink(into.resolve("sub"), outside);
    RestoreReport report = restore(pack());
    assertEquals(1, report.failures());
    assertEquals(0, outside.toFile().list().length);
  }

  @Test
  void namesThatAFilesystemTakesForOneAreNotMixedUp() throws Exception {
    source.write(file(source.root, "README"), 0, random(1, 10));
    source.write(file(source.root, "readme"), 0, random(2, 20));
    var upper = source.add(source.root, "Sub", FileKind.DIRECTORY);
    source.write(file(upper, "one"), 0, random(3, 30));
    var lower = source.add(source.root, "sub", FileKind.DIRECTORY);
    source.write(file(lower, "two"), 0, random(4, 40));
    var faulty = new FaultyDestination(destination()).folding();
    RestoreReport report = restorer(pack(), 0, any -> true).folder(faulty);
    assertEquals(
        List.of("readme", "sub"),
        report.failed().stream()
            .map(each -> new String(each.path(), StandardCharsets.UTF_8))
            .toList());
    assertArrayEquals(random(1, 10), Files.readAllBytes(into.resolve("readme")));
    assertEquals(List.of("one"), List.of(into.resolve("sub").toFile().list()));
  }

  @Test
  void whatADestinationCannotKeepIsCounted() throws Exception {
    fill();
    PackedTree tree = pack();
    for (int round = 0; round < 2; round++) {
      var poor = new FaultyDestination(destination()).withoutXattrsAndLinks();
      RestoreReport report = restorer(tree, 2, any -> true).folder(poor);
      assertEquals(0, report.failures());
      assertEquals(3, report.lost().get(DestinationLoss.XATTR).count());
      assertEquals(3, report.lost().get(DestinationLoss.LINK).count());
      assertArrayEquals(
          Files.readAllBytes(into.resolve("large")),
          Files.readAllBytes(into.resolve("sub/and-again")));
    }
  }

  @Test
  void aFileThatIsLinkedFromElsewhereIsLeftAlone() throws Exception {
    source.write(file(source.root, "file"), 0, random(1, 1000));
    Path elsewhere = folder.resolve("elsewhere");
    Files.write(elsewhere, random(1, 1000));
    Files.setAttribute(elsewhere, "unix:mode", 0600);
    Files.createLink(into.resolve("file"), elsewhere);
    var what = new Restorer.Source(pack(), DRIVE, 7, "", FileSystem.ROOT);
    new Restorer(what, NOBODY, true, 1, report -> true).folder(destination());
    assertEquals(wanted(), found());
    assertEquals(List.of(), fetched);
    assertEquals(0100600, Files.getAttribute(elsewhere, "unix:mode"));
  }

  @Test
  void whatTheFolderGivesToNewFilesIsNotTheirs() throws Exception {
    fill();
    byte[] entries = {
      2, 0, 0, 0, 1, 0, 7, 0, -1, -1, -1, -1, 2, 0, 7, 0, 57, 48, 0, 0, 4, 0, 5, 0, -1, -1, -1, -1,
      16, 0, 7, 0, -1, -1, -1, -1, 32, 0, 0, 0, -1, -1, -1, -1
    };
    var list = new Xattr("system.posix_acl_default".getBytes(StandardCharsets.UTF_8), entries);
    try (DestinationFolder folder = destination()) {
      var attributes = new DestinationAttributes(0755, 0, 0, new Timestamp(0, 0), List.of(list));
      assertEquals(Set.of(), folder.adapt(attributes));
    }
    assertEquals(Set.of(), restore(pack()).lost().keySet());
    assertEquals(wanted(), found());
    var listed =
        new ProcessBuilder("getfacl", "-Rcps", into.toString()).redirectErrorStream(true).start();
    assertEquals("", new String(listed.getInputStream().readAllBytes(), StandardCharsets.UTF_8));
  }
}
