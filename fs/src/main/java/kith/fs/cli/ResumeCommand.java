package kith.fs.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** {@code kith resume}. */
@Command(
    name = "resume",
    description = {
      "End a pause.",
      "Outside the hours of 'kith limit --hours' the node goes on at once, until they begin."
    })
final class ResumeCommand implements Callable<Integer> {
  private final KithCommand kith;

  ResumeCommand(KithCommand kith) {
    this.kith = kith;
  }

  @Override
  public Integer call() throws Exception {
    kith.print("%s", LimitCommand.text(kith.node().resume()));
    return 0;
  }
}
