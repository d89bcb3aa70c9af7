package kith.fs.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Random;
import kith.codec.CodeParameters;
import kith.fs.Attributes;
import kith.fs.DriveException;
import kith.fs.FileName;
import kith.fs.FileSystem;
import kith.fs.Kit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A machine that has nothing becomes the node of a drive again. */
final class OneJvmRecoverTest {
  private static final CodeParameters CODE = CodeParameters.of(2, 1);
  private static final int PARTNERS = 4;

  @TempDir Path folder;
  private OneJvm net;
  private OneJvm.Member owner;
  private Map<String, String> written;
  private Kit kit;

  @BeforeEach
  void publish() throws Exception {
    net = new OneJvm(Files.createDirectory(folder.resolve("net")), 11);
    owner = net.add(CODE);
    for (int i = 0; i < PARTNERS; i++) {
      OneJvm.befriend(owner, net.add(null));
    }
    fill();
    owner.core.engine().takeSnapshot(FileName.of("saved"));
    assertTrue(net.publish(owner));
    written = OneJvm.listing(owner.files(), FileSystem.ROOT);
    kit = net.kit(owner, CODE);
  }

  private void fill() throws Exception {
    FileSystem fs = owner.files();
    long docs = fs.makeDirectory(OneJvm.ME, FileSystem.ROOT, FileName.of("docs"), 0755).inode();
    long deep = fs.makeDirectory(OneJvm.ME, docs, FileName.of("deep"), 0700).inode();
    for (int i = 0; i < 5; i++) {
      OneJvm.write(fs, i % 2 == 0 ? docs : deep, "f" + i, random(i, 300_000 * (i + 1)));
    }
    long linked = OneJvm.write(fs, docs, "one", random(40, 5000));
    fs.link(linked, deep, FileName.of("two"));
    fs.link(linked, deep, FileName.of("three"));
    fs.setXattr(linked, "user.a".getBytes(), "b".getBytes(), FileSystem.XattrMode.CREATE);
    OneJvm.write(fs, docs, "large", random(41, 9_000_000)); // its content is a table
    fs.makeSymlink(OneJvm.ME, deep, FileName.of("link"), "../one".getBytes());
  }

  private static byte[] random(int seed, int length) {
    byte[] content = new byte[length];
    new Random(seed).nextBytes(content);
    return content;
  }

  @AfterEach
  void close() throws Exception {
    net.close();
  }

  private Path home() {
    return folder.resolve("new");
  }

  private OneJvm.Member recovered() throws Exception {
    owner.stop();
    net.members.remove(owner);
    net.recover(kit, home());
    return net.startRecovered(kit, home());
  }

  /** Ticks until all is back. */
  private static void comeBack(OneJvm.Member member) throws Exception {
    member.core.recovery().ask();
    while (member.core.recovery().tick() > 0) {
      member.core.partners().greet();
    }
    assertFalse(member.core.engine().recovery().isUnderWay());
  }

  private static long child(FileSystem fs, long directory, String name) throws Exception {
    return fs.lookup(directory, FileName.of(name)).inode();
  }

  @Test
  void everythingIsThereAtOnceAndStaysWhenItHasComeBack() throws Exception {
    OneJvm.Member now = recovered();
    FileSystem fs = now.files();
    assertEquals(written, OneJvm.listing(fs, FileSystem.ROOT));
    long docs = child(fs, FileSystem.ROOT, "docs");
    Attributes before = fs.attributes(child(fs, docs, "one"));
    var refused =
        assertThrows(
            DriveException.class,
            () -> OneJvm.write(fs, FileSystem.ROOT, "early", random(1, 10)));
    assertEquals(DriveException.Reason.READ_ONLY, refused.reason());
    FileSystem.Opened open = fs.open(child(fs, docs, "large"), false);

    comeBack(now);

    Attributes after = fs.attributes(child(fs, docs, "one"));
    assertEquals(before, after);
    assertEquals(written, OneJvm.listing(fs, FileSystem.ROOT));
    assertEquals(3, after.nlink());
    var start = java.nio.ByteBuffer.allocate(1000);
    assertEquals(1000, fs.read(open.handle(), 0, start));
    assertEquals(
        java.util.Arrays.hashCode(java.util.Arrays.copyOf(random(41, 9_000_000), 1000)),
        java.util.Arrays.hashCode(start.array()));
    fs.release(open.handle());
    long past = child(fs, child(fs, FileSystem.ROOT, ".snapshots"), "saved");
    assertEquals(written, OneJvm.listing(fs, past));
  }

  @Test
  void whatIsWrittenAfterwardsIsSafeAndReadFromTheKit() throws Exception {
    OneJvm.Member now = recovered();
    comeBack(now);
    FileSystem fs = now.files();
    OneJvm.write(fs, child(fs, FileSystem.ROOT, "docs"), "new", random(50, 700_000));
    long shipped = now.core.engine().shipping().bytesShipped();
    assertTrue(net.publish(now));
    assertTrue(now.core.engine().shipping().bytesShipped() - shipped < 3_000_000, "all anew?");
    try (ViewCore view = net.view(kit)) {
      FileSystem seen = view.session().fileSystem(OneJvm.ME);
      assertEquals(
          OneJvm.listing(fs, FileSystem.ROOT),
          OneJvm.listing(seen, child(seen, FileSystem.ROOT, "live")));
      assertEquals(2, view.session().head().epoch());
    }
  }
}
