package kith.nativetest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Nodes whose homes lie on small filesystems of their own, which run full: through the drive, and
 * through others who take the last byte. Needs root, to mount them.
 */
final class FullDiskTest {
  @TempDir Path folder;
  private final List<CliHome> homes = new ArrayList<>();
  private final List<Path> disks = new ArrayList<>();

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
    for (Path disk : disks) {
      Shell.run("umount -l '" + disk + "'");
    }
  }

  /** A home on a filesystem of so many MiB. */
  private CliHome homeOf(String name, int size) throws IOException {
    CliHome home = new CliHome(folder.resolve(name));
    homes.add(home);
    Path disk = Files.createDirectory(folder.resolve(name + "-disk"));
    Shell.run("mount -t tmpfs -o size=" + size + "m kith-test '" + disk + "'");
    disks.add(disk);
    Files.createSymbolicLink(home.home(), Files.createDirectory(disk.resolve("home")));
    return home;
  }

  private Path disk(String name) {
    return folder.resolve(name + "-disk");
  }

  private static String quoted(Path path) {
    return "'" + path + "'";
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

  /**
   * Writes files of 1 MiB, each synced, until one is refused; keeps their content elsewhere.
   *
   * @return how many were taken
   */
  private int fill(Path drive, String prefix, int most) throws IOException {
    Path kept = Files.createDirectories(folder.resolve("kept"));
    String script =
        """
        cd %s; n=0
        while [ $n -lt %d ]; do
          head -c 1M /dev/urandom > %s/%s$n
          if ! dd if=%s/%s$n of=%s$n bs=128k conv=fsync status=none 2> %s/error; then
            grep -q 'No space left' %s/error
            break
          fi
          n=$((n+1))
        done
        echo $n
        """;
    String out =
        Shell.run(
            script.formatted(
                quoted(drive),
                most,
                quoted(kept),
                prefix,
                quoted(kept),
                prefix,
                prefix,
                quoted(folder),
                quoted(folder)));
    return Integer.parseInt(out.strip());
  }

  /** What was accepted is there, byte by byte. */
  private void same(Path drive, String prefix, int from, int to) throws IOException {
    Shell.run(
        "for i in $(seq %d %d); do cmp %s/%s$i %s/%s$i; done"
            .formatted(
                from, to - 1, quoted(folder.resolve("kept")), prefix, quoted(drive), prefix));
  }

  /** Others take all that is left. */
  private void takeTheRest(String name) throws IOException {
    Shell.run(
        "cat /dev/zero > %s/ballast 2> /dev/null || true; test $(df --output=avail %s | tail -1) = 0"
            .formatted(quoted(disk(name)), quoted(disk(name))));
  }

  private void giveBack(String name) throws IOException {
    Files.delete(disk(name).resolve("ballast"));
  }

  /** A write goes through again within a while, by itself. */
  private void writesAgain(Path drive, String name) throws IOException {
    Shell.run(
        """
        for i in $(seq 100); do
          dd if=/dev/zero of=%s/%s bs=64k count=4 conv=fsync status=none 2> %s/error && exit 0
          sleep 0.3
        done
        cat %s/error; exit 1
        """
            .formatted(quoted(drive), name, quoted(folder), quoted(folder)));
    Shell.run("cmp -n 262144 /dev/zero %s/%s".formatted(quoted(drive), name));
  }

  @Test
  void aDiskThatOthersFillToTheLastByteIsToldAndGoesAwayByItself() throws IOException {
    CliHome home = homeOf("owner", 260);
    home.init("127.0.0.117:5485");
    configure(home, "1", "\"10 MiB\"");
    Path drive = home.beside("drive");
    home.mount(drive);
    int taken = fill(drive, "a", 20);
    assertEquals(20, taken);
    for (int round = 0; round < 3; round++) {
      takeTheRest("owner");
      assertEquals(0, fill(drive, "none" + round, 1), "nothing is taken that has no room");
      same(drive, "a", round, 19);
      Shell.run("rm %s/a%d".formatted(quoted(drive), round));
      Shell.run("mkdir -p %s/d 2> /dev/null || true".formatted(quoted(drive)));
      Shell.run("truncate -s 1000 %s/a19".formatted(quoted(drive)));
      Shell.run("ls -l %s > /dev/null".formatted(quoted(drive)));
      same(drive, "a", round + 1, 19);
      giveBack("owner");
      writesAgain(drive, "again" + round);
    }
    assertEquals(5, fill(drive, "b", 5));
    home.done("umount", drive.toString());
    home.mount(drive);
    same(drive, "a", 3, 19);
    same(drive, "b", 0, 5);
    assertEquals("1000", Shell.run("stat -c %s " + quoted(drive) + "/a19").strip());
    assertEquals("", Shell.run("ls %s | grep -E '^(a[012]|none.*)$' || true".formatted(drive)));
  }

  @Test
  void withoutPartnersADriveFillsItsDiskToTheReserveAndDeletingMakesRoom() throws IOException {
    CliHome home = homeOf("owner", 200);
    home.init("127.0.0.117:5485");
    configure(home, "2", "\"20 MiB\"");
    Path drive = home.beside("drive");
    home.mount(drive);
    int before = 0;
    for (int round = 0; round < 3; round++) {
      int taken = fill(drive, "r" + round + "-", 300);
      assertTrue(taken > 40 && taken < 200, taken + " in round " + round);
      assertTrue(taken > before * 3 / 4, taken + " after " + before + ": space has gone");
      before = taken;
      long free =
          Long.parseLong(
              Shell.run("df --output=avail -B1 " + disk("owner") + " | tail -1").strip());
      assertTrue(free > 10 << 20, "only " + free + " bytes are free");
      same(drive, "r" + round + "-", 0, taken);
      Shell.run("rm %s/r*; sync %s".formatted(quoted(drive), quoted(drive)));
      writesAgain(drive, "again");
      awaitFree("owner", 120);
    }
  }

  /** Waits until the disk has so many MiB. */
  private void awaitFree(String name, int free) throws IOException {
    Shell.run(
        """
        for i in $(seq 300); do
          test $(df --output=avail -BM %s | tail -1 | tr -d 'M ') -ge %d && exit 0
          sleep 0.3
        done
        df %s; du -a %s; exit 1
        """
            .formatted(quoted(disk(name)), free, quoted(disk(name)), quoted(disk(name))));
  }

  @Test
  void aHolderWithoutRoomRefusesAndTakesShardsAgainWhenThereIsSome() throws IOException {
    CliHome owner = new CliHome(folder.resolve("owner"));
    homes.add(owner);
    owner.init("127.0.0.117:5485");
    CliHome holder = homeOf("holder", 120);
    holder.init("127.0.0.117:5486");
    Path drive = owner.beside("drive");
    owner.mount(drive);
    holder.serve();
    String code = owner.done("partner", "invite", "--space", "1GiB").lines().findFirst().get();
    holder.done("partner", "accept", code, "--space", "1GiB");
    takeTheRest("holder");
    int taken = fill(drive, "a", 10);
    assertEquals(10, taken);
    CliRun wait = owner.kith("wait", "--timeout", "15s");
    assertTrue(wait.code() != 0, wait::toString);
    assertTrue(owner.log().contains("partner-full"), owner.log());
    giveBack("holder");
    owner.done("wait", "--timeout", "100s");
    same(drive, "a", 0, taken);
  }
}
