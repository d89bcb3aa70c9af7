package kith.nativetest;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import kith.fs.fuse.MountOptions.Binding;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Writes that wait for room hold up nobody else, and arrive when there is some. */
final class HeldBackWritesTest {
  private static final int WRITERS = 12;

  @TempDir Path folder;
  @TempDir Path outside;
  private MountedProcess mounted;

  @BeforeEach
  void mount() throws IOException {
    mounted = MountedProcess.start(Binding.LOW_LEVEL, FullSource.class, folder, "");
  }

  @AfterEach
  void unmount() throws IOException {
    in("rm -f full");
    mounted.close();
  }

  private String in(String script) throws IOException {
    return Shell.run("cd '" + folder + "'; " + script);
  }

  private String ended() throws IOException {
    return Shell.run("find '" + outside + "' -type f | wc -l");
  }

  @Test
  void manyWritersWaitAndNobodyElseDoes() throws IOException {
    in("echo before > other; touch full");
    for (int i = 0; i < WRITERS; i++) {
      String write = "dd if=/dev/zero of=f" + i + " bs=1M count=3 conv=fsync status=none";
      in("(" + write + "; echo $? > '" + outside + "'/" + i + ") >&- 2>&- &");
    }
    in("sleep 1");
    assertEquals("before\n", in("timeout 20 cat other"));
    in("timeout 20 sh -c 'mkdir d && mv other d/ && chmod 600 d/other && rm d/other && rmdir d'");
    assertEquals("0\n", ended(), "nobody wrote yet");
    in("rm full");
    await().atMost(Duration.ofSeconds(30)).until(() -> ended().equals(WRITERS + "\n"));
    assertEquals("0\n", Shell.run("cat '" + outside + "'/* | sort -u"), "every writer succeeded");
    assertEquals(WRITERS * 3 * 1024 * 1024 + "\n", in("cat f* | wc -c"));
  }
}
