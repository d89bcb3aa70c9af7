package kith.fs;

import static kith.fs.TreeBuilderSource.name;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.UserDefinedFileAttributeView;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import kith.codec.KithException;
import kith.codec.OwnerId;
import kith.codec.PackKind;
import kith.fs.fuse.DestinationDisk;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RestorerTest {
  private static final OwnerId DRIVE = HeadCodecTest.OWNER;
  private static final RestoreOwners NOBODY = owners(OptionalInt.empty());

  @TempDir Path folder;
  private Path into;
  private final PageMemoryChunks chunks = new PageMemoryChunks();
  private final TreeBuilderSource source = new TreeBuilderSource(chunks);
  private final List<ChunkRef> fetched = new ArrayList<>();

  @BeforeEach
  void makeDestination() throws IOException {
    into = Files.createDirectory(folder.resolve("into"));
  }

  private static RestoreOwners owners(OptionalInt number) {
    return new RestoreOwners() {
      @Override
      public OptionalInt user(String name) {
        return number;
      }

      @Override
      public OptionalInt group(String name) {
        return number;
      }
    };
  }

  /** Counts what is fetched of files. */
  private final class Counting implements ChunkSource {
    @Override
    public byte[] chunk(ChunkRef ref) throws KithException {
      byte[] bytes = chunks.chunk(ref);
      if (isData(ref)) {
        synchronized (fetched) {
          fetched.add(ref);
        }
      }
      return bytes;
    }

    @Override
    public boolean isContent(ChunkRef ref, byte[] bytes) {
      return chunks.isContent(ref, bytes);
    }
  }

  private static boolean isData(ChunkRef ref) {
    return ref.pack().toBytes()[3] == PackKind.DATA.tag();
  }

  private static byte[] random(long seed, int length) {
    byte[] bytes = new byte[length];
    new SplittableRandom(seed).nextBytes(bytes);
    return bytes;
  }

  /** What has the random bytes of a seed. */
  private ChunkRef chunk(long seed, int length) throws IOException {
    return chunks.put(PackKind.DATA, random(seed, length), 0, length);
  }

  private TreeBuilderSource.Node file(TreeBuilderSource.Node parent, String name) {
    return source.add(parent, name, FileKind.REGULAR);
  }

  /** One of everything. */
  private void fill() {
    var sub = source.add(source.root, "sub", FileKind.DIRECTORY);
    sub.mode = 02751;
    var deep = source.add(sub, "deep", FileKind.DIRECTORY);
    for (int i = 0; i < 30; i++) {
      source.write(file(deep, "f" + i), 0, random(i, 100 + i * 50));
    }
    var large = file(source.root, "large");
    large.mode = 0604;
    large.xattrs.add(
        new Xattr("user.colour".getBytes(StandardCharsets.UTF_8), new byte[] {1, 0, 2}));
    for (int i = 0; i < 20; i++) {
      source.write(large, large.size, random(100 + i, 50_000));
    }
    var sparse = file(sub, "sparse");
    source.write(sparse, 3 << 20, random(200, 70_000));
    source.write(sparse, 9 << 20, random(201, 70_000));
    sparse.size = 20 << 20;
    file(sub, "empty");
    var link = source.add(sub, "link", FileKind.SYMLINK);
    link.target = "../nowhere".getBytes(StandardCharsets.UTF_8);
    link.mode = 0777;
    link.mtime = new Timestamp(-14_182_940, 123_456_789);
    source.add(sub, "fifo", FileKind.FIFO);
    source.link(deep, "again", large);
    source.link(sub, "and-again", large);
  }

  private PackedTree pack() throws Exception {
    ChunkRef root = TreeBuilder.build(source.input(), chunks, chunks, TreeMemo.NONE).root();
    return PackedTree.open(
        new PackedTree.Access(new Counting(), Runnable::run, 1 << 20, 1000), root);
  }

  private Restorer restorer(ReadTree tree, int threads, Restorer.Watcher watcher) {
    var what = new Restorer.Source(tree, DRIVE, 7, "", FileSystem.ROOT);
    return new Restorer(what, NOBODY, false, threads, watcher);
  }

  private DestinationFolder destination() throws IOException {
    return new DestinationDisk().folder(into.toString().getBytes(StandardCharsets.UTF_8));
  }

  private RestoreReport restore(ReadTree tree) throws IOException {
    return restorer(tree, 4, report -> true).folder(destination());
  }

  /** All that can be told of what is below a folder. */
  private Map<String, String> found() throws IOException {
    var found = new TreeMap<String, String>();
    try (var files = Files.walk(into)) {
      for (Path path : files.toList()) {
        found.put(into.relativize(path).toString(), describe(path));
      }
    }
    return found;
  }

  private static String describe(Path path) throws IOException {
    var all = Files.readAttributes(path, "unix:*", LinkOption.NOFOLLOW_LINKS);
    boolean regular = Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS);
    FileTime changed = (FileTime) all.get("lastModifiedTime");
    Instant mtime = changed.toInstant();
    String xattrs = "";
    if (regular) {
      var view = Files.getFileAttributeView(path, UserDefinedFileAttributeView.class);
      xattrs = view.list().toString();
    }
    return "%o %d:%d %s %s %s"
        .formatted(
            (int) all.get("mode"),
            (int) all.get("uid"),
            (int) all.get("gid"),
            mtime,
            regular ? all.get("nlink") + " " + sum(path) : "",
            xattrs);
  }

  private static String sum(Path path) throws IOException {
    byte[] bytes = Files.readAllBytes(path);
    return bytes.length + " " + java.util.Arrays.hashCode(bytes);
  }

  /** What the source would look like. */
  private Map<String, String> wanted() throws Exception {
    var wanted = new TreeMap<String, String>();
    describe(source.root, "", wanted);
    return wanted;
  }

  private void describe(TreeBuilderSource.Node node, String path, Map<String, String> into)
      throws Exception {
    Attributes a = source.attributes(node.inode);
    String regular = "";
    if (node.kind == FileKind.REGULAR) {
      var bytes = java.nio.ByteBuffer.allocate((int) node.size);
      source.read(node.inode, 0, bytes);
      regular = a.nlink() + " " + node.size + " " + java.util.Arrays.hashCode(bytes.array());
    }
    List<String> xattrs = new ArrayList<>();
    node.xattrs.forEach(x -> xattrs.add(new String(x.name(), StandardCharsets.UTF_8).substring(5)));
    into.put(
        path,
        "%o %d:%d %s %s %s"
            .formatted(
                node.kind.modeBits() | node.mode,
                a.uid(),
                a.gid(),
                Instant.ofEpochSecond(node.mtime.seconds(), node.mtime.nanos()),
                regular,
                node.kind == FileKind.REGULAR ? xattrs.toString() : ""));
    for (var child : node.children.entrySet()) {
      String name = child.getKey().toString();
      describe(child.getValue(), path.isEmpty() ? name : path + "/" + name, into);
    }
  }

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

  private long allocated(String path) throws IOException {
    Path file = into.resolve(path);
    try (var parent =
        new DestinationDisk()
            .folder(file.getParent().toString().getBytes(StandardCharsets.UTF_8))) {
      var stat = parent.stat(name(file.getFileName().toString())).orElseThrow();
      return stat.attributes().blocks() * 512;
    }
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

  private static long openFiles() throws IOException {
    try (var open = Files.list(Path.of("/proc/self/fd"))) {
      return open.filter(each -> isFolderOrFile(each)).count();
    }
  }

  /** The JVM opens and closes its own archives and sockets. */
  private static boolean isFolderOrFile(Path number) {
    try {
      return Files.readSymbolicLink(number).toString().contains("/into");
    } catch (IOException e) {
      return false; // closed meanwhile
    }
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

  /** Whatever has its name is whole. */
  private void nothingIsHalf() throws Exception {
    Map<String, String> wanted = wanted();
    try (var files = Files.walk(into)) {
      for (Path path : files.filter(Files::isRegularFile).toList()) {
        String name = into.relativize(path).toString();
        if (!name.startsWith(".kith-restore")) {
          assertTrue(wanted.get(name).contains(" " + sum(path) + " "), name + " is not whole");
        }
      }
    }
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
