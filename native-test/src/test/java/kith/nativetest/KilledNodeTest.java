package kith.nativetest;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.ServerSocket;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A node is killed with SIGKILL while a program writes into its drive, which remembers a file only
 * after fsync of the file and of its folder. {@code -Dkith.kill.rounds=} lengthens it, {@code
 * -Dkith.random.seed=} repeats it.
 */
final class KilledNodeTest {
  private static final int ROUNDS = Integer.getInteger("kith.kill.rounds", 3);
  private static final int FILES = 40;

  @TempDir Path folder;
  private final long seed = Long.getLong("kith.random.seed", System.nanoTime());
  private final Random random = new Random(seed);

  /** What must be there: name and the seed of its content, 0 if it must not be there. */
  private final Map<String, Long> manifest = new HashMap<>();

  /** The same, of the snapshots. */
  private final Map<String, Map<String, Long>> snapshots = new HashMap<>();

  /** What was being done when the node died: it may have been done. */
  private String unsure = "";

  private long unsureContent;
  private Path mount;
  private Process node;

  @BeforeEach
  void begin() throws Exception {
    mount = Files.createDirectory(folder.resolve("mount"));
    Path passphrase = Files.writeString(folder.resolve("passphrase"), "correct horse\n");
    Process init =
        kith(
            "init",
            "--listen",
            "127.0.0.1:" + freePort(),
            "--passphrase-file",
            passphrase.toString());
    assertTrue(init.waitFor(60, TimeUnit.SECONDS));
    assertEquals(0, init.exitValue(), this::log);
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  @AfterEach
  void end() throws Exception {
    if (node != null) {
      node.destroyForcibly().waitFor();
    }
    Shell.status(List.of("fusermount3", "-uzq", mount.toString()));
  }

  private Process kith(String... arguments) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xmx512m", "-cp"));
    command.add(System.getProperty("java.class.path"));
    command.addAll(List.of("kith.fs.cli.Main", "--home", folder.resolve("home").toString()));
    command.addAll(List.of(arguments));
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.appendTo(folder.resolve("log").toFile()))
        .start();
  }

  private String log() {
    try {
      return Files.readString(folder.resolve("log"));
    } catch (IOException e) {
      return e.toString();
    }
  }

  private void mount() throws IOException {
    node = kith("mount", "--foreground", mount.toString());
    String mounted = "grep -qF ' " + mount + " ' /proc/self/mounts && ls '" + mount + "' >&2";
    try {
      Shell.run("for i in $(seq 300); do " + mounted + " && exit 0; sleep 0.1; done; exit 1");
    } catch (IOException e) {
      throw new IOException("not mounted: " + log(), e);
    }
  }

  @Test
  void whatWasSyncedIsThereAfterSigkill() throws Exception {
    try {
      mount();
      for (int round = 0; round < ROUNDS; round++) {
        writeUntilKilled(round);
        mount();
        check();
      }
    } catch (AssertionError | IOException e) {
      throw new AssertionError("seed " + seed + ": " + e.getMessage() + "\n" + log(), e);
    }
  }

  private void writeUntilKilled(int round) throws Exception {
    Process victim = node;
    int after = 500 + random.nextInt(4000);
    var killed =
        CompletableFuture.runAsync(
            victim::destroyForcibly,
            CompletableFuture.delayedExecutor(after, TimeUnit.MILLISECONDS));
    int steps = 0;
    try {
      for (; ; steps++) {
        step(round, steps);
      }
    } catch (IOException e) {
      killed.join();
      victim.waitFor();
      assertTrue(steps > 0, "it wrote nothing: " + e);
    }
  }

  private void step(int round, int step) throws IOException {
    String name = "f" + random.nextInt(FILES);
    Path file = mount.resolve(name);
    long content = random.nextLong() | 1;
    unsure = name;
    unsureContent = content;
    int what = random.nextInt(20);
    if (step == 20) {
      unsure = "";
      Files.createDirectory(mount.resolve(".snapshots/r" + round));
      snapshots.put("r" + round, new HashMap<>(manifest));
      return;
    }
    if (what == 0) {
      unsureContent = 0;
      Files.deleteIfExists(file);
    } else {
      Path fresh = mount.resolve("new");
      write(fresh, content);
      Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
    }
    try (FileChannel directory = FileChannel.open(mount)) {
      directory.force(true);
    }
    manifest.put(name, unsureContent);
  }

  private static void write(Path file, long seed) throws IOException {
    try (FileChannel out =
        FileChannel.open(
            file,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE)) {
      ByteBuffer bytes = ByteBuffer.wrap(content(seed));
      while (bytes.hasRemaining()) {
        out.write(bytes);
      }
      out.force(true);
    }
  }

  private static byte[] content(long seed) {
    Random bytes = new Random(seed);
    byte[] content = new byte[1 + bytes.nextInt(bytes.nextInt(10) == 0 ? 2_000_000 : 60_000)];
    bytes.nextBytes(content);
    return content;
  }

  private void check() throws IOException {
    for (Map.Entry<String, Map<String, Long>> snapshot : snapshots.entrySet()) {
      Path past = mount.resolve(".snapshots").resolve(snapshot.getKey());
      for (Map.Entry<String, Long> entry : snapshot.getValue().entrySet()) {
        same(past.resolve(entry.getKey()), entry.getValue());
      }
    }
    if (!unsure.isEmpty() && was(mount.resolve(unsure), unsureContent)) {
      manifest.put(unsure, unsureContent);
    }
    for (Map.Entry<String, Long> entry : manifest.entrySet()) {
      same(mount.resolve(entry.getKey()), entry.getValue());
    }
  }

  private static boolean was(Path file, long seed) throws IOException {
    if (!Files.exists(file)) {
      return seed == 0;
    }
    return seed != 0 && java.util.Arrays.equals(content(seed), Files.readAllBytes(file));
  }

  private static void same(Path file, long seed) throws IOException {
    if (seed == 0) {
      assertTrue(Files.notExists(file), file + " was deleted");
    } else {
      assertTrue(Files.exists(file), file + " is missing");
      assertArrayEquals(content(seed), Files.readAllBytes(file), file.toString());
    }
  }
}
