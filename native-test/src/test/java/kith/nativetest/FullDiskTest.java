package kith.nativetest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Nodes whose homes, or single folders of them, lie on small filesystems of their own, which run
 * full: through the drive, and through others who take the last byte.
 */
final class FullDiskTest {
  /** Two packs that something needs a little of, and the index's log, in bytes. */
  private static final long OVERHEAD = 56 << 20;

  @TempDir Path folder;
  private final List<CliHome> homes = new ArrayList<>();
  private final List<SmallDisk> disks = new ArrayList<>();

  @BeforeEach
  void requireRoot() throws IOException {
    boolean root = Shell.run("id -u").strip().equals("0");
    assumeTrue(root || "true".equals(System.getenv("CI")), "only root mounts a tmpfs");
  }

  @AfterEach
  void end() throws IOException {
    for (CliHome home : homes) {
      home.close();
    }
    for (SmallDisk disk : disks) {
      disk.close();
    }
  }

  private CliHome home(String name) throws IOException {
    CliHome home = new CliHome(folder.resolve(name));
    homes.add(home);
    return home;
  }

  private SmallDisk disk(String name, int size) throws IOException {
    SmallDisk disk = new SmallDisk(folder.resolve(name + "-disk"), size);
    disks.add(disk);
    return disk;
  }

  private FilledFolder filled(Path drive) throws IOException {
    return new FilledFolder(drive, folder.resolve("kept"));
  }

  /** Sets keys of the home's configuration. */
  private static void configure(CliHome home, String waitSeconds, String reserve)
      throws IOException {
    Path file = home.home().resolve("config.json");
    String text =
        Files.readString(file)
            .replaceFirst("\"writeWaitSeconds\" : \\d+", "\"writeWaitSeconds\" : " + waitSeconds)
            .replaceFirst("\"reserve\" : null,\\s*", "");
    Files.writeString(file, text.replaceFirst("\\{", "{\n  \"reserve\" : " + reserve + ","));
  }

  @Test
  void aDiskThatOthersFillToTheLastByteIsToldAndGoesAwayByItself() throws IOException {
    CliHome home = home("owner");
    SmallDisk disk = disk("owner", 260);
    disk.take(home.home());
    home.init("127.0.0.117:5485");
    configure(home, "1", "\"10 MiB\"");
    Path drive = home.beside("drive");
    FilledFolder files = filled(drive);
    home.mount(drive);
    assertEquals(20, files.fill("a", 20));
    for (int round = 0; round < 3; round++) {
      disk.fill();
      assertEquals(0, files.fill("none" + round, 1), "nothing is taken that has no room");
      files.same("a", round, 19);
      Shell.run("rm '%s'/a%d".formatted(drive, round));
      Shell.run("mkdir -p '%s'/d 2> /dev/null || true".formatted(drive));
      Shell.run("truncate -s 1000 '%s'/a19".formatted(drive));
      Shell.run("ls -l '%s' > /dev/null".formatted(drive));
      files.same("a", round + 1, 19);
      disk.giveBack();
      files.writesAgain("again" + round);
    }
    assertEquals(5, files.fill("b", 5));
    home.done("umount", drive.toString());
    home.mount(drive);
    files.same("a", 3, 19);
    files.same("b", 0, 5);
    assertEquals("1000", Shell.run("stat -c %s '" + drive + "'/a19").strip());
    assertEquals("", Shell.run("ls '%s' | grep -E '^(a[012]|none.*)$' || true".formatted(drive)));
  }

  @Test
  void whatNeedsRoomWhereNeitherDiskNorReserveHasAByteEndsWith15() throws IOException {
    CliHome home = home("owner");
    SmallDisk disk = disk("owner", 160);
    disk.take(home.home());
    home.init("127.0.0.117:5485");
    configure(home, "1", "\"10 MiB\"");
    Path drive = home.beside("drive");
    FilledFolder files = filled(drive);
    home.mount(drive);
    assertEquals(5, files.fill("a", 5));
    home.done("snapshot", "create", "before");
    CliRun refused = null;
    for (int i = 0; i < 5 && (refused == null || refused.code() == 0); i++) {
      disk.fill();
      refused = home.kith("snapshot", "create", "full" + i);
    }
    assertEquals(15, refused.code(), refused::toString);
    assertTrue(!Files.exists(home.home().resolve("reserve")), "the reserve was not tried");
    files.same("a", 0, 5);
    disk.giveBack();
    files.writesAgain("again");
    home.done("snapshot", "create", "after");
    String taken = home.done("snapshot", "list");
    assertTrue(taken.contains("before") && taken.contains("after"), taken);
  }

  @Test
  void withoutPartnersADriveFillsItsDiskToTheReserveAndDeletingMakesRoom() throws IOException {
    CliHome home = home("owner");
    SmallDisk disk = disk("owner", 200);
    disk.take(home.home());
    home.init("127.0.0.117:5485");
    configure(home, "2", "\"20 MiB\"");
    Path drive = home.beside("drive");
    FilledFolder files = filled(drive);
    home.mount(drive);
    files.writesAgain("again");
    long free = disk.free();
    for (int round = 0; round < 2; round++) {
      int taken = files.fill("r" + round + "-", 300);
      assertTrue(taken > 40 && taken < 200, taken + " in round " + round);
      assertTrue(disk.free() > 10 << 20, "only " + disk.free() + " bytes are free");
      files.same("r" + round + "-", 0, taken);
      Shell.run("rm '%s'/r*; sync '%s'".formatted(drive, drive));
      files.writesAgain("again");
      Awaitility.await()
          .atMost(Duration.ofSeconds(100))
          .until(() -> disk.free() >= free - OVERHEAD);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"home", "db checkpoints packs"})
  void aSnapshotGoesAndItsSpaceComesBackWhereNoByteIsFree(String full) throws IOException {
    CliHome home = home("owner");
    SmallDisk disk = disk("owner", 200);
    if (full.equals("home")) {
      disk.take(home.home());
    }
    home.init("127.0.0.117:5485");
    if (!full.equals("home")) {
      disk.take(home.home(), full);
    }
    configure(home, "1", "\"10 MiB\"");
    Path drive = home.beside("drive");
    FilledFolder files = filled(drive);
    home.mount(drive);
    assertEquals(36, files.fill("a", 36));
    home.done("snapshot", "create", "only");
    awaitPacked(home); // or what comes later would share packs with it
    Shell.run("rm '%s'/a*; sync '%s'".formatted(drive, drive));
    assertEquals(2, files.fill("b", 2));
    home.done("snapshot", "create", "later");
    awaitPacked(home);
    disk.fill();
    assertEquals(0, disk.free());
    Shell.run("rmdir '%s'/.snapshots/only".formatted(drive));
    try {
      Awaitility.await().atMost(Duration.ofSeconds(90)).until(() -> disk.free() >= 30 << 20);
    } catch (ConditionTimeoutException e) {
      throw new AssertionError(disk.free() + " bytes are free\n" + home.log(), e);
    }
    files.writesAgain("again");
    files.same("b", 0, 2);
    filled(drive.resolve(".snapshots/later")).same("b", 0, 2);
    assertTrue(!home.done("snapshot", "list").contains("only"));
  }

  /** All snapshots are in packs. */
  private static void awaitPacked(CliHome home) {
    Awaitility.await()
        .atMost(Duration.ofSeconds(60))
        .until(() -> !home.answer("snapshot", "list").contains("local"));
  }

  /** What of a home lies on a disk that runs full, and what then goes on. */
  enum Stage {
    STAGING(false, "staging"),
    PACKS(false, "packs"),
    INDEX(false, "db checkpoints"),
    LOG(true, "log");

    private final boolean writes;
    private final String folders;

    Stage(boolean writes, String folders) {
      this.writes = writes;
      this.folders = folders;
    }
  }

  @ParameterizedTest
  @EnumSource(Stage.class)
  void eachFolderOfAHomeMayRunFullAlone(Stage stage) throws IOException {
    CliHome holder = home("holder").init("127.0.0.117:5486");
    holder.serve();
    CliHome owner = home("owner").init("127.0.0.117:5485");
    SmallDisk disk = disk("owner", 100);
    disk.take(owner.home(), stage.folders);
    configure(owner, "1", "\"5 MiB\"");
    Path drive = owner.beside("drive");
    FilledFolder files = filled(drive);
    owner.mount(drive);
    holder.done("partner", "accept", owner.done("partner", "invite", "--space", "1GiB"));
    assertEquals(8, files.fill("a", 8));
    disk.fill();
    int taken = files.fill("b", 6);
    assertEquals(stage.writes ? 6 : 0, taken);
    files.same("a", 0, 8);
    Shell.run(
        "rm '%s'/a0; mv '%s'/a1 '%s'/moved; ls -lR '%s'".formatted(drive, drive, drive, drive));
    endsWith(owner, stage, "snapshot", "create", "full");
    disk.giveBack();
    files.writesAgain("again");
    owner.done("wait", "--timeout", "100s");
    owner.done("snapshot", "create", "later");
    files.same("a", 2, 8);
    files.same("b", 0, taken);
    owner.done("umount", drive.toString());
    Shell.run("rm '" + owner.home() + "'/packs/*.pack");
    owner.mount(drive);
    files.same("a", 2, 8);
    filled(drive.resolve(".snapshots/later")).same("a", 2, 8);
    Shell.run("cmp '%s'/moved '%s'/a1".formatted(drive, folder.resolve("kept")));
    Shell.run("test ! -e '%s'/a0 -a ! -e '%s'/a1".formatted(drive, drive));
  }

  /** It worked, or the node's disk is full. */
  private static void endsWith(CliHome owner, Stage stage, String... arguments) throws IOException {
    CliRun run = owner.kith(arguments);
    boolean refused = run.code() == 15 && !stage.writes;
    assertTrue(run.code() == 0 || refused, run::toString);
  }

  @ParameterizedTest
  @ValueSource(strings = {"home", "held", "ledgers", "db checkpoints"})
  void aHolderWithoutRoomRefusesAndTakesShardsAgainWhenThereIsSome(String full) throws IOException {
    CliHome owner = home("owner").init("127.0.0.117:5485");
    CliHome holder = home("holder");
    SmallDisk disk = disk("holder", 120);
    if (full.equals("home")) {
      disk.take(holder.home());
    }
    holder.init("127.0.0.117:5486");
    if (!full.equals("home")) {
      disk.take(holder.home(), full);
    }
    Path drive = owner.beside("drive");
    FilledFolder files = filled(drive);
    owner.mount(drive);
    holder.serve();
    holder.done("partner", "accept", owner.done("partner", "invite", "--space", "1GiB"));
    assertEquals(2, files.fill("before", 2));
    owner.done("wait", "--timeout", "100s");
    disk.fill();
    assertEquals(10, files.fill("a", 10));
    CliRun wait = owner.kith("wait", "--timeout", "8s");
    assertTrue(wait.code() != 0, wait::toString);
    assertTrue(owner.log().contains("partner-full"), owner.log());
    disk.giveBack();
    owner.done("wait", "--timeout", "100s");
    owner.done("umount", drive.toString());
    Shell.run("rm '" + owner.home() + "'/packs/*.pack");
    owner.mount(drive);
    files.same("before", 0, 2);
    files.same("a", 0, 10);
  }
}
