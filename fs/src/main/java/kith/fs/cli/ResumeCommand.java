package kith.fs.cli;

import kith.fs.node.LimitOperations;
import kith.fs.node.LimitsInfo;
import picocli.CommandLine.Command;

/** {@code kith resume}. */
@Command(
    name = "resume",
    description = {
      "End a pause.",
      "Outside the hours of 'kith limit --hours' the node goes on at once, until they begin."
    })
final class ResumeCommand extends LimitsCommand {
  ResumeCommand(KithCommand kith) {
    super(kith);
  }

  @Override
  LimitsInfo apply(LimitOperations limits) throws Exception {
    return limits.resume();
  }
}
