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

  BrokerCommand(KithCommand kith) {
    this.kith = kith;
  }

  @Override
  public Integer call() throws Exception {
    if (rate < 0 || rate > 100_000) {
      throw KithCommand.usage("--rate is " + rate + ": give a number from 0 to 100000");
    }
    if (client().isServed()) {
      throw new NodeException(ExitCode.IN_USE, "something runs in " + kith.home() + " already");
    }
    var start = new BrokerStart(kith.home(), listen, rate);
    try (var presence = Presence.foreground(kith)) {
      return presence.run(
          ControlSocket.ofNode(kith.home()),
          "The broker serves; 'kith broker status' shows its address and what it knows.",
          progress -> kith.surroundings().nodes().get().broker(start));
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
