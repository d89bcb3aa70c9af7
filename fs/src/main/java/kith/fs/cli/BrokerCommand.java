package kith.fs.cli;

import java.util.concurrent.Callable;
import kith.fs.node.BrokerStart;
import kith.fs.node.BrokerStatus;
import kith.fs.node.ControlClient;
import kith.fs.node.ControlSocket;
import kith.fs.node.ExitCode;
import kith.fs.node.NodeException;
import kith.peer.NodeAddress;
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
    var start = new BrokerStart(kith.home(), listen, rate, nodes);
    try (var presence = Presence.foreground(kith)) {
      return presence.run(
          ControlSocket.ofNode(kith.home()),
          "The broker serves; 'kith broker status' shows its address and what it knows.",
          progress -> kith.surroundings().nodes().get().broker(start));
    }
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
            + "Refused     %d",
        status.address(),
        Times.show(status.started()),
        status.nodes(),
        status.published(),
        status.questions(),
        status.refused());
  }

  private ControlClient client() {
    return new ControlClient(ControlSocket.ofNode(kith.home()));
  }
}
