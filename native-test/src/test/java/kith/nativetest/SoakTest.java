package kith.nativetest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import kith.fs.node.NodeFactory;
import kith.fs.node.SoakNodes;
import kith.nativetest.adversary.Adversary;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Honest nodes and adversaries, each a process in a network of its own, their clocks fast, while
 * packets are lost, ways cut and nodes killed. At the end each honest drive comes back byte for
 * byte from its partners alone. {@code -Dkith.soak.honest=}, {@code .adversaries=} and {@code
 * .seconds=} lengthen it ({@code make soak}); {@code -Dkith.random.seed=} repeats what is drawn.
 */
@Timeout(7200)
final class SoakTest {
  private static final int HONEST = Integer.getInteger("kith.soak.honest", 3);
  private static final int ADVERSARIES = Integer.getInteger("kith.soak.adversaries", 3);
  private static final int SECONDS = Integer.getInteger("kith.soak.seconds", 30);
  private static final int SPEED = Integer.getInteger("kith.soak.speed", 60);

  /** Adversaries among the partners of an honest node; the code bears that they all fail. */
  private static final int EACH = Math.max(1, (ADVERSARIES + HONEST - 1) / HONEST);

  private static final int MOST_WAITS = 12;
  private static final int DELAYED_PORT = 5499;
  private static final int DELAY_MILLIS = 60;

  private @TempDir Path folder;
  private final long seed = Long.getLong("kith.random.seed", System.nanoTime());
  private final Random random = new Random(seed);
  private final long start = System.currentTimeMillis();
  private final List<SoakDrive> drives = new ArrayList<>();
  private final List<InternetNodes.Node> adversaries = new ArrayList<>();
  private final List<Process> proxies = new ArrayList<>();
  private InternetNodes nodes;

  @BeforeEach
  void connect() throws IOException {
    boolean root = Shell.run("id -u").strip().equals("0");
    assumeTrue(root || "true".equals(System.getenv("CI")), "only root makes network namespaces");
    Path services = Files.createDirectories(folder.resolve("services/META-INF/services"));
    Files.writeString(services.resolve(NodeFactory.class.getName()), SoakNodes.class.getName());
    nodes = new InternetNodes(folder);
  }

  @AfterEach
  void end() throws IOException {
    proxies.forEach(Process::destroyForcibly);
    if (nodes != null) {
      nodes.close();
    }
  }

  @Test
  void whatIsSafeComesBackFromPartnersWhateverBefellThem() throws Exception {
    System.out.println("soak of seed " + seed);
    try {
      found();
      live();
      for (SoakDrive drive : drives) {
        becomesSafe(drive.node);
      }
      for (SoakDrive drive : drives) {
        comesBack(drive);
      }
    } catch (AssertionError | IOException e) {
      throw new AssertionError("seed " + seed + ": " + e.getMessage(), e);
    }
  }

  /** Makes all nodes and their agreements. */
  private void found() throws IOException {
    for (int i = 0; i < HONEST; i++) {
      drives.add(new SoakDrive(start("honest" + i, ""), random.nextLong()));
    }
    var kinds = new ArrayList<>(List.of(Adversary.Kind.values()));
    java.util.Collections.shuffle(kinds, random);
    for (int i = 0; i < ADVERSARIES; i++) {
      Adversary.Kind kind = kinds.get(i % kinds.size());
      adversaries.add(start(kind.name().toLowerCase(java.util.Locale.ROOT) + i, kind.name()));
    }
    int next = 0;
    for (int i = 0; i < HONEST; i++) {
      for (int j = 0; j < i; j++) {
        InternetNodes.befriend(drives.get(j).node, drives.get(i).node);
      }
      for (int j = 0; j < Math.min(EACH, ADVERSARIES); j++) {
        InternetNodes.befriend(adversaries.get(next++ % ADVERSARIES), drives.get(i).node);
      }
    }
  }

  /** As many parts as may fail, and so many in all that honest partners alone will do. */
  private static String code() {
    return Math.max(1, HONEST - 1 - EACH) + "+" + EACH;
  }

  private InternetNodes.Node start(String name, String adversary) throws IOException {
    int number = drives.size() + adversaries.size();
    String address = (31 + number) + "." + (10 + 7 * number) + ".1.2";
    Internet.Host host = nodes.internet.host("s" + number, address);
    String config =
        "\"finding\": {\"localNetwork\": false}, \"network\": {\"map\": false}, \"code\": \""
            + code()
            + "\"";
    if (number == 0) {
      config += ", \"advertise\": [\"" + address + ":" + DELAYED_PORT + "\"]";
      delay(host);
    }
    List<String> options =
        List.of(
            "-Dkith.soak.start=" + start,
            "-Dkith.soak.speed=" + SPEED,
            "-Dkith.soak.adversary=" + adversary);
    var launch = new CliHome.Launch(options, folder.resolve("services") + ":");
    InternetNodes.Node node = nodes.prepare(name, host, config, launch);
    node.start();
    return node;
  }

  /** Others reach this host's node late. */
  private void delay(Internet.Host host) throws IOException {
    var command = new ArrayList<>(host.runner());
    command.addAll(
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx64m",
            "-cp",
            System.getProperty("java.class.path"),
            DelayingProxy.class.getName(),
            host.address(),
            Integer.toString(DELAYED_PORT),
            host.address(),
            Integer.toString(InternetNodes.PORT),
            Integer.toString(DELAY_MILLIS)));
    proxies.add(
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("proxy.log").toFile())
            .start());
  }

  /** Files are written and troubles come and go. */
  private void live() throws Exception {
    var all = new ArrayList<>(adversaries);
    drives.forEach(drive -> all.add(drive.node));
    var trouble = new SoakTrouble(nodes.internet, all, random);
    var never = new CountDownLatch(1);
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS);
    while (System.nanoTime() - end < 0) {
      trouble.step(Math.max(5, Math.min(180, SECONDS / 4)));
      for (SoakDrive drive : drives) {
        if (!trouble.isDown(drive.node)) {
          drive.step();
        }
      }
      assertEquals(false, never.await(500, TimeUnit.MILLISECONDS));
    }
    trouble.heal();
    for (SoakDrive drive : drives) {
      drive.check(drive.node.drive);
    }
  }

  private static void becomesSafe(InternetNodes.Node node) throws IOException {
    CliRun waited = null;
    for (int i = 0; i < MOST_WAITS; i++) {
      waited = node.home.kith("wait", "--timeout", 40 * SPEED + "s");
      if (waited.code() == 0) {
        return;
      }
    }
    throw new AssertionError(node.name + " is not safe: " + waited + node.statusAndLog());
  }

  /** Its node is off, and what the partners have is all there is. */
  private void comesBack(SoakDrive drive) throws IOException {
    InternetNodes.Node node = drive.node;
    Path kit = Files.writeString(folder.resolve(node.name + ".kit"), node.home.done("kit"));
    node.home.done("umount", "--now", node.drive.toString());
    var launch =
        new CliHome.Launch(
            List.of("-Dkith.soak.start=" + start, "-Dkith.soak.speed=" + SPEED),
            folder.resolve("services") + ":");
    try (var bare = new CliHome(folder.resolve(node.name + "-bare"), launch)) {
      Path view = bare.beside("view");
      CliRun run =
          bare.kithBehind(
              node.host.runner(), "recover", "--kit", kit.toString(), "--view", view.toString());
      assertEquals(0, run.code(), () -> node.name + " does not come back: " + run);
      drive.check(view.resolve("live"));
      bare.done("umount", view.toString());
    }
    node.start();
  }
}
