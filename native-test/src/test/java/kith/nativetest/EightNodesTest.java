package kith.nativetest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Eight real nodes in eight networks with prefixes of their own, joined by a router. */
@Timeout(900)
final class EightNodesTest {
  private static final int NODES = 8;
  private static final Duration SOON = Duration.ofMinutes(3);
  private static final String CONFIG =
      "\"finding\": {\"localNetwork\": false, \"name\": \"%s\"}, \"network\": {\"map\": false},"
          + " \"negotiation\": {\"strangers\": true}";

  private @TempDir Path folder;
  private InternetNodes nodes;

  @BeforeEach
  void connect() throws IOException {
    boolean root = Shell.run("id -u").strip().equals("0");
    assumeTrue(root || "true".equals(System.getenv("CI")), "only root makes network namespaces");
    nodes = new InternetNodes(folder);
  }

  @AfterEach
  void end() throws IOException {
    if (nodes != null) {
      nodes.close();
    }
  }

  private List<InternetNodes.Node> start() throws IOException {
    var all = new ArrayList<InternetNodes.Node>();
    for (int i = 0; i < NODES; i++) {
      var host = nodes.internet.host("n" + i, (31 + i) + "." + (10 + 7 * i) + ".1.2");
      all.add(nodes.start("node" + i, host, CONFIG.formatted("node" + i)));
    }
    return all;
  }

  @Test
  void strangersFormGroupsAndBackUp() throws Exception {
    List<InternetNodes.Node> all = start();
    // Each with the next two, so that each has four partners.
    for (int i = 0; i < NODES; i++) {
      for (int next = 1; next <= 2; next++) {
        String other = all.get((i + next) % NODES).contact();
        all.get(i).home.done("partner", "offer", other, "--space", "1 GiB");
      }
    }
    for (InternetNodes.Node each : all) {
      String list = each.home.done("partner", "list", "--json");
      assertEquals(4, list.split("\"owner\"", -1).length - 1, list);
      byte[] bytes = new byte[200_000];
      new Random(each.name.hashCode()).nextBytes(bytes);
      each.backsUp("of " + each.name, bytes);
    }
    // One network is lost with its node, and the others still have enough partners.
    InternetNodes.Node lost = all.get(3);
    CliHome.kill(lost.process);
    InternetNodes.Node near = all.get(4);
    Awaitility.await().atMost(SOON).until(() -> near.partner(lost).contains("unreachable"));
    near.backsUp("without " + lost.name, new byte[50_000]);
    assertTrue(near.home.done("status").contains("2+1"), near.home.done("status"));
  }
}
