package kith.fs.cli;

import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code kith pause}. */
@Command(
    name = "pause",
    description = {
      "Stop chunking and shipping, at once and over restarts.",
      "The mount works as before, and partners get what they ask for."
    })
final class PauseCommand implements Callable<Integer> {
  private final KithCommand kith;

  @Parameters(
      arity = "0..1",
      paramLabel = "TIME",
      description = "How long, as in 30m, 2h or 1d (default: until 'kith resume').")
  private Duration time;

  PauseCommand(KithCommand kith) {
    this.kith = kith;
  }

  @Override
  public Integer call() throws Exception {
    kith.print("%s", LimitCommand.text(kith.node().pause(time)));
    return 0;
  }
}
