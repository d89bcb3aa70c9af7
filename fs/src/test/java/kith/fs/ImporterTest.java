package kith.fs;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import kith.index.Table;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What an import makes of its source, on a real drive. */
@Timeout(60)
final class ImporterTest {
  private static final ImportOptions ALL = new ImportOptions(false, false, Set.of());

  @TempDir Path folder;
  private final FakeSource source = new FakeSource();
  private final List<String> told = new ArrayList<>();
  private DriveFixture drive;

  private final KernelNames kernel =
      new KernelNames() {
        @Override
        public void nameChanged(long directory, FileName name) {
          told.add("name " + name);
        }

        @Override
        public void attributesChanged(long inode) {
          told.add("inode " + inode);
        }
      };

  @BeforeEach
  void open() throws IOException {
    drive = new DriveFixture(folder, new PackTestPartners(4));
  }

  @AfterEach
  void close() throws IOException {
    drive.close();
  }

  private static byte[] random(int seed, int length) {
    byte[] bytes = new byte[length];
    new Random(seed).nextBytes(bytes);
    return bytes;
  }

  private static byte[] text(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private ImportReport run(ImportOptions options) throws Exception {
    return drive.engine.importer(kernel, options, report -> true).folder(source, List.of(to()));
  }

  private static FileName to() throws IOException {
    return FileName.of("to");
  }

  private ImportReport run() throws Exception {
    return run(ALL);
  }

  private Attributes find(String... path) throws IOException {
    Attributes found = drive.fs.attributes(FileSystem.ROOT);
    for (String name : path) {
      found = drive.fs.lookup(found.inode(), FileName.of(name));
    }
    return found;
  }

  private byte[] content(String... path) throws IOException {
    return DriveFixture.read(drive.fs, find(path).inode());
  }

  @Test
  void bringsFilesOfAllKindsWithTheirAttributes() throws Exception {
    byte[] large = random(1, 3_000_000);
    FakeSource.Node file = source.add("large", large);
    file.xattrs.put("user.a", text("b"));
    file.xattrs.put("user.kith.state", text("not kept"));
    file.xattrs.put("system.other", text("not kept"));
    file.mode = 04751;
    source.add("empty", new byte[0]);
    FakeSource sub = source.addFolder("sub");
    sub.self().mode = 02750;
    sub.self().mtime = new Timestamp(-5, 3);
    sub.add("link", FileKind.SYMLINK, text("../large"));
    sub.add("fifo", FileKind.FIFO, new byte[0]);
    sub.add("small", text("some text"));
    ImportReport report = run();
    assertArrayEquals(large, content("to", "large"));
    assertArrayEquals(text("some text"), content("to", "sub", "small"));
    Attributes a = find("to", "large");
    assertEquals(04751, a.mode());
    assertEquals(5, a.uid());
    assertEquals(6, a.gid());
    assertEquals(FakeSource.BEFORE, a.mtime());
    assertEquals((large.length + 511) / 512, a.blocks());
    assertEquals(1, drive.fs.xattrNames(a.inode()).size());
    assertEquals(02750, find("to", "sub").mode());
    assertEquals(new Timestamp(-5, 3), find("to", "sub").mtime());
    assertEquals(2, find("to", "sub").nlink());
    assertEquals(3, find("to").nlink());
    assertEquals(
        "../large",
        new String(
            drive.fs.readSymlink(find("to", "sub", "link").inode()), StandardCharsets.UTF_8));
    assertEquals(FileKind.FIFO, find("to", "sub", "fifo").kind());
    assertEquals(3, report.readFiles());
    assertEquals(large.length + 9, report.readBytes());
    assertEquals(2, report.others());
    assertEquals(2, report.folders());
    assertEquals(0, report.failures());
    assertFalse(source.isOpen() || sub.isOpen());
  }

  @Test
  void nothingIsStagedAndAllSurvivesACrash() throws Exception {
    for (int i = 0; i < 40; i++) {
      source.add("f" + i, random(i, 50_000 * (i % 5)));
    }
    run();
    assertEquals(0, drive.engine.safety().stagedBytes());
    assertEquals(0, drive.staging.bytes());
    Map<String, String> before = DriveFixture.listing(drive.fs, FileSystem.ROOT);
    assertFalse(drive.rows.isDirty(), "not durable");
    drive = drive.reopen();
    assertEquals(before, DriveFixture.listing(drive.fs, FileSystem.ROOT));
    assertEquals(0, drive.engine.safety().stagedBytes());
  }

  @Test
  void isPublishedAndReadFromThePartners() throws Exception {
    byte[] large = random(2, 1_500_000);
    source.addFolder("sub").add("large", large);
    run();
    drive.publish();
    FileSystem view = drive.restore().fileSystem(DriveFixture.ME);
    Attributes root = view.lookup(FileSystem.ROOT, FileName.of("live"));
    Attributes sub = view.lookup(view.lookup(root.inode(), to()).inode(), FileName.of("sub"));
    long inode = view.lookup(sub.inode(), FileName.of("large")).inode();
    assertArrayEquals(large, DriveFixture.read(view, inode));
  }

  @Test
  void whatHasNotChangedIsNotReadAgain() throws Exception {
    FakeSource.Node file = source.add("file", random(3, 100_000));
    run();
    int reads = file.reads;
    long inode = find("to", "file").inode();
    long changes = drive.engine.changes();
    ImportReport report = run();
    assertEquals(reads, file.reads);
    assertEquals(1, report.sameFiles());
    assertEquals(0, report.readFiles());
    assertEquals(inode, find("to", "file").inode());
    assertEquals(changes, drive.engine.changes(), "the tree is to be made again");
    file.mode = 0400;
    file.xattrs.put("user.new", text("1"));
    run();
    assertEquals(reads, file.reads);
    assertEquals(0400, find("to", "file").mode());
    assertEquals(inode, find("to", "file").inode());
    assertEquals(1, drive.fs.xattrNames(inode).size());
  }

  @Test
  void whatChangedIsReplacedAndWhoHasItOpenKeepsTheOldOne() throws Exception {
    FakeSource.Node file = source.add("file", text("old content"));
    run();
    FileSystem.Opened old = drive.fs.open(find("to", "file").inode(), false);
    drive.fs.reference(find("to").inode());
    told.clear();
    file.write(text("new"));
    source.add("added", text("more"));
    ImportReport report = run();
    assertArrayEquals(text("new"), content("to", "file"));
    assertEquals(2, report.readFiles());
    var buffer = java.nio.ByteBuffer.allocate(100);
    assertEquals(11, drive.fs.read(old.handle(), 0, buffer));
    assertEquals(0, drive.fs.attributes(old.attributes().inode()).nlink());
    drive.fs.release(old.handle());
    assertThrows(
        DriveException.class, () -> drive.fs.attributes(old.attributes().inode()), "is purged");
    assertTrue(told.containsAll(List.of("name file", "name added")), told.toString());
    assertTrue(told.contains("inode " + find("to").inode()), told.toString());
    assertTrue(told.contains("inode " + old.attributes().inode()), told.toString());
  }

  @Test
  void theKernelIsNotToldOfWhatItNeverAskedFor() throws Exception {
    source.addFolder("sub").add("file", text("1"));
    run();
    assertEquals(List.of("name to", "inode " + FileSystem.ROOT), told);
  }

  @Test
  void hardLinksStayLinked() throws Exception {
    FakeSource.Node file = source.add("a", text("linked"));
    source.add("b", file);
    source.add("c", text("other"));
    run();
    assertEquals(find("to", "a").inode(), find("to", "b").inode());
    assertEquals(2, find("to", "a").nlink());
    file.write(text("linked, changed"));
    source.remove("c");
    source.add("c", file);
    run();
    assertEquals(3, find("to", "a").nlink());
    assertEquals(find("to", "a").inode(), find("to", "c").inode());
    assertArrayEquals(text("linked, changed"), content("to", "b"));
    assertEquals(1, file.reads - 1);
  }

  @Test
  void holesStayHoles() throws Exception {
    byte[] content = new byte[1_000_000];
    System.arraycopy(random(4, 70_000), 0, content, 200_000, 70_000);
    System.arraycopy(random(5, 5), 0, content, 600_000, 5);
    source.add("sparse", content).data = new long[] {200_000, 270_000, 600_000, 600_005};
    run();
    assertArrayEquals(content, content("to", "sparse"));
    assertEquals((70_005 + 511) / 512, find("to", "sparse").blocks());
  }

  @Test
  void aFileThatChangesIsReadOnceMoreAndToldIfItGoesOn() throws Exception {
    FakeSource.Node once = source.add("once", random(6, 200_000));
    once.reading =
        () -> {
          if (once.reads == 1) {
            once.write(random(7, 300_000));
          }
        };
    FakeSource.Node grows = source.add("grows", text("line\n"));
    grows.reading = () -> grows.write(text("line\n".repeat(grows.reads + 1)));
    FakeSource.Node shrinks = source.add("shrinks", random(8, 90_000));
    shrinks.reading =
        () -> {
          if (shrinks.reads == 1) {
            shrinks.write(random(8, 10));
          }
        };
    ImportReport report = run();
    assertArrayEquals(random(7, 300_000), content("to", "once"));
    assertArrayEquals(text("line\nline\n"), content("to", "grows"));
    assertArrayEquals(random(8, 10), content("to", "shrinks"));
    assertEquals(1, report.changes());
    assertArrayEquals(text("grows"), report.changed().get(0).path());
    assertEquals(0, report.failures());
    grows.reading = () -> {};
    run();
    assertArrayEquals(grows.content, content("to", "grows"), "its old time tells that it changed");
  }

  @Test
  void whatCannotBeReadIsListedAndTheRestGoesOn() throws Exception {
    source.add("a", text("1")).fault = new SourceException(false, "Permission denied");
    source.addFolder("b").self().fault = new SourceException(false, "Permission denied");
    source.add("c", text("3")).reading =
        () -> {
          throw new SourceException(false, "Input/output error");
        };
    source.add("d", text("4")).fault = new SourceException(true, "gone");
    source.add("e", text("5"));
    ImportReport report = run();
    assertEquals(3, report.failures());
    assertArrayEquals(text("a"), report.failed().get(0).path());
    assertEquals("Permission denied", report.failed().get(1).reason());
    assertEquals(1, report.readFiles());
    assertEquals(Set.of("/to", "/to/e"), DriveFixture.listing(drive.fs, 1).keySet());
  }

  @Test
  void kindsAreReplacedButNoFolderByAFile() throws Exception {
    source.add("x", text("file"));
    FakeSource sub = source.addFolder("y");
    sub.add("in", text("it"));
    run();
    source.remove("x");
    source.addFolder("x").add("deep", text("down"));
    source.remove("y");
    source.add("y", text("file"));
    ImportReport report = run();
    assertArrayEquals(text("down"), content("to", "x", "deep"));
    assertArrayEquals(text("it"), content("to", "y", "in"));
    assertEquals(1, report.failures());
    assertEquals(4, find("to").nlink());
  }

  @Test
  void aDryRunChangesNothing() throws Exception {
    FakeSource.Node file = source.add("file", text("1234"));
    source.addFolder("sub").add("other", text("12"));
    ImportReport report = run(new ImportOptions(true, false, Set.of()));
    assertEquals(2, report.readFiles());
    assertEquals(6, report.readBytes());
    assertEquals(0, file.reads);
    assertTrue(DriveFixture.listing(drive.fs, FileSystem.ROOT).isEmpty());
    run();
    file.write(text("12345"));
    report = run(new ImportOptions(true, false, Set.of()));
    assertEquals(1, report.readFiles());
    assertEquals(1, report.sameFiles());
    assertArrayEquals(text("1234"), content("to", "file"));
  }

  @Test
  void ofWhatIsGivenUpWholeFilesStay() throws Exception {
    for (int i = 0; i < 20; i++) {
      source.add("f" + (char) ('a' + i), random(i, 600_000));
    }
    source.self().mode = 0751;
    ImportReport report =
        drive
            .engine
            .importer(kernel, ALL, soFar -> soFar.readFiles() < 7)
            .folder(source, List.of(to()));
    assertTrue(report.isGivenUp());
    assertEquals(7, report.readFiles());
    assertEquals(0751, find("to").mode());
    for (int i = 0; i < 7; i++) {
      assertArrayEquals(random(i, 600_000), content("to", "f" + (char) ('a' + i)));
    }
    assertEquals(8, DriveFixture.listing(drive.fs, FileSystem.ROOT).size());
    assertFalse(drive.rows.isDirty(), "not durable");
  }

  @Test
  void withoutRoomItEndsAndWhatIsWholeStays() throws Exception {
    drive.close();
    CacheSettings small = new TestSpace().cache(40 << 20, 0);
    Path other = Files.createDirectory(folder.resolve("small"));
    drive = new DriveFixture(other, new PackTestPartners(4), InstantSource.system(), small);
    for (int i = 0; i < 60; i++) {
      source.add("f" + (100 + i), random(i, 4_000_000));
    }
    DriveException full = assertThrows(DriveException.class, this::run);
    assertEquals(DriveException.Reason.NO_SPACE, full.reason());
    Map<String, String> found = DriveFixture.listing(drive.fs, FileSystem.ROOT);
    assertTrue(found.size() > 5 && found.size() < 40, found.keySet().toString());
    for (int i = 0; i < found.size() - 1; i++) {
      assertArrayEquals(random(i, 4_000_000), content("to", "f" + (100 + i)));
    }
    assertFalse(drive.rows.isDirty(), "not durable");
  }

  @Test
  void ownFoldersAndOtherFilesystemsAreLeftOut() throws Exception {
    FakeSource home = source.addFolder("home");
    home.add("secret", text("1"));
    FakeSource other = source.addFolder("proc");
    other.self().filesystem = 2;
    other.add("cpuinfo", text("1"));
    ImportReport report = run(new ImportOptions(false, true, Set.of(home.self().stat().id())));
    assertEquals(2, report.leftOut().size());
    assertEquals(Set.of("/to", "/to/proc"), DriveFixture.listing(drive.fs, 1).keySet());
  }

  @Test
  void aSingleFileGetsThePathOrComesIntoTheFolder() throws Exception {
    source.add("file", text("content"));
    FileName name = FileName.of("file");
    drive.engine.importer(kernel, ALL, r -> true).file(source, name, List.of(to(), name));
    assertArrayEquals(text("content"), content("to", "file"));
    FileName other = FileName.of("other");
    drive.engine.importer(kernel, ALL, r -> true).file(source, name, List.of(to(), other));
    assertArrayEquals(text("content"), content("to", "other"));
    drive.engine.importer(kernel, ALL, r -> true).file(source, name, List.of());
    assertArrayEquals(text("content"), content("file"));
    assertNotEquals(find("file").inode(), find("to", "file").inode());
    FileName past = FileName.of(".snapshots");
    assertThrows(
        DriveException.class,
        () -> drive.engine.importer(kernel, ALL, r -> true).file(source, name, List.of(past)));
  }

  @Test
  void aFileOfVeryManyChunksHasNoNameBeforeItIsWhole() throws Exception {
    // every data range is a chunk of its own
    int ranges = 4500;
    byte[] content = new byte[ranges * 100];
    long[] data = new long[ranges * 2];
    for (int i = 0; i < ranges; i++) {
      content[i * 100] = (byte) (i | 1);
      content[i * 100 + 1] = (byte) (i >> 8);
      data[2 * i] = i * 100L;
      data[2 * i + 1] = i * 100L + 2;
    }
    FakeSource.Node file = source.add("holes", content);
    file.data = data;
    run();
    assertArrayEquals(content, content("to", "holes"));
    assertEquals(ranges * 2 / 512 + 1, find("to", "holes").blocks());
    file.reading =
        () -> {
          if (file.reads == 8_000) {
            throw new SourceException(false, "Input/output error");
          }
        };
    file.mtime = new Timestamp(5, 5);
    assertEquals(1, run().failures());
    assertArrayEquals(content, content("to", "holes"));
    long[] inodes = {0};
    drive.rows.scan(
        Table.INODES,
        new byte[0],
        null,
        (key, value) -> {
          inodes[0]++;
          return true;
        });
    assertEquals(3, inodes[0], "root, folder and file: what was given up has gone");
  }

  private void awaitAPack() throws IOException {
    while (PackRows.lastSequence(drive.rows) == 0) {
      Thread.onSpinWait();
    }
  }

  @Test
  void aSnapshotInTheMidstHasWholeFilesOnly() throws Exception {
    FakeSource.Node beforeLast = source.add("y", random(91, 100_000));
    beforeLast.reading = this::awaitAPack;
    FakeSource.Node last = source.add("z", random(90, 100_000));
    for (int i = 0; i < 100; i++) {
      source.add("f" + i, random(i, 300_000));
    }
    last.reading = () -> drive.engine.takeSnapshot(FileName.of("mid"));
    run();
    drive.runDuties();
    Attributes past = find(".snapshots", "mid", "to");
    Map<String, String> then = DriveFixture.listing(drive.fs, past.inode());
    assertFalse(then.isEmpty(), "packs were full by then");
    assertTrue(then.size() < 101);
    for (String path : then.keySet()) {
      int seed = Integer.parseInt(path.substring(2));
      Attributes file = drive.fs.lookup(past.inode(), FileName.of(path.substring(1)));
      assertArrayEquals(random(seed, 300_000), DriveFixture.read(drive.fs, file.inode()));
    }
  }
}
