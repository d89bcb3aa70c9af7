package kith.fs.cli;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import kith.fs.node.ControlClient;
import kith.fs.node.ControlSocket;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code kith status}. */
@Command(
    name = "status",
    description = "Say what is safe, on how many partners, and what needs attention.")
final class StatusCommand implements Callable<Integer> {
  private final KithCommand kith;

  @Option(names = "--json", description = "Print JSON.")
  private boolean json;

  StatusCommand(KithCommand kith) {
    this.kith = kith;
  }

  @Override
  public Integer call() throws Exception {
    var status = client().status();
    kith.print("%s", json ? JsonOutput.of(status) : StatusText.of(status, now()));
    return 0;
  }

  /** The node's; a home that has only a recovery's view in it, the view's. */
  private ControlClient client() throws Exception {
    if (!kith.identity().exist()) {
      for (Path socket : ControlSocket.all(kith.home())) {
        var view = new ControlClient(socket);
        if (view.isServed()) {
          return view;
        }
      }
    }
    return kith.node();
  }

  private java.time.Instant now() {
    return kith.surroundings().clock().instant();
  }
}
