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
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What Linux is told of the threads of a node. */
final class PriorityTest {
  private static final int NICE = 18 - 2;
  private static final int POLICY = 40 - 2;
  private static final String BATCH = "3";
  private static final String NORMAL = "0";

  @TempDir Path folder;

  /** Nice level and policy of each thread of a process, by the first 15 characters of its name. */
  private static Map<String, List<String>> threads(long process) throws IOException {
    Map<String, List<String>> found = new TreeMap<>();
    try (Stream<Path> tasks = Files.list(Path.of("/proc/" + process + "/task"))) {
      for (Path task : tasks.toList()) {
        String stat = Files.readString(task.resolve("stat"));
        String name = stat.substring(stat.indexOf('(') + 1, stat.lastIndexOf(')'));
        List<String> fields = List.of(stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1));
        String seen = fields.get(NICE) + "/" + fields.get(POLICY);
        found.computeIfAbsent(name, any -> new ArrayList<>()).add(seen);
      }
    }
    return found;
  }

  private static void assertAll(String expected, String name, Map<String, List<String>> threads) {
    List<String> those =
        threads.entrySet().stream()
            .filter(thread -> thread.getKey().startsWith(name))
            .flatMap(thread -> thread.getValue().stream())
            .toList();
    assertFalse(those.isEmpty(), "no thread " + name + " among " + threads);
    those.forEach(seen -> assertEquals(expected, seen, name + " among " + threads));
  }

  @Test
  void backgroundStandsBackAndWhatProgramsWaitForDoesNot() throws IOException {
    try (CliHome home = new CliHome(folder.resolve("h")).init("127.0.0.120:5484")) {
      Path drive = home.beside("drive");
      ProcessHandle node = home.mount(drive);
      Files.writeString(drive.resolve("f"), "some bytes");
      Shell.run("sync '" + drive.resolve("f") + "'");
      Map<String, List<String>> threads = threads(node.pid());
      for (String name : List.of("ingest", "ship", "publish", "heal", "reclaim", "packs")) {
        assertAll("10/" + BATCH, "kith-" + name, threads);
      }
      assertAll("5/" + NORMAL, "kith-net", threads);
      for (String name : List.of("kith-fuse-", "kith-commit", "kith-control", "VM Thread", "C1 ")) {
        assertAll("0/" + NORMAL, name, threads);
      }
    }
  }

  @Test
  void theSessionHasItsWholeShareWhileSomebodyUsesTheMount() throws IOException {
    try (CliHome home = new CliHome(folder.resolve("h")).init("127.0.0.120:5484")) {
      Path drive = home.beside("drive");
      Path share = Path.of("/proc/" + home.mount(drive).pid() + "/autogroup");
      if (!Files.exists(share)) {
        return; // this Linux shares processors out by nice levels only
      }
      awaitShare(share, " nice 10");
      Path writing = drive.resolve("writing");
      await()
          .atMost(Duration.ofSeconds(30))
          .pollInterval(Duration.ofMillis(10))
          .until(
              () -> {
                Files.write(writing, new byte[1 << 20]);
                return Files.readString(share).strip().endsWith(" nice 0");
              });
      awaitShare(share, " nice 10");
      assertTrue(Files.exists(writing));
    }
  }

  private static void awaitShare(Path share, String end) {
    await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> Files.readString(share).strip().endsWith(end));
  }
}
