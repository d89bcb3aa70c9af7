package kith.fs.cli;

import java.time.Duration;
import kith.fs.node.LimitOperations;
import kith.fs.node.LimitsInfo;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code kith pause}. */
@Command(
    name = "pause",
    description = {
      "Stop chunking and shipping, at once and over restarts.",
      "The mount works as before, and partners get what they ask for."
    })
final class PauseCommand extends LimitsCommand {
  @Parameters(
      arity = "0..1",
      paramLabel = "TIME",
      description = "How long, as in 30m, 2h or 1d (default: until 'kith resume').")
  private Duration time;

  PauseCommand(KithCommand kith) {
    super(kith);
  }

  @Override
  LimitsInfo apply(LimitOperations limits) throws Exception {
    return limits.pause(time);
  }
}
