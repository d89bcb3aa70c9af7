package kith.nativetest;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How a node with a partner ends while it is busy: by a signal, and by umount at a terminal. */
final class CliEndTest {
  /** docs/operations.md promises a minute. */
  private static final int BOUND_SECONDS = 60;

  private static final String PORT = ":5484";

  @TempDir static Path folder;
  private static CliHome owner;
  private static CliHome partner;
  private static ProcessHandle partnerNode;
  private static Path drive;
  private final Random random = new Random(11);
  private Path output;
  private Process begun;

  @BeforeAll
  static void befriend() throws IOException {
    owner = new CliHome(folder.resolve("o")).init("127.0.0.121" + PORT);
    partner = new CliHome(folder.resolve("p")).init("127.0.0.122" + PORT);
    drive = owner.beside("drive");
    partnerNode = partner.serve();
    owner.serve();
    String code = owner.done("partner", "invite", "--space", "1GiB");
    partner.done("partner", "accept", code);
    owner.done("umount", "--now");
  }

  @BeforeEach
  void mount() throws IOException {
    output = Files.createTempFile(folder, "output", "");
    owner.mount(drive);
  }

  @AfterEach
  void stop() throws IOException {
    signal("CONT");
    if (begun != null) {
      begun.destroyForcibly();
    }
    owner.close();
  }

  @AfterAll
  static void end() throws IOException {
    partner.close();
  }

  private void signal(String name) throws IOException {
    Shell.status(List.of("kill", "-" + name, Long.toString(partnerNode.pid())));
  }

  private static boolean isMounted(Path drive) throws IOException {
    return Files.readString(Path.of("/proc/self/mounts")).contains(" " + drive + " ");
  }

  private byte[] content(int length) {
    byte[] content = new byte[length];
    random.nextBytes(content);
    return content;
  }

  private void awaitOutput(String text) {
    Awaitility.await()
        .atMost(Duration.ofSeconds(60))
        .until(() -> Files.readString(output).contains(text));
  }

  @Test
  void aSignalWhileWritersAndShippingAreBusyEndsItWithinItsBoundAndNothingIsLost()
      throws Exception {
    owner.done("umount", "--now", drive.toString());
    begun = owner.begin(output, List.of(), "mount", "--foreground", drive.toString());
    awaitOutput("The drive is mounted");
    Map<String, Integer> whole = new ConcurrentHashMap<>();
    List<CompletableFuture<Void>> writers =
        List.of(
            CompletableFuture.runAsync(() -> writeOn("a", whole)),
            CompletableFuture.runAsync(() -> writeOn("b", whole)));
    Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> whole.size() > 20);
    signal("STOP"); // what is being shipped hangs
    long start = System.nanoTime();
    begun.toHandle().destroy();
    assertTrue(begun.waitFor(BOUND_SECONDS, TimeUnit.SECONDS), "it goes on");
    assertTrue(System.nanoTime() - start < TimeUnit.SECONDS.toNanos(BOUND_SECONDS));
    assertEquals(128 + 15, begun.exitValue(), "as of any program that ends by SIGTERM");
    for (CompletableFuture<Void> writer : writers) {
      writer.get(60, TimeUnit.SECONDS);
    }
    assertFalse(isMounted(drive));
    assertEquals("", Shell.run("ls -A '" + drive + "'"));
    signal("CONT");
    owner.mount(drive);
    for (Map.Entry<String, Integer> file : whole.entrySet()) {
      byte[] there = Files.readAllBytes(drive.resolve(file.getKey()));
      assertEquals(file.getValue(), Arrays.hashCode(there), file.getKey());
    }
  }

  /**
   * Writes files, without any sync, until the drive is gone; their hashes are remembered. Leaves
   * nothing in the folder beneath, where a write goes that comes too late.
   */
  private void writeOn(String name, Map<String, Integer> whole) {
    var own = new Random(name.hashCode());
    for (int i = 0; i < 10_000; i++) {
      byte[] bytes = new byte[300_000];
      own.nextBytes(bytes);
      Path file = drive.resolve(name + i);
      try (FileChannel out =
          FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
        out.write(ByteBuffer.wrap(bytes));
      } catch (IOException e) {
        return;
      }
      if (!stillMounted(file)) {
        return;
      }
      whole.put(name + i, Arrays.hashCode(bytes));
    }
  }

  private static boolean stillMounted(Path file) {
    try {
      if (isMounted(drive)) {
        return true;
      }
      Files.deleteIfExists(file);
      return false;
    } catch (IOException e) {
      return false;
    }
  }

  @Test
  void umountWaitsAtATerminalUntilEverythingIsSafe() throws Exception {
    signal("STOP");
    byte[] content = content(5_000_000);
    Files.write(drive.resolve("f"), content);
    Path kit = Files.writeString(folder.resolve("kit"), owner.done("kit"));
    begun = owner.beginAtTerminal(output, "umount", drive.toString());
    awaitOutput("shipping");
    assertFalse(isMounted(drive), "unmounted while it waits");
    assertTrue(begun.isAlive());
    signal("CONT");
    assertTrue(begun.waitFor(120, TimeUnit.SECONDS), () -> "it hangs");
    assertEquals(0, begun.exitValue(), Files.readString(output));
    Path view = owner.beside("view");
    CliHome bare = new CliHome(folder.resolve("bare"));
    try (bare) {
      bare.done("recover", "--kit", kit.toString(), "--view", view.toString());
      assertArrayEquals(content, Files.readAllBytes(view.resolve("live/f")), "it was safe");
      bare.done("umount", view.toString());
    }
  }

  @Test
  void umountSaysWhatWasNotSafeInTime() throws Exception {
    signal("STOP");
    byte[] content = content(2_000_000);
    Files.write(drive.resolve("f"), content);
    var late = owner.kith("umount", "--timeout", "2s", drive.toString());
    assertEquals(17, late.code(), late::toString);
    assertFalse(isMounted(drive));
    signal("CONT");
    owner.mount(drive);
    assertArrayEquals(content, Files.readAllBytes(drive.resolve("f")));
  }

  @Test
  void nowMeansNow() throws Exception {
    signal("STOP");
    byte[] content = content(2_000_000);
    Files.write(drive.resolve("f"), content);
    long start = System.nanoTime();
    owner.done("umount", "--now", drive.toString());
    assertTrue(System.nanoTime() - start < TimeUnit.SECONDS.toNanos(BOUND_SECONDS));
    signal("CONT");
    owner.mount(drive);
    assertArrayEquals(content, Files.readAllBytes(drive.resolve("f")));
    owner.done("wait", "--timeout", "60s");
  }

  @Test
  void whoStopsWaitingForUmountLeavesTheRestToTheNextStart() throws Exception {
    signal("STOP");
    byte[] content = content(2_000_000);
    Files.write(drive.resolve("f"), content);
    begun = owner.beginAtTerminal(output, "umount", drive.toString());
    awaitOutput("shipping");
    begun.getOutputStream().write(3); // ^C
    begun.getOutputStream().flush();
    assertTrue(begun.waitFor(30, TimeUnit.SECONDS), "the command ends at once");
    Awaitility.await()
        .atMost(Duration.ofSeconds(BOUND_SECONDS))
        .until(() -> owner.asked("status").code() == 1);
    signal("CONT");
    owner.mount(drive);
    assertArrayEquals(content, Files.readAllBytes(drive.resolve("f")));
    owner.done("wait", "--timeout", "60s");
  }
}
