package kith.nativetest;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Real nodes behind real NATs, in network namespaces. */
@Timeout(600)
final class NatTest {
  private static final Duration SOON = Duration.ofSeconds(90);
  private static final String ALONE =
      "\"finding\": {\"localNetwork\": false}, \"network\": {\"map\": false}";

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

  private static byte[] bytes(long seed) {
    byte[] bytes = new byte[300_000];
    new Random(seed).nextBytes(bytes);
    return bytes;
  }

  private InternetNodes.Node carl() throws IOException {
    return nodes.start("carl", nodes.internet.host("carl", "31.3.3.2"), ALONE);
  }

  private InternetNodes.Node anna() throws IOException {
    var host = nodes.internet.behindNat("anna", "192.168.1.2", "31.1.1.2");
    return nodes.start("anna", host, "\"advertise\": [\"31.1.1.2:5484\"], " + ALONE);
  }

  private InternetNodes.Node ben() throws IOException {
    return nodes.start("ben", nodes.internet.behindNat("ben", "192.168.7.2", "31.2.2.2"), ALONE);
  }

  @Test
  void twoBehindNatsTalkThroughAThirdUntilOneCanBeReached() throws Exception {
    InternetNodes.Node carl = carl();
    InternetNodes.Node anna = anna();
    InternetNodes.Node ben = ben();
    InternetNodes.befriend(carl, anna);
    InternetNodes.befriend(carl, ben);
    InternetNodes.befriend(anna, ben, carl);
    // With two partners each, a file is safe only when both have it.
    anna.backsUp("of anna", bytes(1));
    ben.backsUp("of ben", bytes(2));
    assertTrue(anna.partner(ben).contains("relayed"), anna.partner(ben));
    assertTrue(ben.partner(anna).contains("relayed"), ben.partner(anna));
    InternetNodes.awaitStatus(carl, "relayed for partners", SOON);

    nodes.internet.forward(anna.host, InternetNodes.PORT);
    Awaitility.await()
        .atMost(Duration.ofMinutes(4))
        .pollInterval(Duration.ofSeconds(2))
        .until(() -> ben.partner(anna).contains("reachable"));
    Awaitility.await().atMost(SOON).until(() -> anna.partner(ben).contains("reachable"));
    InternetNodes.awaitStatus(carl, "0 circuits now", Duration.ofMinutes(2));
    anna.backsUp("more of anna", bytes(3));
    ben.backsUp("more of ben", bytes(4));
    assertArrayEquals(bytes(2), Files.readAllBytes(ben.drive.resolve("of ben")));
  }

  @Test
  void twoBehindNatsTalkThroughABrokerWithinItsLimit() throws Exception {
    var host = nodes.internet.host("b", "91.200.1.2");
    InternetNodes.Broker broker = nodes.broker(host, "--relay", "1Mbit/s");
    String config =
        ALONE.replace(
                "\"finding\": {", "\"finding\": {\"brokers\": [\"" + broker.address() + "\"], ")
            + ", \"partners\": {\"seek\": false}";
    var behind = nodes.internet.behindNat("anna", "192.168.1.2", "31.1.1.2");
    InternetNodes.Node anna =
        nodes.start("anna", behind, "\"advertise\": [\"31.1.1.2:5484\"], " + config);
    var other = nodes.internet.behindNat("ben", "192.168.7.2", "31.2.2.2");
    InternetNodes.Node ben = nodes.start("ben", other, config);
    InternetNodes.befriend(anna, ben, host.address() + ":5485");
    Awaitility.await()
        .atMost(SOON)
        .pollInterval(Duration.ofSeconds(1))
        .until(
            () -> ben.partner(anna).contains("relayed") && anna.partner(ben).contains("relayed"));

    long begun = System.nanoTime();
    ben.backsUp("of ben", bytes(2));
    double seconds = (System.nanoTime() - begun) / 1e9;
    assertTrue(seconds > 300_000 / 125_000.0 - 1, "300 kB came in " + seconds + " s by 1 Mbit/s");
    anna.backsUp("of anna", bytes(1));
    String status = broker.status();
    // Both may have asked the broker for a way at once.
    assertTrue(status.matches("(?s).*Relayed +[\\d.]+ [KM]iB, [12] circuits now.*"), status);
  }

  @Test
  void oneBehindANatServesAPartnerWhoCannotDialIt() throws Exception {
    InternetNodes.Node carl = carl();
    InternetNodes.Node ben = ben();
    InternetNodes.befriend(carl, ben);
    carl.backsUp("of carl", bytes(1));
    ben.backsUp("of ben", bytes(2));
    assertFalse(carl.home.done("status").contains("must be reachable"));

    // The NAT loses the connection, and carl is told of nothing: his side stays open for minutes.
    nodes.internet.cut(ben.host, true);
    ben.crash();
    nodes.internet.cut(ben.host, false);
    ben.start();
    carl.backsUp("more of carl", bytes(3));
    ben.backsUp("more of ben", bytes(4));
  }

  @Test
  void withoutAWayStatusSaysWhoMustBeReachable() throws Exception {
    InternetNodes.Node carl = carl();
    InternetNodes.Node anna = anna();
    InternetNodes.Node ben = ben();
    InternetNodes.befriend(carl, anna);
    InternetNodes.befriend(carl, ben);
    InternetNodes.befriend(anna, ben, carl);
    CliHome.kill(carl.process);
    for (InternetNodes.Node each : java.util.List.of(anna, ben)) {
      InternetNodes.awaitStatus(each, "one of you must be reachable", SOON);
      String status = each.home.done("status");
      assertTrue(status.contains(each == anna ? "ben" : "anna"), status);
    }
  }
}
