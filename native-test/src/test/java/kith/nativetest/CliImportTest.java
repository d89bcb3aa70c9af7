package kith.nativetest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.FileOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** kith import, as a person uses it, beside a mount that knows what was there before. */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
final class CliImportTest {
  private static final int PARTIAL = 3;

  @TempDir Path folder;
  private CliHome home;
  private Path drive;
  private Path source;

  @BeforeEach
  void begin() throws IOException {
    home = new CliHome(folder.resolve("h")).init("127.0.0.118:5484");
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

  /** One of everything. */
  private void fill() throws IOException {
    byte[] bytes = new byte[3_000_000];
    new Random(1).nextBytes(bytes);
    Files.write(source.resolve("large"), bytes);
    in(
        source,
        """
        mkdir -p sub/deep $'b\\xf6se'
        echo one > a; ln a sub/b; ln -s ../nowhere sub/link; mkfifo sub/fifo
        echo latin > $'b\\xf6se/n\\xe4me'
        truncate -s 40M sparse; echo middle | dd of=sparse bs=1 seek=20000000 conv=notrunc status=none
        setfattr -n user.colour -v green a
        setfacl -m u:12345:rw large; setfacl -d -m g:12345:rx sub
        chmod 2751 sub; chmod 4711 large; touch -h -d '1969-07-20 20:17:40.123456789Z' sub/link a
        for i in $(seq 300); do echo $i > sub/deep/$i; done
        touch -d '2001-02-03 04:05:06.7Z' sub/deep sub .
        """);
  }

  /** What rsync would have to do. */
  private String differences(String name) throws IOException {
    String options = "-aHAXSnic --delete --numeric-ids";
    return Shell.run("rsync %s '%s/' '%s/%s/'".formatted(options, source, drive, name));
  }

  @Test
  void whatWasImportedIsTheSameAlsoAfterAKillRightAfterIt() throws IOException {
    fill();
    ProcessHandle node = home.mount(drive);
    String said = home.done("import", source.toString(), "in/here");
    CliHome.kill(node);
    assertTrue(said.startsWith("imported "), said);
    assertTrue(said.contains(" to /in/here;"), said);
    home.mount(drive);
    assertEquals("", differences("in/here"));
    assertEquals(
        in(source, "stat -c '%n %a %u %g %h %Y %s' sub/link a large sparse"),
        in(drive.resolve("in/here"), "stat -c '%n %a %u %g %h %Y %s' sub/link a large sparse"));
    long blocks = Long.parseLong(in(drive, "stat -c %b in/here/sparse").strip());
    assertTrue(blocks <= 2048, blocks + " blocks");
    String again = home.done("import", source.toString(), "/in/here/");
    assertTrue(again.startsWith("imported 0 files, 0 B to /in/here;"), again);
  }

  @Test
  void whatTheMountKnewBeforeIsSeenAsItIsNow() throws IOException {
    fill();
    home.mount(drive);
    home.done("import", source.toString(), "x");
    Map<String, String> before = seen();
    Path open = drive.resolve("x/a");
    in(drive, "stat x/new x/sub/deep/new 2> /dev/null || true; cat x/a x/sub/b > /dev/null");
    try (var reader = Files.newInputStream(open)) {
      in(
          source,
          """
          echo two, and longer > a.new; mv a.new a; ln -f a sub/b
          echo n > new; echo n > sub/deep/new; chmod 600 large
          rm sub/fifo; mkdir sub/fifo; echo f > sub/fifo/in
          setfattr -n user.more -v 1 sub; setfattr -x user.colour a 2> /dev/null || true
          """);
      home.done("import", source.toString(), "x");
      assertEquals("one\n", new String(reader.readAllBytes(), StandardCharsets.UTF_8));
    }
    assertFalse(before.equals(seen()));
    assertEquals("", differences("x"));
    assertEquals("two, and longer\n", Files.readString(open));
    assertEquals("n\n", Files.readString(drive.resolve("x/new")));
    assertEquals("f\n", Files.readString(drive.resolve("x/sub/fifo/in")));
    home.done("snapshot", "create", "after");
    assertEquals("n\n", Files.readString(drive.resolve(".snapshots/after/x/sub/deep/new")));
  }

  /** What a walk through the mount tells. */
  private Map<String, String> seen() throws IOException {
    Map<String, String> found = new TreeMap<>();
    for (String line : in(drive, "find x -printf '%p|%s %m %n %T@\\n'").split("\n", -1)) {
      found.put(line.split("\\|", -1)[0], line);
    }
    return found;
  }

  @Test
  void aFileThatGrowsIsTakenAsItWasAndSaidSo() throws Exception {
    byte[] block = new byte[1 << 20];
    Path log = source.resolve("log");
    try (var out = new FileOutputStream(log.toFile())) {
      for (int i = 0; i < 60; i++) {
        block[0] = (byte) i;
        out.write(block);
      }
    }
    Files.writeString(source.resolve("quiet"), "quiet");
    home.mount(drive);
    var stop = new CompletableFuture<Void>();
    var writing = CompletableFuture.runAsync(() -> append(log, stop));
    CliRun run = home.kith("import", source.toString());
    stop.complete(null);
    writing.get(60, TimeUnit.SECONDS);
    assertEquals(PARTIAL, run.code(), run::toString);
    assertTrue(run.err().contains("changed while it was read"), run::toString);
    assertTrue(run.err().contains(": log: "), run::toString);
    assertEquals("quiet", Files.readString(drive.resolve("source/quiet")));
    byte[] taken = Files.readAllBytes(drive.resolve("source/log"));
    assertTrue(taken.length >= 60 << 20);
    byte[] whole = Files.readAllBytes(log);
    assertTrue(Arrays.equals(taken, 0, taken.length, whole, 0, taken.length));
    home.done("import", source.toString());
    assertEquals("", differences("source"));
  }

  private static void append(Path log, CompletableFuture<Void> stop) {
    try (var out = new FileOutputStream(log.toFile(), true)) {
      while (!stop.isDone()) {
        out.write("line\n".getBytes(StandardCharsets.UTF_8));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void whatMayNotBeReadIsListedAndTheRestIsImported() throws IOException {
    in(source, "mkdir open closed; echo 1 > open/a; echo 2 > open/b; echo 3 > closed/c");
    in(source, "chmod 0 open/a closed");
    // root without what lets it read everything
    List<String> bound = new ArrayList<>(List.of("setpriv", "--bounding-set"));
    bound.add("-dac_override,-dac_read_search");
    CliRun mounted = home.kithBehind(bound, "mount", drive.toString());
    assertEquals(0, mounted.code(), mounted::toString);
    try {
      CliRun run = home.kith("import", source.toString());
      assertEquals(PARTIAL, run.code(), run::toString);
      assertTrue(run.err().contains("not imported: open/a: Permission denied"), run::toString);
      assertTrue(run.err().contains("not imported: closed: Permission denied"), run::toString);
      assertEquals("2\n", Files.readString(drive.resolve("source/open/b")));
      assertFalse(Files.exists(drive.resolve("source/open/a")));
      CliRun json = home.kith("import", "--json", source.toString());
      assertEquals(PARTIAL, json.code(), json::toString);
      assertTrue(json.out().contains("\"path\" : \"open/a\""), json::toString);
    } finally {
      home.done("umount", "--now");
    }
  }

  @Test
  void theDriveAndTheHomeAreLeftOutAndNothingIsImportedIntoSnapshots() throws IOException {
    home.mount(drive);
    Path around = home.home().getParent();
    CliRun run = home.kith("import", around.toString(), "all");
    assertEquals(0, run.code(), run::toString);
    assertTrue(run.err().contains("left out: home: "), run::toString);
    assertTrue(run.err().contains("left out: drive: "), run::toString);
    assertTrue(Files.exists(drive.resolve("all/kith")));
    assertFalse(Files.exists(drive.resolve("all/drive")));
    assertEquals(2, home.kith("import", drive.resolve("all").toString(), "x").code());
    assertEquals(13, home.kith("import", source.toString(), ".snapshots/x").code());
    assertEquals(1, home.kith("import", "/nowhere/at/all").code());
  }

  @Test
  void itCanBeInterruptedAndGoesOnFromThere() throws Exception {
    byte[] bytes = new byte[4 << 20];
    for (int i = 0; i < 60; i++) {
      new Random(i).nextBytes(bytes);
      Files.write(source.resolve("f" + i), bytes);
    }
    home.mount(drive);
    Path output = folder.resolve("out");
    Process importing = home.begin(output, List.of(), "import", source.toString());
    Awaitility.await()
        .atMost(60, TimeUnit.SECONDS)
        .until(() -> Files.exists(drive.resolve("source/f1")));
    importing.destroy();
    assertTrue(importing.waitFor(60, TimeUnit.SECONDS));
    for (String name : in(drive.resolve("source"), "ls").lines().toList()) {
      assertEquals(bytes.length, Files.size(drive.resolve("source/" + name)), name);
    }
    home.done("import", source.toString());
    assertEquals("", differences("source"));
  }

  @Test
  void aNameThatIsNotUtf8IsTakenAsTyped() throws IOException {
    home.mount(drive);
    in(source, "echo typed > $'\\xe4'");
    String line = "'%s' --home '%s' import '%s'/$'\\xe4' $'as/\\xe9'";
    Path launcher = home.home().resolveSibling("kith");
    String said = Shell.run(line.formatted(launcher, home.home(), source));
    assertTrue(said.contains("to /as/\\xe9;"), said);
    assertEquals("typed\n", in(drive, "cat $'as/\\xe9'"));
  }
}
