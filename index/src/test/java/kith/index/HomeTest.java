package kith.index;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class HomeTest {
  @TempDir Path directory;

  @Test
  void isMadeForItsUserAlone() throws IOException {
    try (Home home = Home.open(directory.resolve("a/b"))) {
      for (Path each :
          List.of(home.root(), home.staging(), home.packs(), home.held(), home.identity())) {
        assertEquals(
            "rwx------", PosixFilePermissions.toString(Files.getPosixFilePermissions(each)));
      }
    }
  }

  @Test
  void isHeldOnceInAProcess() throws IOException {
    try (Home home = Home.open(directory)) {
      assertThrows(HomeInUseException.class, () -> Home.open(directory.resolve(".")));
      assertTrue(Files.exists(home.root()));
    }
    Home.open(directory).close();
  }

  @Test
  void anotherProcessIsRefusedAndToldWhoHoldsIt() throws Exception {
    try (Home home = Home.open(directory)) {
      assertThrows(HomeInUseException.class, () -> Home.open(home.root()));
      Process late = otherProcess("PT0.5S");
      assertEquals(3, late.waitFor());
      Process other = otherProcess();
      String output = new String(other.getInputStream().readAllBytes(), UTF_8);
      assertEquals(3, other.waitFor(), output);
      assertTrue(output.contains("(process " + ProcessHandle.current().pid() + ")"), output);
    }
    assertEquals(0, otherProcess().waitFor());
  }

  @Test
  void whoHasPatienceGetsAHomeThatIsLetGo() throws Exception {
    Process other;
    try (Home home = Home.open(directory)) {
      other = otherProcess("PT60S");
      assertFalse(other.waitFor(2, TimeUnit.SECONDS), "it waits");
      assertTrue(Files.exists(home.root()));
    }
    assertEquals(0, other.waitFor());
  }

  private Process otherProcess() throws IOException {
    return otherProcess("PT0S");
  }

  private Process otherProcess(String patience) throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xshare:auto",
            "-cp",
            System.getProperty("java.class.path"),
            OtherProcess.class.getName(),
            directory.toString(),
            patience)
        .redirectErrorStream(true)
        .start();
  }

  /** Opens a home, and exits with 3 if it is in use. */
  static final class OtherProcess {
    private OtherProcess() {}

    public static void main(String[] args) throws IOException {
      try (Home home = Home.open(Path.of(args[0]), Duration.parse(args[1]))) {
        System.out.println("opened " + home.root());
      } catch (HomeInUseException e) {
        System.out.println(e.getMessage());
        System.exit(3);
      }
    }
  }

  @Test
  void aLaterLayoutIsRefused() throws IOException {
    Files.writeString(directory.resolve("format"), "2\n");
    IOException refused = assertThrows(IOException.class, () -> Home.open(directory));
    assertTrue(refused.getMessage().contains("use a newer"));
    Files.writeString(directory.resolve("format"), Home.FORMAT + "\n");
    Home.open(directory).close();
  }

  @Test
  void rowsAndFilesOfAHomeOutliveIt() throws Exception {
    StagedRecord record;
    try (Home home = Home.open(directory);
        Staging staging = new Staging(home.staging());
        Rows rows = Rows.open(home, staging)) {
      record = StagingTest.append(staging, 1, 100);
      rows.apply(new Update().put(Table.META, new byte[1], new byte[] {7}));
      rows.sync();
    }
    try (Home home = Home.open(directory);
        Staging staging = new Staging(home.staging());
        Rows rows = Rows.open(home, staging)) {
      assertEquals(7, rows.get(Table.META, new byte[1])[0]);
      assertEquals(100, StagingTest.read(staging, record, 0, 200).length);
    }
  }
}
