package kith.nativetest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Two nodes in two network namespaces with a cable between them, and nothing else. */
@Timeout(180)
final class LocalNetworkTest {
  private static final Duration SOON = Duration.ofSeconds(60);

  private static final Pattern WORDS = Pattern.compile("\\b\\d{1,4}-[a-z]+-[a-z]+-[a-z]+");

  private @TempDir Path folder;
  private final String left = "kith-l" + ProcessHandle.current().pid();
  private final String right = "kith-r" + ProcessHandle.current().pid();
  private final List<Process> nodes = new ArrayList<>();

  @BeforeEach
  void connect() throws IOException {
    boolean root = Shell.run("id -u").strip().equals("0");
    assumeTrue(root || "true".equals(System.getenv("CI")), "only root makes network namespaces");
    for (String space : List.of(left, right)) {
      Shell.run("ip netns add " + space + " && ip -n " + space + " link set lo up");
    }
    Shell.run("ip -n " + left + " link add eth0 type veth peer name eth0 netns " + right);
    for (String space : List.of(left, right)) {
      String address = space.equals(left) ? "10.77.1.1/24" : "10.77.1.2/24";
      Shell.run(
          "ip -n %1$s address add %2$s dev eth0 && ip -n %1$s link set eth0 up"
              .formatted(space, address));
    }
  }

  @AfterEach
  void end() throws Exception {
    for (Process node : nodes) {
      node.destroy();
      if (!node.waitFor(30, TimeUnit.SECONDS)) {
        node.destroyForcibly();
      }
    }
    for (String space : List.of(left, right)) {
      Shell.run("ip netns del " + space + " || true");
    }
  }

  private CliHome start(String name, String space, String listen, boolean shown)
      throws IOException {
    var home = new CliHome(folder.resolve(name)).init(listen);
    Path config = home.home().resolve("config.json");
    String finding = "{\"name\": \"%s\", \"localNetwork\": %s}".formatted(name, shown);
    Files.writeString(config, "{\"listen\": \"%s\", \"finding\": %s}".formatted(listen, finding));
    Path log = folder.resolve(name + ".log");
    nodes.add(home.begin(log, List.of("ip", "netns", "exec", space), "serve"));
    Awaitility.await().atMost(SOON).until(() -> home.asked("status").code() == 0);
    return home;
  }

  @Test
  void nodesOnOneNetworkFindEachOther() throws Exception {
    try (CliHome anna = start("anna", left, "0.0.0.0:5484", true);
        CliHome ben = start("ben", right, "10.77.1.2:5484", true)) {
      Awaitility.await()
          .atMost(SOON)
          .until(() -> anna.answer("partner", "known", "--json").contains("\"ben\""));
      Awaitility.await()
          .atMost(SOON)
          .until(() -> ben.answer("partner", "known", "--json").contains("\"anna\""));
      String known = ben.done("partner", "known", "--json");
      assertTrue(known.contains("\"10.77.1.1:5484\""), known);
      // Anna listens on every address, and says nothing of where she is.
      CliRun invited = anna.kith("partner", "invite", "--name", "anna");
      assertEquals(0, invited.code(), invited::toString);
      assertTrue(invited.err().contains("nobody reaches 10.77.1.1:5484"), invited.err());
      var words = WORDS.matcher(invited.err());
      assertTrue(words.find(), invited.err());
      ben.done("partner", "accept", words.group());
      assertTrue(ben.done("partner", "list").contains("anna"));
    }
  }

  @Test
  void aNodeThatDoesNotWantItIsNotShown() throws Exception {
    try (CliHome anna = start("anna", left, "10.77.1.1:5484", true);
        CliHome ben = start("ben", right, "10.77.1.2:5484", false);
        CliHome cleo = start("cleo", right, "10.77.1.2:5485", true)) {
      Awaitility.await().atMost(SOON).until(() -> anna.answer("partner", "known").contains("cleo"));
      assertFalse(anna.done("partner", "known").contains("ben"));
      assertTrue(ben.done("partner", "known").contains("no nodes are known"));
      assertTrue(cleo.done("status", "--json").contains("\"process\""));
    }
  }
}
