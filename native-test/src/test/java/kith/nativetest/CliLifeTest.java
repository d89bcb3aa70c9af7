package kith.nativetest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A drive mounted by the command line, and the ways in which its process ends. */
final class CliLifeTest {
  @TempDir static Path folder;
  private static CliHome home;
  private static Path drive;

  @BeforeAll
  static void initialise() throws IOException {
    home = new CliHome(folder.resolve("h"));
    home.done("init", "--listen", "127.0.0.116:5484");
    drive = home.beside("drive");
  }

  @AfterEach
  void stop() throws IOException {
    home.close();
  }

  private static boolean isMounted() throws IOException {
    return Files.readString(Path.of("/proc/self/mounts")).contains(" " + drive + " ");
  }

  @Test
  void afterAKillTheNextMountHasAllThatWasSynced() throws IOException {
    ProcessHandle node = home.mount(drive);
    Shell.run("cd '" + drive + "'; mkdir a; echo kept > a/b; sync a/b a .");
    CliHome.kill(node);
    String failure =
        assertThrows(IOException.class, () -> Shell.run("ls '" + drive + "'")).getMessage();
    assertTrue(failure.contains("not connected"), failure);
    CliRun status = home.kith("status");
    assertEquals(1, status.code(), status::toString);
    assertTrue(status.err().contains("no node runs"), status::toString);
    home.mount(drive);
    assertEquals("kept\n", Files.readString(drive.resolve("a/b")));
  }

  @Test
  void askedToEndByASignalItLeavesNothingMounted() throws Exception {
    ProcessHandle node = home.mount(drive);
    Files.writeString(drive.resolve("f"), "kept");
    node.destroy();
    node.onExit().get(60, TimeUnit.SECONDS);
    assertFalse(isMounted());
    home.mount(drive);
    assertEquals("kept", Files.readString(drive.resolve("f")));
  }

  @Test
  void withoutAnyPartnerWaitingSaysWhatIsMissing() throws IOException {
    home.mount(drive);
    Files.writeString(drive.resolve("f"), "only here");
    CliRun run = home.kith("wait", "--timeout", "5s");
    assertEquals(14, run.code(), run::toString);
    assertTrue(run.err().contains("kith partner invite"), run::toString);
    home.done("umount", drive.toString());
    assertFalse(isMounted());
    assertEquals("", Shell.run("ls -A '" + drive + "'"));
  }
}
