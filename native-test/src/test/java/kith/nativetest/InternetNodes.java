package kith.nativetest;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;

/**
 * Real nodes, each a process with its drive mounted, on the hosts of an {@link Internet}. Closing
 * it ends all of them and takes the namespaces away.
 */
final class InternetNodes implements AutoCloseable {
  static final int PORT = 5484;
  private static final Pattern OWNER = Pattern.compile("\"owner\" : \"([^\"]+)\"");

  private final Path folder;
  private final Map<String, Node> nodes = new LinkedHashMap<>();
  final Internet internet;

  /** A node and where it runs. */
  final class Node {
    final String name;
    final Internet.Host host;
    final CliHome home;
    final Path drive;
    ProcessHandle process;

    private Node(String name, Internet.Host host, CliHome.Launch launch) throws IOException {
      this.name = name;
      this.host = host;
      this.home = new CliHome(folder.resolve(name), launch).init(host.address() + ":" + PORT);
      this.drive = home.beside("drive");
    }

    /** Starts it, and mounts its drive. */
    void start() throws IOException {
      process = home.begun(host.runner(), "mount", drive.toString());
    }

    /** Ends it as a crash does, and takes what is left of its mount away. */
    void crash() throws IOException {
      CliHome.kill(process);
      Shell.run("fusermount3 -uz '" + drive + "'");
    }

    String owner() throws IOException {
      var said = OWNER.matcher(home.done("status", "--json"));
      if (!said.find()) {
        throw new IOException("status names no owner");
      }
      return said.group(1);
    }

    /** As others find it. */
    String contact() throws IOException {
      return owner() + "@" + host.seen() + ":" + PORT;
    }

    /** What {@code kith partner list} says of a partner. */
    String partner(Node other) throws IOException {
      return home.done("partner", "list")
          .lines()
          .filter(line -> line.contains(other.name))
          .findFirst()
          .orElse("");
    }

    /** Writes a file and waits until it is safe at partners. */
    void backsUp(String file, byte[] content) throws IOException {
      Files.write(drive.resolve(file), content);
      CliRun waited = home.kith("wait", "--timeout", "50s");
      assertEquals(0, waited.code(), () -> name + ": " + waited + statusAndLog());
    }

    String statusAndLog() {
      try {
        return "\n" + home.done("status") + "\n" + home.log();
      } catch (IOException e) {
        return "\n" + e;
      }
    }
  }

  InternetNodes(Path folder) throws IOException {
    this.folder = folder;
    this.internet = new Internet();
  }

  /**
   * Makes and starts a node.
   *
   * @param config further fields of its configuration, as JSON; may be empty
   */
  Node start(String name, Internet.Host host, String config) throws IOException {
    Node node = prepare(name, host, config, CliHome.Launch.PLAIN);
    node.start();
    return node;
  }

  /** Makes a node that is to be started. */
  Node prepare(String name, Internet.Host host, String config, CliHome.Launch launch)
      throws IOException {
    var node = new Node(name, host, launch);
    nodes.put(name, node);
    String own =
        "\"listen\": \"%s:%d\", \"cache\": \"256 MiB\", \"spacePerPartner\": \"1 GiB\""
            .formatted(host.address(), PORT);
    String more = config.isEmpty() ? "" : ", " + config;
    Files.writeString(node.home.home().resolve("config.json"), "{" + own + more + "}");
    return node;
  }

  /** Makes two nodes partners by a code that can be copied; the second must reach the first. */
  static void befriend(Node inviter, Node guest) throws IOException {
    String code =
        inviter
            .home
            .done("partner", "invite", "--name", inviter.name)
            .lines()
            .findFirst()
            .orElseThrow();
    guest.home.done("partner", "accept", code.strip(), "--name", guest.name);
  }

  /** The same by words, through a third node that both reach. */
  static void befriend(Node inviter, Node guest, Node via) throws IOException {
    String at = via.host.seen() + ":" + PORT;
    CliRun run = inviter.home.kith("partner", "invite", "--name", inviter.name, "--via", at);
    assertEquals(0, run.code(), run::toString);
    var words = Pattern.compile("\\b\\d{1,4}-[a-z]+-[a-z]+-[a-z]+").matcher(run.toString());
    if (!words.find()) {
      throw new IOException("no words in " + run);
    }
    CliRun accepted =
        guest.home.kith("partner", "accept", words.group(), "--at", at, "--name", guest.name);
    assertEquals(
        0, accepted.code(), () -> accepted + inviter.statusAndLog() + guest.statusAndLog());
  }

  /** Waits until the status of a node has this in it. */
  static void awaitStatus(Node node, String part, Duration atMost) {
    Awaitility.await()
        .atMost(atMost)
        .pollInterval(Duration.ofSeconds(1))
        .until(() -> node.home.done("status").contains(part));
  }

  @Override
  public void close() throws IOException {
    try {
      for (Node node : nodes.values()) {
        node.home.close();
      }
    } finally {
      internet.close();
    }
  }
}
