package kith.nativetest;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import kith.fs.fuse.MountOptions.Binding;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A mounted drive whose machine loses power, so that what was not synced is forgotten: what was
 * synced is there, and the rest is there or not, and never anything else. {@code
 * -Dkith.unsynced.rounds=} lengthens it, {@code -Dkith.random.seed=} repeats it.
 */
final class UnsyncedTest {
  private static final int ROUNDS = Integer.getInteger("kith.unsynced.rounds", 3);
  private static final int FILES = 6;

  @TempDir Path folder;
  private final long seed = Long.getLong("kith.random.seed", System.nanoTime());
  private final Random random = new Random(seed);
  private final Map<String, byte[]> synced = new HashMap<>();
  private final Map<String, byte[]> unsynced = new HashMap<>();
  private int forgotten;

  @Test
  void whatWasNeverSyncedIsForgottenAndWhatWasIsThere() throws Exception {
    Path mount = Files.createDirectory(folder.resolve("mount"));
    String home = folder.resolve("home").toString();
    for (int round = 0; round < ROUNDS; round++) {
      MountedProcess mounted =
          MountedProcess.start(Binding.AUTO, ForgetfulSource.class, mount, home);
      try {
        check(mount);
        write(mount, round);
      } catch (AssertionError | IOException e) {
        throw new AssertionError("seed " + seed + ": " + e + "\n" + mounted.output(), e);
      } finally {
        mounted.kill();
      }
    }
    try (var mounted = MountedProcess.start(Binding.AUTO, ForgetfulSource.class, mount, home)) {
      check(mounted.mountPoint());
    }
    assertTrue(forgotten > 0, "nothing was ever forgotten: the test shows nothing");
  }

  private byte[] content() {
    byte[] content = new byte[1 + random.nextInt(200_000)];
    random.nextBytes(content);
    return content;
  }

  private void write(Path mount, int round) throws IOException {
    for (int i = 0; i < FILES; i++) {
      String name = "synced" + random.nextInt(2 * FILES);
      Files.write(mount.resolve(name), content());
      synced.put(name, Files.readAllBytes(mount.resolve(name)));
      unsynced.remove(name);
    }
    Shell.run("cd '" + mount + "' && sync synced* .");
    for (int i = 0; i < FILES; i++) {
      String name = "unsynced" + round + "-" + i;
      byte[] content = content();
      Files.write(mount.resolve(name), content);
      unsynced.put(name, content);
    }
  }

  private void check(Path mount) throws IOException {
    for (Map.Entry<String, byte[]> file : synced.entrySet()) {
      byte[] now = Files.readAllBytes(mount.resolve(file.getKey()));
      assertArrayEquals(file.getValue(), now, file.getKey());
    }
    for (Map.Entry<String, byte[]> file : unsynced.entrySet()) {
      Path path = mount.resolve(file.getKey());
      byte[] now = Files.exists(path) ? Files.readAllBytes(path) : new byte[0];
      byte[] begun = Arrays.copyOf(file.getValue(), Math.min(now.length, file.getValue().length));
      assertArrayEquals(begun, now, file.getKey() + " has what nobody wrote");
      forgotten += now.length < file.getValue().length ? 1 : 0;
    }
    unsynced.clear();
  }
}
