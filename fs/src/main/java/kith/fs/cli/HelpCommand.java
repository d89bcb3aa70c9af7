package kith.fs.cli;

import java.util.List;
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

  @Parameters(arity = "0..*", paramLabel = "COMMAND", description = "As in 'partner invite'.")
  private List<String> words = List.of();

  HelpCommand(KithCommand kith) {
    this.kith = kith;
  }

  @Override
  public Integer call() {
    var explained = spec.root().commandLine();
    for (String word : words) {
      explained = explained.getSubcommands().get(word);
      if (explained == null) {
        String asked = String.join(" ", words);
        throw new ParameterException(spec.commandLine(), "there is no command '" + asked + "'");
      }
    }
    explained.usage(kith.surroundings().out());
    return 0;
  }
}
