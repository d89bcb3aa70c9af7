package kith.fs.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** {@code kith resume}. */
@Command(name = "resume", description = "End a pause.")
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
