package kith.nativetest;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A machine that is killed again and again while it becomes the node of a drive. */
final class CliRecoverKilledTest {
  private static final int MOST_MILLIS = 2500;

  @TempDir Path folder;
  private final List<CliHome> homes = new ArrayList<>();

  @AfterEach
  void stop() throws IOException {
    for (CliHome home : homes) {
      home.close();
    }
  }

  private CliHome home(String name) throws IOException {
    CliHome home = new CliHome(folder.resolve(name));
    homes.add(home);
    return home;
  }

  @Test
  void theDriveComesBackHoweverOftenTheNewMachineIsKilled() throws Exception {
    CliHome owner = home("o").init("127.0.0.181:5484");
    owner.serve();
    for (int i = 0; i < 2; i++) {
      CliHome partner = home("p" + i).init("127.0.0." + (182 + i) + ":5484");
      partner.serve();
      partner.done("partner", "accept", owner.done("partner", "invite", "--space", "1GiB"));
    }
    owner.done("umount", "--now");
    Path kit = folder.resolve("kit.txt");
    String sums = written(owner, kit);
    CliHome machine = home("n");
    becomesTheNode(machine, kit);
    Random random = new Random(5);
    Path drive = machine.beside("drive");
    for (int i = 0; i < 2; i++) {
      ProcessHandle back = machine.mount(drive);
      int moment = random.nextInt(MOST_MILLIS);
      back.onExit().completeOnTimeout(back, moment, TimeUnit.MILLISECONDS).join();
      CliHome.kill(back);
    }
    machine.mount(drive);
    assertEquals(sums, sums(drive));
    machine.done("wait", "--timeout", "55s");
    Files.writeString(drive.resolve("after"), "written");
    assertFalse(machine.log().contains("ERROR"), machine::toString);
    assertEquals(sums, sums(drive.resolve("."), "after"));
  }

  /** Fills the drive, prints the kit, lets the machine crash, and saves what it kept to itself. */
  private String written(CliHome owner, Path kit) throws IOException {
    Path old = owner.beside("drive");
    ProcessHandle node = owner.mount(old);
    Shell.run(
        "cd '%s'; mkdir -p a/b; for i in $(seq 200); do echo $i > a/b/f$i; done; ".formatted(old)
            + "head -c 3000000 /dev/urandom > large; printf x > $'caf\\xe9'; "
            + "ln -s large $'l\\xe4'");
    owner.done("wait", "--timeout", "55s");
    String sums = sums(old);
    Files.writeString(kit, owner.done("kit"));
    Shell.run("cd '%s'; echo late > a/b/late; sync a/b/late; sync a/b".formatted(old));
    CliHome.kill(node);
    Path saved = folder.resolve("saved");
    String said = owner.done("export-unsent", saved.toString());
    assertTrue(said.startsWith("saved 1 file, 5 B to " + saved), said);
    assertEquals("late\n", Files.readString(saved.resolve("a/b/late")));
    assertEquals("1\n", Shell.run("find '" + saved + "' -type f | wc -l"));
    return sums;
  }

  /** Killed each time that it has made one thing more. */
  private void becomesTheNode(CliHome machine, Path kit) throws Exception {
    for (String made : List.of("agreements", "recovery/head", "identity")) {
      Path file = machine.home().resolve(made);
      Files.deleteIfExists(folder.resolve("out"));
      killWhen(machine.begin(folder.resolve("out"), List.of(), recover(kit)), file);
      assertTrue(Files.exists(file), () -> made + ": " + read(folder.resolve("out")));
      if (!Files.exists(machine.home().resolve("identity"))) {
        Shell.run("rm -rf '" + file + "'"); // what a crash might not have made durable
      }
    }
    assertTrue(Files.exists(machine.home().resolve("identity/drive.json")));
  }

  private static String[] recover(Path kit) {
    return new String[] {
      "recover", "--kit", kit.toString(), "--listen", "127.0.0.184:5484", "--space", "1GiB"
    };
  }

  private static void killWhen(Process process, Path file) throws Exception {
    await()
        .pollInterval(Duration.ofMillis(1))
        .atMost(Duration.ofSeconds(60))
        .until(() -> Files.exists(file) || !process.isAlive());
    process.destroyForcibly();
    assertTrue(process.waitFor(20, TimeUnit.SECONDS));
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      return e.toString();
    }
  }

  private static String sums(Path below, String... without) throws IOException {
    String but = without.length == 0 ? "" : "-not -name " + without[0];
    return Shell.run(
        "cd '%s'; export LC_ALL=C; find . -type f %s -print0 | sort -z | xargs -0 sha256sum;"
                .formatted(below, but)
            + " find . -type l -printf '%p %l\\n' | sort | od -c");
  }
}
