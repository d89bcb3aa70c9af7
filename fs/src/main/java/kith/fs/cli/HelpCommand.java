package kith.fs.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code kith help}. */
@Command(name = "help", description = "Explain Kith or one of its commands.")
final class HelpCommand implements Callable<Integer> {
  private final KithCommand kith;

  @Spec private CommandSpec spec;

  @Parameters(arity = "0..1", paramLabel = "COMMAND")
  private String command;

  HelpCommand(KithCommand kith) {
    this.kith = kith;
  }

  @Override
  public Integer call() {
    var root = spec.root().commandLine();
    var explained = command == null ? root : root.getSubcommands().get(command);
    if (explained == null) {
      throw new ParameterException(spec.commandLine(), "there is no command '" + command + "'");
    }
    explained.usage(kith.surroundings().out());
    return 0;
  }
}
