package kith.nativetest;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Eight real nodes in eight networks with prefixes of their own, joined by a router, that know of
 * nobody but a broker: they find each other, agree, and keep each other's files.
 */
@Timeout(600)
final class EightNodesTest {
  private static final int NODES = 8;
  private static final int WANTED = 5;
  private static final Duration SOON = Duration.ofMinutes(4);
  private static final Pattern ADDRESS = Pattern.compile("Broker +(\\S+)");
  private static final String CONFIG =
      "\"finding\": {\"localNetwork\": false, \"name\": \"%s\", \"brokers\": [\"%s\"]},"
          + " \"network\": {\"map\": false}, \"partners\": {\"target\": \"survive 2 losses\"}";

  private @TempDir Path folder;
  private InternetNodes nodes;
  private Process broker;

  @BeforeEach
  void connect() throws IOException {
    boolean root = Shell.run("id -u").strip().equals("0");
    assumeTrue(root || "true".equals(System.getenv("CI")), "only root makes network namespaces");
    nodes = new InternetNodes(folder);
  }

  @AfterEach
  void end() throws IOException, InterruptedException {
    if (broker != null) {
      broker.destroy();
      broker.waitFor();
    }
    if (nodes != null) {
      nodes.close();
    }
  }

  /** Starts a broker, and returns its address with its key. */
  private String startBroker() throws IOException {
    Internet.Host host = nodes.internet.host("b", "91.200.1.2");
    var home = new CliHome(folder.resolve("broker"));
    broker =
        home.begin(
            folder.resolve("broker.log"),
            host.runner(),
            "broker",
            "--listen",
            host.address() + ":5485");
    Awaitility.await()
        .atMost(SOON)
        .pollInterval(Duration.ofSeconds(1))
        .until(() -> home.kith("broker", "status").code() == 0);
    var said = ADDRESS.matcher(home.done("broker", "status"));
    assertTrue(said.find());
    return said.group(1);
  }

  private List<InternetNodes.Node> start() throws IOException {
    String address = startBroker();
    var all = new ArrayList<InternetNodes.Node>();
    for (int i = 0; i < NODES; i++) {
      var host = nodes.internet.host("n" + i, (31 + i) + "." + (10 + 7 * i) + ".1.2");
      all.add(nodes.start("node" + i, host, CONFIG.formatted("node" + i, address)));
    }
    return all;
  }

  @Test
  void strangersFindEachOtherAndBackUp() throws Exception {
    List<InternetNodes.Node> all = start();
    for (InternetNodes.Node each : all) {
      InternetNodes.awaitStatus(each, ": enough", SOON);
    }
    for (InternetNodes.Node each : all) {
      assertTrue(partners(each) >= WANTED, () -> each.name + each.statusAndLog());
      byte[] bytes = new byte[200_000];
      new Random(each.name.hashCode()).nextBytes(bytes);
      each.backsUp("of " + each.name, bytes);
    }
    // One network is lost with its node, and those who have it as a partner still back up.
    InternetNodes.Node lost = all.get(3);
    CliHome.kill(lost.process);
    List<InternetNodes.Node> near =
        all.stream().filter(each -> each != lost && knows(each, lost)).toList();
    assertTrue(!near.isEmpty(), "nobody has it as a partner");
    InternetNodes.Node one = near.get(0);
    Awaitility.await().atMost(SOON).until(() -> one.partner(lost).contains("unreachable"));
    one.backsUp("without " + lost.name, new byte[50_000]);
  }

  private static boolean knows(InternetNodes.Node one, InternetNodes.Node other) {
    try {
      return !one.partner(other).isEmpty();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static int partners(InternetNodes.Node node) throws IOException {
    return node.home.done("partner", "list", "--json").split("\"owner\"", -1).length - 1;
  }
}
