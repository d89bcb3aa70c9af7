package kith.nativetest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** kith restore from a running node's own past, as a person uses it. */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
final class CliRestoreTest {
  private static final int USAGE = 2;
  private static final int PARTIAL = 3;
  private static final int FULL = 15;

  @TempDir Path folder;
  private CliHome home;
  private Path drive;
  private Path source;

  @BeforeEach
  void begin() throws IOException {
    home = new CliHome(folder.resolve("h")).init("127.0.0.119:5484");
    drive = home.beside("drive");
    source = Files.createDirectory(folder.resolve("source"));
  }

  @AfterEach
  void end() throws IOException {
    home.close();
  }

  private String in(Path where, String script) throws IOException {
    return Shell.run("cd '" + where + "'; " + script);
  }

  /** One of everything, in the drive and in a snapshot of it. */
  private void fill() throws IOException {
    byte[] bytes = new byte[3_000_000];
    new Random(1).nextBytes(bytes);
    Files.write(source.resolve("large"), bytes);
    in(
        source,
        """
        mkdir -p sub/deep $'b\\xf6se'
        echo one > a; ln a sub/b; ln -s ../nowhere sub/link; ln -P sub/link linked; mkfifo sub/fifo
        mknod null c 1 3; mknod disk b 7 300
        echo latin > $'b\\xf6se/n\\xe4me'; chown 123:456 large; chown -h 77:88 sub/link
        truncate -s 40M sparse; echo middle | dd of=sparse bs=1 seek=20000000 conv=notrunc status=none
        setfattr -n user.colour -v green a; setfattr -n trusted.mine -v 1 sub
        setfacl -m u:12345:rw large; setfacl -d -m g:12345:rx sub
        chmod 2751 sub; chmod 4711 large; touch -h -d '1969-07-20 20:17:40.123456789Z' sub/link a
        for i in $(seq 300); do echo $i > sub/deep/$i; done
        touch -d '2001-02-03 04:05:06.7Z' sub/deep sub .
        """);
    home.mount(drive);
    Shell.run("rsync -aHAXS '%s/' '%s/tree/'".formatted(source, drive));
    home.done("snapshot", "create", "saved");
  }

  private String differences(Path found) throws IOException {
    String options = "-aHAXSnic --delete --numeric-ids";
    return Shell.run("rsync %s '%s/' '%s/'".formatted(options, source, found));
  }

  @Test
  void whatASnapshotHadComesBackWithAllThatItHad() throws Exception {
    fill();
    Shell.run("rm -r '" + drive + "/tree'");
    Path back = folder.resolve("back");
    String dry = home.done("restore", "-n", "saved:tree", back.toString());
    assertTrue(dry.startsWith("would restore 31"), dry);
    assertFalse(Files.exists(back));
    String run = home.done("restore", "latest:tree", back.toString());
    assertTrue(run.startsWith("restored 304 files, "), run);
    assertEquals("", differences(back));
    assertFalse(Files.exists(back.resolve(".kith-restore")));
    assertTrue(
        Long.parseLong(Shell.run("stat -c %b '" + back + "/sparse'").strip()) < 1000, "holes");

    var refused = home.kith("restore", "saved:tree", back.toString());
    assertEquals(USAGE, refused.code());
    assertTrue(refused.err().contains("is not empty"), refused.err());
    Files.writeString(back.resolve("sub/deep/17"), "damaged");
    String again = home.done("restore", "--overwrite", "saved:tree", back.toString());
    assertTrue(again.startsWith("restored 2 files, 7 B"), again);
    assertEquals("", differences(back));

    home.done("restore", "saved:tree/large", folder.resolve("one").toString());
    assertEquals(-1, Files.mismatch(source.resolve("large"), folder.resolve("one")));
    Path here = Files.createDirectory(folder.resolve("here"));
    home.done("restore", "saved:/tree/sub/deep/5", here.toString());
    assertEquals("5\n", Files.readString(here.resolve("5")));
    assertEquals(USAGE, home.kith("restore", "saved:tree/none", here.toString()).code());
    assertEquals(USAGE, home.kith("restore", "never", here.toString()).code());
  }

  @Test
  void aDestinationThatIsFullReadOnlyOrPoorIsToldAndTheRestIsDone() throws Exception {
    fill();
    Path full = folder.resolve("full");
    try (var disk = new SmallDisk(full, 2)) {
      Path back = disk.folder().resolve("back");
      var run = home.kith("restore", "saved:tree", back.toString());
      assertEquals(FULL, run.code());
      assertTrue(run.err().contains("is full; what is whole stays"), run.err());
      assertFalse(Files.exists(back.resolve("large")), "a part has the name of the whole");
      Shell.run("mount -o remount,size=64m '" + full + "'");
      home.done("restore", "saved:tree", back.toString());
      assertEquals("", differences(back));
      Shell.run("mount -o remount,ro '" + full + "'");
      var readOnly = home.kith("restore", "saved:tree", full.resolve("other").toString());
      assertEquals(1, readOnly.code());
      assertTrue(readOnly.err().contains("Read-only file system"), readOnly.err());
    }
    Path poor = Files.createDirectory(folder.resolve("poor"));
    Shell.run("mount -t ramfs kith-test '" + poor + "'"); // keeps no extended attributes
    try {
      Path back = poor.resolve("back");
      var run = home.kith("restore", "saved:tree", back.toString());
      assertEquals(PARTIAL, run.code());
      assertTrue(run.err().contains("access control lists ("), run.err());
      assertTrue(run.err().contains("extended attributes ("), run.err());
      assertEquals(-1, Files.mismatch(source.resolve("large"), back.resolve("large")));
      // without its list the group would have rights that it never had
      String differs = Shell.run("rsync -aHSnic --delete '%s/' '%s/'".formatted(source, back));
      assertEquals(".f...p..... large", differs.strip());
    } finally {
      Shell.run("umount '" + poor + "'");
    }
  }
}
