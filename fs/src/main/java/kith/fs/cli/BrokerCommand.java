package kith.fs.cli;

import java.util.concurrent.Callable;
import kith.fs.node.BrokerStart;
import kith.fs.node.BrokerStatus;
import kith.fs.node.ByteSize;
import kith.fs.node.ControlClient;
import kith.fs.node.ControlSocket;
import kith.fs.node.ExitCode;
import kith.fs.node.NodeException;
import kith.fs.node.Rate;
import kith.peer.NodeAddress;
import kith.peer.RelayBounds;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code kith broker}. */
@Command(
    name = "broker",
    description = {
      "Run a broker: it keeps what nodes say of themselves, and tells others.",
      "It holds no data, is not trusted, and needs a home of its own. SIGTERM ends it."
    })
final class BrokerCommand implements Callable<Integer> {
  private static final int MOST = 100_000;
  private static final int CIRCUITS = 256;
  private static final long PAIR_A_DAY = 2L << 30;
  private static final long SECONDS_A_DAY = 24 * 60 * 60;

  private final KithCommand kith;

  @Option(
      names = "--listen",
      paramLabel = "HOST:PORT",
      defaultValue = "0.0.0.0:5485",
      description = "Where nodes reach it (default: ${DEFAULT-VALUE}).")
  private NodeAddress listen;

  @Option(
      names = "--rate",
      paramLabel = "NUMBER",
      defaultValue = "20",
      description =
          "Connections that one address may open in a second, 0 for any number (default:"
              + " ${DEFAULT-VALUE}).")
  private int rate;

  @Option(
      names = "--nodes",
      paramLabel = "NUMBER",
      defaultValue = "64",
      description =
          "Nodes of one address that it keeps, sixteen times as many of one network, 0 for any"
              + " number (default: ${DEFAULT-VALUE}).")
  private int nodes;

  @Option(
      names = "--relay",
      paramLabel = "RATE",
      defaultValue = "none",
      description =
          "How fast it relays, in all, what goes between nodes that cannot reach each other and"
              + " have it configured, such as 20Mbit/s (default: none, it does not).")
  private Rate relay;

  BrokerCommand(KithCommand kith) {
    this.kith = kith;
  }

  @Override
  public Integer call() throws Exception {
    requireFew("--rate", rate);
    requireFew("--nodes", nodes);
    if (client().isServed()) {
      throw new NodeException(ExitCode.IN_USE, "something runs in " + kith.home() + " already");
    }
    var start = new BrokerStart(kith.home(), listen, rate, nodes, carried());
    try (var presence = Presence.foreground(kith)) {
      return presence.run(
          ControlSocket.ofNode(kith.home()),
          "The broker serves; 'kith broker status' shows its address and what it knows.",
          progress -> kith.surroundings().nodes().get().broker(start));
    }
  }

  private RelayBounds carried() {
    long each = relay.bytesPerSecond();
    return each == 0
        ? RelayBounds.NONE
        : new RelayBounds(CIRCUITS, each, each * SECONDS_A_DAY, PAIR_A_DAY);
  }

  private static void requireFew(String option, int number) throws NodeException {
    if (number < 0 || number > MOST) {
      throw KithCommand.usage(option + " is " + number + ": give a number from 0 to " + MOST);
    }
  }

  @Command(name = "status", description = "Say what the broker of this home knows and has done.")
  int status(@Option(names = "--json", description = "Print JSON.") boolean json) throws Exception {
    BrokerStatus status = client().brokerStatus();
    kith.print("%s", json ? JsonOutput.of(status) : text(status));
    return 0;
  }

  private static String text(BrokerStatus status) {
    return String.format(
        java.util.Locale.ROOT,
        "Broker      %s%nSince       %s%nNodes       %d%nPublished   %d%nQuestions   %d%n"
            + "Refused     %d%nRelayed     %s, %d circuits now",
        status.address(),
        Times.show(status.started()),
        status.nodes(),
        status.published(),
        status.questions(),
        status.refused(),
        ByteSize.show(status.carried()),
        status.circuits());
  }

  private ControlClient client() {
    return new ControlClient(ControlSocket.ofNode(kith.home()));
  }
}
