package kith.nativetest;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Eight real nodes in eight networks with prefixes of their own, joined by a router: they find each
 * other, through a broker and without one, agree, and keep each other's files, also when some leave
 * and others move.
 */
@Timeout(600)
final class EightNodesTest {
  private static final int NODES = 8;
  private static final int WANTED = 5;
  private static final Duration SOON = Duration.ofMinutes(4);
  private static final String CONFIG =
      "\"finding\": {\"localNetwork\": false, \"name\": \"%s\", \"brokers\": [%s]},"
          + " \"network\": {\"map\": false},"
          + " \"partners\": {\"target\": \"survive 2 losses\", \"seek\": true}";

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

  /**
   * The first half knows a broker and nobody else. The others know no broker: each has one friend,
   * and hears of the rest by him.
   */
  private List<InternetNodes.Node> start() throws IOException {
    InternetNodes.Broker started = nodes.broker(nodes.internet.host("b", "91.200.1.2"));
    String broker = "\"" + started.address() + "\"";
    var hosts = new ArrayList<Internet.Host>();
    for (int i = 0; i < NODES; i++) {
      hosts.add(nodes.internet.host("n" + i, (31 + i) + "." + (10 + 7 * i) + ".1.2"));
    }
    // Most of the time of this test are starts of programs.
    List<InternetNodes.Node> all =
        IntStream.range(0, NODES)
            .parallel()
            .mapToObj(i -> start(i, hosts.get(i), i < NODES / 2 ? broker : ""))
            .toList();
    InternetNodes.befriend(all.get(0), all.get(NODES / 2));
    for (int i = NODES / 2 + 1; i < NODES; i++) {
      InternetNodes.befriend(all.get(i - 1), all.get(i));
    }
    return all;
  }

  private InternetNodes.Node start(int number, Internet.Host host, String brokers) {
    try {
      String name = "node" + number;
      return nodes.start(name, host, CONFIG.formatted(name, brokers));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void theyFindEachOtherAndHealWhenSomeLeaveMoveAndVanish() throws Exception {
    List<InternetNodes.Node> all = start();
    for (InternetNodes.Node each : all) {
      InternetNodes.awaitStatus(each, WANTED + " wanted: enough", SOON);
    }
    write(all, "first");
    InternetNodes.Node leaver = all.get(6);
    InternetNodes.Node left = all.get(7);
    leaver.home.done("partner", "leave", left.name);

    // Neither can tell the other where it is now: that is for those whom both know.
    InternetNodes.Node one = all.get(1);
    InternetNodes.Node other = knowing(all.subList(NODES / 2, 6), one);
    one.moveTo("91.77.3.2");
    other.moveTo("92.78.3.2");
    awaitFoundAgain(all, List.of(one, other));
    Awaitility.await()
        .atMost(SOON)
        .pollInterval(Duration.ofSeconds(1))
        .until(() -> !knows(leaver, left) && !knows(left, leaver));

    InternetNodes.Node lost = all.get(3);
    CliHome.kill(lost.process);
    InternetNodes.Node near = knowing(all.subList(4, NODES), lost);
    Awaitility.await().atMost(SOON).until(() -> near.partner(lost).contains("unreachable"));
    write(all.stream().filter(each -> each != lost).toList(), "last");
  }

  private static void write(List<InternetNodes.Node> all, String name) throws IOException {
    for (InternetNodes.Node each : all) {
      byte[] bytes = new byte[200_000];
      new Random(each.name.hashCode() + name.hashCode()).nextBytes(bytes);
      Files.write(each.drive.resolve(name), bytes);
    }
    all.parallelStream().forEach(EightNodesTest::awaitSafe);
  }

  private static void awaitSafe(InternetNodes.Node node) {
    try {
      node.awaitSafe();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Whoever has one of these as a partner reaches it where it is now, and has that in its book. */
  private static void awaitFoundAgain(
      List<InternetNodes.Node> all, List<InternetNodes.Node> moved) {
    for (InternetNodes.Node each : all) {
      Awaitility.await(each.name + " finds " + moved.get(0).name + " and " + moved.get(1).name)
          .atMost(SOON)
          .pollInterval(Duration.ofSeconds(1))
          .until(() -> hasFound(each, moved));
    }
  }

  private static boolean hasFound(InternetNodes.Node one, List<InternetNodes.Node> moved)
      throws IOException {
    List<String> partners = partners(one);
    for (InternetNodes.Node mover : moved) {
      for (String partner : partners) {
        boolean found =
            partner.contains("\"" + mover.host.address() + ":" + InternetNodes.PORT)
                && partner.contains("\"reachable\"");
        if (partner.contains("\"" + mover.name + "\"") && !found) {
          return false;
        }
      }
    }
    return true;
  }

  private static InternetNodes.Node knowing(List<InternetNodes.Node> some, InternetNodes.Node one) {
    return some.stream().filter(each -> knows(each, one)).findFirst().orElseThrow();
  }

  private static boolean knows(InternetNodes.Node one, InternetNodes.Node other) {
    try {
      return !one.partner(other).isEmpty();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What it says of each. */
  private static List<String> partners(InternetNodes.Node node) throws IOException {
    String[] all = node.home.answer("partner", "list", "--json").split("\"owner\"", -1);
    return List.of(all).subList(1, all.length);
  }
}
