package kith.fs.cli;

import java.nio.file.Path;
import java.util.Locale;
import kith.fs.node.ControlClient;
import kith.fs.node.ControlSocket;
import kith.fs.node.ExitCode;
import kith.fs.node.Failures;
import kith.fs.node.IdentityFiles;
import kith.fs.node.NodeException;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** The command {@code kith}: options that every command has, and how failures end. */
@Command(
    name = "kith",
    description = "A backup drive kept by other people's machines.",
    synopsisSubcommandLabel = "COMMAND",
    optionListHeading = "%nOptions:%n",
    commandListHeading = "%nCommands:%n",
    footer = {
      "",
      "A new drive:  kith init, kith mount ~/Kith, kith partner invite, kith kit",
      "A lost one:   kith recover --kit kit.txt, then kith mount; --view FOLDER only looks",
      "Exit codes are explained in docs/operations.md."
    })
final class KithCommand implements Runnable {
  private final Surroundings surroundings;
  private Path home;

  @Spec private CommandSpec spec;

  private KithCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
    this.home = surroundings.defaultHome();
  }

  /** Runs one command line; returns the exit code. */
  static int run(Surroundings surroundings, String... arguments) {
    return commandLine(surroundings).execute(arguments);
  }

  static CommandLine commandLine(Surroundings surroundings) {
    var kith = new KithCommand(surroundings);
    return reading(commands(kith))
        .setOut(surroundings.out())
        .setErr(surroundings.err())
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setParameterExceptionHandler(KithCommand::misused)
        .setExecutionExceptionHandler((failure, line, parsed) -> kith.failed(failure));
  }

  private static CommandLine commands(KithCommand kith) {
    return new CommandLine(kith)
        .addSubcommand(new InitCommand(kith))
        .addSubcommand(new ServeCommand(kith))
        .addSubcommand(new MountCommand(kith))
        .addSubcommand(new UmountCommand(kith))
        .addSubcommand(new StatusCommand(kith))
        .addSubcommand(new WaitCommand(kith))
        .addSubcommand(new ImportCommand(kith))
        .addSubcommand(new SnapshotCommand(kith))
        .addSubcommand(partner(kith))
        .addSubcommand(new AuditCommand(kith))
        .addSubcommand(new RepairCommand(kith))
        .addSubcommand(new PruneCommand(kith))
        .addSubcommand(new BrokerCommand(kith))
        .addSubcommand(new LimitCommand(kith))
        .addSubcommand(new PauseCommand(kith))
        .addSubcommand(new ResumeCommand(kith))
        .addSubcommand(new UnlockSlotCommand(kith))
        .addSubcommand(new KitCommand(kith))
        .addSubcommand(new RekeyCommand(kith))
        .addSubcommand(new RecoverCommand(kith))
        .addSubcommand(new RestoreCommand(kith))
        .addSubcommand(new DrillCommand(kith))
        .addSubcommand(new TakeoverCommand(kith))
        .addSubcommand(new ExportUnsentCommand(kith))
        .addSubcommand(new FarewellCommand(kith))
        .addSubcommand(new SimulateCommand(kith))
        .addSubcommand(new CompletionCommand(kith))
        .addSubcommand(new VersionCommand(kith))
        .addSubcommand(new HelpCommand(kith));
  }

  /** With what reads sizes, rates and the like, in all commands that it has by now. */
  private static CommandLine reading(CommandLine line) {
    return line.registerConverter(kith.fs.node.ByteSize.class, Converters::size)
        .registerConverter(kith.fs.node.Rate.class, Converters::rate)
        .registerConverter(kith.fs.node.Hours.class, Converters::hours)
        .registerConverter(java.time.Duration.class, Converters::duration)
        .registerConverter(kith.codec.CodeParameters.class, Converters::code)
        .registerConverter(kith.peer.NodeAddress.class, Converters::address);
  }

  private static CommandLine partner(KithCommand kith) {
    return new CommandLine(new PartnerCommand(kith))
        .addSubcommand(new LeaveCommand.Leave(kith))
        .addSubcommand(new LeaveCommand.Remove(kith));
  }

  @Option(
      names = "--home",
      paramLabel = "FOLDER",
      scope = ScopeType.INHERIT,
      description = "The node's folder (default: $$KITH_HOME, else ~/.kith).")
  void setHome(Path given) {
    home = given;
  }

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      scope = ScopeType.INHERIT,
      description = "Explain the command.")
  @SuppressWarnings("UnusedVariable") // picocli reads it
  private boolean help;

  @Option(
      names = {"-V", "--version"},
      description = "Print the version.")
  private boolean version;

  /** Without a command. */
  @Override
  public void run() {
    if (!version) {
      throw new ParameterException(spec.commandLine(), "which command?");
    }
    VersionCommand.print(surroundings);
  }

  Surroundings surroundings() {
    return surroundings;
  }

  Path home() {
    return home.toAbsolutePath().normalize();
  }

  IdentityFiles identity() {
    return new IdentityFiles(home());
  }

  /** Asks the home's node; a home without a drive is told first. */
  ControlClient node() throws Exception {
    identity().drive();
    return new ControlClient(ControlSocket.ofNode(home()));
  }

  void print(String format, Object... values) {
    surroundings
        .out()
        .println(values.length == 0 ? format : String.format(Locale.ROOT, format, values));
  }

  private int failed(Exception failure) {
    surroundings.err().println("kith: " + Failures.text(failure));
    if (Failures.isUnexpected(failure)) {
      failure.printStackTrace(surroundings.err());
    }
    surroundings.err().flush();
    return Failures.code(failure).number();
  }

  private static int misused(ParameterException failure, String[] arguments) {
    var line = failure.getCommandLine();
    var err = line.getErr();
    err.println("kith: " + failure.getMessage());
    CommandLine.UnmatchedArgumentException.printSuggestions(failure, err);
    err.println("See '" + line.getCommandSpec().qualifiedName() + " --help'.");
    err.flush();
    return ExitCode.USAGE.number();
  }

  /** A value that the command line gave, in a way that only the command can judge. */
  static NodeException usage(String message) {
    return new NodeException(ExitCode.USAGE, message);
  }
}
