package kith.fs.node;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import kith.codec.CodeParameters;
import kith.fs.AttributeChange;
import kith.fs.FileName;
import kith.fs.FileSystem;
import kith.fs.Kit;
import kith.fs.Timestamp;
import kith.fs.UnexpectedLogs;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An old machine whose place another has taken keeps nothing to itself. */
@UnexpectedLogs.Expected("takeover-announced|another machine has become|newer head")
final class OneJvmUnsentTest {
  private static final CodeParameters CODE = CodeParameters.of(2, 1);

  @TempDir Path folder;
  private OneJvm net;
  private OneJvm.Member owner;
  private FileSystem fs;
  private long docs;
  private long quiet;

  @BeforeEach
  void start() throws Exception {
    net = new OneJvm(Files.createDirectory(folder.resolve("net")), 21);
    owner = net.add(CODE);
    for (int i = 0; i < 4; i++) {
      OneJvm.befriend(owner, net.add(null));
    }
    fs = owner.files();
    docs = directory(FileSystem.ROOT, "docs");
    quiet = directory(FileSystem.ROOT, "quiet");
    for (String name : List.of("same", "changed", "mode", "deleted", "moved", "replaced", "far")) {
      OneJvm.write(fs, docs, name, random(name.hashCode(), 400_000));
    }
    OneJvm.write(fs, quiet, "untouched", random(7, 10_000));
    long gone = directory(FileSystem.ROOT, "gone");
    OneJvm.write(fs, gone, "with it", random(8, 100));
  }

  @AfterEach
  void close() throws Exception {
    net.close();
  }

  private long directory(long in, String name) throws Exception {
    return fs.makeDirectory(OneJvm.ME, in, FileName.of(name), 0750).inode();
  }

  private static byte[] random(int seed, int length) {
    byte[] content = new byte[length];
    new Random(seed).nextBytes(content);
    return content;
  }

  private long inode(long directory, String name) throws Exception {
    return fs.lookup(directory, FileName.of(name)).inode();
  }

  private void overwrite(long inode, long at, byte[] content) throws Exception {
    FileSystem.Opened file = fs.open(inode, true);
    fs.write(file.handle(), at, ByteBuffer.wrap(content));
    fs.release(file.handle());
  }

  /** What reaches no partner: some of it in packs by now, the rest only staged. */
  private void change() throws Exception {
    long made = directory(docs, "made");
    OneJvm.write(fs, made, "large", random(20, 3_000_000));
    overwrite(inode(docs, "changed"), 100_000, random(21, 500));
    net.clock.advance(Duration.ofHours(1));
    while (owner.core.engine().ingestTick() > 0) {
      net.clock.advance(Duration.ofMinutes(11));
    }
    FileSystem.Opened latin =
        fs.create(OneJvm.ME, docs, FileName.of(new byte[] {'c', 'a', 'f', (byte) 0xe9}), 0640);
    fs.write(latin.handle(), 0, ByteBuffer.wrap(random(22, 70_000)));
    fs.release(latin.handle());
    byte[] name = "user.author".getBytes(StandardCharsets.UTF_8);
    fs.setXattr(latin.attributes().inode(), name, name, FileSystem.XattrMode.CREATE);
    fs.makeSymlink(
        OneJvm.ME, made, FileName.of("link"), "../same".getBytes(StandardCharsets.UTF_8));
    fs.unlink(docs, FileName.of("deleted"));
  }

  private void rename(String from, String to) throws Exception {
    fs.rename(docs, FileName.of(from), quiet, FileName.of(to));
  }

  @Test
  void whatNoPartnerHasIsSavedByteForByteWhenAnotherMachineHasTakenOver() throws Exception {
    owner.core.engine().takeSnapshot(FileName.of("early"));
    assertTrue(net.publish(owner));
    Kit kit = net.kit(owner, CODE);
    change();
    owner.core.engine().takeSnapshot(FileName.of("late"));
    owner.stop();
    anotherTakesOver(kit);
    owner.start();
    owner.core.partners().greet();
    var unused = owner.core.succession().takeover().look();
    assertTrue(owner.core.check().refusal().contains("export-unsent"));
    assertThrows(NodeException.class, () -> export("running"), "its home is in use");
    owner.stop();
    net.members.remove(owner);
    Map<String, Long> before = files(owner.home);
    UnsentResult result = export("saved");

    assertTrue(result.compared());
    assertEquals(0, result.restored().failures(), () -> result.restored().failed().toString());
    assertEquals(before, files(owner.home));
    assertEquals(List.of("late"), result.snapshots());
    assertEquals(List.of(new UnsentResult.Change("docs/deleted", null)), result.changes());
    assertAllIsThere(folder.resolve("saved"));
  }

  private void anotherTakesOver(Kit kit) throws Exception {
    Path home = folder.resolve("new");
    net.recover(kit, home);
    OneJvm.Member now = net.startRecovered(kit, home);
    while (now.core.succession().recovery().tick() > 0) {
      now.core.partners().greet();
    }
    pass(Duration.ofHours(73));
  }

  /** What {@link #change} has made and changed, and nothing else. */
  private static void assertAllIsThere(Path saved) throws Exception {
    Set<String> expected = Set.of("docs/changed", "docs/caf\\xe9", "docs/made/large");
    assertEquals(new TreeSet<>(expected), new TreeSet<>(described(saved).keySet()));
    assertArrayEquals(random(20, 3_000_000), Files.readAllBytes(saved.resolve("docs/made/large")));
    byte[] changed = random("changed".hashCode(), 400_000);
    System.arraycopy(random(21, 500), 0, changed, 100_000, 500);
    assertArrayEquals(changed, Files.readAllBytes(saved.resolve("docs/changed")));
    assertEquals("../same", Files.readSymbolicLink(saved.resolve("docs/made/link")).toString());
    assertEquals(
        "rwxr-x---",
        PosixFilePermissions.toString(Files.getPosixFilePermissions(saved.resolve("docs"))));
  }

  private UnsentResult export(String name) throws Exception {
    return net.exportUnsent(owner, folder.resolve(name));
  }

  private void pass(Duration time) throws Exception {
    for (long hours = 0; hours <= time.toHours(); hours += 12) {
      for (OneJvm.Member member : net.members) {
        if (member != owner) {
          var unused = member.core.holdings().emptyTrash(net.clock.millis());
        }
      }
      net.clock.advance(Duration.ofHours(12));
    }
  }

  /** Regular files below a folder, by path, with their lengths. */
  private static Map<String, Long> files(Path below) throws Exception {
    Map<String, Long> found = new TreeMap<>();
    try (Stream<Path> all = Files.walk(below)) {
      for (Path each : all.filter(path -> Files.isRegularFile(path)).toList()) {
        if (!each.endsWith("lock")) {
          found.put(below.relativize(each).toString(), Files.size(each));
        }
      }
    }
    return found;
  }

  private static Map<String, Long> described(Path below) throws Exception {
    Map<String, Long> found = new TreeMap<>();
    files(below).forEach((path, size) -> found.put(shown(path), size));
    return found;
  }

  /** A name that is no UTF-8 here may look otherwise, depending on the locale. */
  private static String shown(String path) {
    return path.startsWith("docs/caf") ? "docs/caf\\xe9" : path;
  }

  @Test
  void movedAndReplacedNamesAreListedAndNotSavedAgain() throws Exception {
    assertTrue(net.publish(owner));
    rename("moved", "elsewhere");
    rename("far", "untouched");
    long made = OneJvm.write(fs, docs, "tmp", random(30, 5000));
    fs.rename(docs, FileName.of("tmp"), docs, FileName.of("replaced"));
    fs.link(inode(docs, "same"), quiet, FileName.of("also"));
    fs.unlink(inode(FileSystem.ROOT, "gone"), FileName.of("with it"));
    fs.removeDirectory(OneJvm.ME, FileSystem.ROOT, FileName.of("gone"));
    assertEquals(5000, fs.attributes(made).size());
    owner.stop();
    net.members.remove(owner);

    UnsentResult result = export("saved");

    assertEquals(Set.of("docs/replaced"), described(folder.resolve("saved")).keySet());
    assertEquals(
        Set.of(
            new UnsentResult.Change("docs/moved", "quiet/elsewhere"),
            new UnsentResult.Change("docs/far", "quiet/untouched"),
            new UnsentResult.Change("gone", null),
            new UnsentResult.Change(null, "quiet/also")),
        Set.copyOf(result.changes()));
    assertTrue(result.restored().isWhole());
  }

  @Test
  void attributesAloneAreReasonEnough() throws Exception {
    assertTrue(net.publish(owner));
    long mode = inode(docs, "mode");
    Timestamp before = fs.attributes(mode).mtime();
    var unused = fs.change(OneJvm.ME, mode, AttributeChange.mode(0600));
    assertEquals(before, fs.attributes(mode).mtime());
    owner.stop();
    net.members.remove(owner);
    UnsentResult result = export("saved");
    Path saved = folder.resolve("saved/docs/mode");
    assertEquals(
        "rw-------",
        PosixFilePermissions.toString(
            Files.getPosixFilePermissions(saved, LinkOption.NOFOLLOW_LINKS)));
    assertEquals(List.of(), result.changes());
    assertEquals(1, result.restored().restored().files());
  }

  @Test
  void ofADriveThatWasNeverPublishedAllIsSaved() throws Exception {
    owner.stop();
    net.members.remove(owner);
    UnsentResult result = export("saved");
    assertFalse(result.compared());
    assertEquals(9, described(folder.resolve("saved")).size());
    assertEquals(List.of(), result.changes());
  }
}
