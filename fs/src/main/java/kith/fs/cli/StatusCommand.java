package kith.fs.cli;

import java.util.concurrent.Callable;
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
    var status = kith.node().status();
    kith.print("%s", json ? JsonOutput.of(status) : StatusText.of(status, now()));
    return 0;
  }

  private java.time.Instant now() {
    return kith.surroundings().clock().instant();
  }
}
