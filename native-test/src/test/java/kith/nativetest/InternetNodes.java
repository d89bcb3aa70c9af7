package kith.nativetest;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
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
  private static final Pattern BROKER = Pattern.compile("Broker +(\\S+)");

  private final List<Process> brokers = new ArrayList<>();
  private final Map<String, Node> nodes = Collections.synchronizedMap(new LinkedHashMap<>());
  final Internet internet;

  /** A node and where it runs. */
  final class Node {
    final String name;
    Internet.Host host;
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

    /** Goes on in another network, after an orderly end. */
    void moveTo(String address) throws IOException {
      home.done("umount", "--now", drive.toString());
      process.onExit().orTimeout(30, TimeUnit.SECONDS).join();
      Path config = home.home().resolve("config.json");
      Files.writeString(config, Files.readString(config).replace(host.address(), address));
      host = internet.move(host, address);
      start();
    }

    String owner() throws IOException {
      var said = OWNER.matcher(home.answer("status", "--json"));
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
      return home.answer("partner", "list")
          .lines()
          .filter(line -> line.contains(other.name))
          .findFirst()
          .orElse("");
    }

    /** Writes a file and waits until it is safe at partners. */
    void backsUp(String file, byte[] content) throws IOException {
      Files.write(drive.resolve(file), content);
      awaitSafe();
    }

    /** Waits until everything is safe at partners. */
    void awaitSafe() throws IOException {
      CliRun waited = home.asked("wait", "--timeout", "120s");
      assertEquals(0, waited.code(), () -> name + ": " + waited + statusAndLog());
    }

    String statusAndLog() {
      try {
        return "\n" + home.answer("status") + "\n" + home.log();
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

  /**
   * A broker.
   *
   * @param address with its key, as nodes name it
   */
  record Broker(CliHome home, String address, Process process) {
    String status() throws IOException {
      return home.done("broker", "status");
    }
  }

  /** Starts one, with further options of its command. */
  Broker broker(Internet.Host host, String... options) throws IOException {
    var home = new CliHome(folder.resolve("broker"));
    List<String> arguments = new ArrayList<>(List.of("broker", "--listen"));
    arguments.add(host.address() + ":5485");
    arguments.addAll(List.of(options));
    Path log = folder.resolve("broker.log");
    Process process = home.begin(log, host.runner(), arguments.toArray(String[]::new));
    brokers.add(process);
    Awaitility.await()
        .atMost(Duration.ofMinutes(1))
        .pollInterval(Duration.ofSeconds(1))
        .until(() -> home.asked("broker", "status").code() == 0);
    var said = BROKER.matcher(home.done("broker", "status"));
    if (!said.find()) {
      throw new IOException("the broker's status names no address");
    }
    return new Broker(home, said.group(1), process);
  }

  /** Makes two nodes partners by a code that can be copied; the second must reach the first. */
  static void befriend(Node inviter, Node guest) throws IOException {
    String code =
        inviter
            .home
            .answer("partner", "invite", "--name", inviter.name)
            .lines()
            .findFirst()
            .orElseThrow();
    guest.home.answer("partner", "accept", code.strip(), "--name", guest.name);
  }

  /** The same by words, through a third node that both reach. */
  static void befriend(Node inviter, Node guest, Node via) throws IOException {
    befriend(inviter, guest, via.host.seen() + ":" + PORT);
  }

  /** The same through whoever takes letters at that address. */
  static void befriend(Node inviter, Node guest, String at) throws IOException {
    CliRun run = inviter.home.asked("partner", "invite", "--name", inviter.name, "--via", at);
    assertEquals(0, run.code(), run::toString);
    var words = Pattern.compile("\\b\\d{1,4}-[a-z]+-[a-z]+-[a-z]+").matcher(run.toString());
    if (!words.find()) {
      throw new IOException("no words in " + run);
    }
    CliRun accepted =
        guest.home.asked("partner", "accept", words.group(), "--at", at, "--name", guest.name);
    assertEquals(
        0, accepted.code(), () -> accepted + inviter.statusAndLog() + guest.statusAndLog());
  }

  /** Waits until the status of a node has this in it. */
  static void awaitStatus(Node node, String part, Duration atMost) {
    Awaitility.await()
        .atMost(atMost)
        .pollInterval(Duration.ofSeconds(1))
        .until(() -> node.home.answer("status").contains(part));
  }

  @Override
  public void close() throws IOException {
    try {
      for (Process broker : brokers) {
        CliHome.kill(broker.toHandle());
      }
      for (Node node : nodes.values()) {
        node.home.close();
      }
    } finally {
      internet.close();
    }
  }
}
