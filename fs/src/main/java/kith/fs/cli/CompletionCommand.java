package kith.fs.cli;

import java.util.concurrent.Callable;
import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code kith completion}. */
@Command(
    name = "completion",
    description = {
      "Print the completion script for bash and zsh.",
      "For this shell: source <(kith completion)"
    })
final class CompletionCommand implements Callable<Integer> {
  private final KithCommand kith;

  @Spec private CommandSpec spec;

  CompletionCommand(KithCommand kith) {
    this.kith = kith;
  }

  @Override
  public Integer call() {
    kith.surroundings().out().print(AutoComplete.bash("kith", spec.root().commandLine()));
    kith.surroundings().out().flush();
    return 0;
  }
}
