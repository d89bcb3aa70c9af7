package kith.nativetest;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A node behind a NAT that opens ports when it is asked, as routers at home do (miniupnpd). */
@Timeout(300)
final class PortMapTest {
  private static final Duration SOON = Duration.ofMinutes(2);
  private static final String ALONE = "\"finding\": {\"localNetwork\": false}";

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

  @ParameterizedTest
  @ValueSource(strings = {"natpmp", "upnp"})
  void theRouterIsAskedAndTheNodeReachedAndThePortGivenBack(String protocol) throws Exception {
    Internet.Host home = nodes.internet.behindNat("anna", "192.168.1.2", "31.1.1.2");
    nodes.internet.opensPorts(home, protocol, folder);
    InternetNodes.Node anna = nodes.start("anna", home, ALONE);
    String by = protocol.equals("upnp") ? "UPnP" : "NAT-PMP";
    InternetNodes.awaitStatus(anna, "lends 31.1.1.2:5484 by " + by, SOON);
    assertTrue(nodes.internet.letsIn(home).contains("192.168.1.2"), nodes.internet.letsIn(home));

    InternetNodes.Node carl = nodes.start("carl", nodes.internet.host("carl", "31.3.3.2"), ALONE);
    InternetNodes.befriend(anna, carl);
    assertTrue(carl.home.done("partner", "list").contains("31.1.1.2:5484"));
    byte[] bytes = new byte[100_000];
    new Random(7).nextBytes(bytes);
    carl.backsUp("of carl", bytes);
    anna.backsUp("of anna", bytes);

    anna.home.done("umount", "--now");
    Awaitility.await().atMost(SOON).until(() -> nodes.internet.letsIn(home).isBlank());
  }
}
