package kith.fs.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import kith.fs.node.Amount;
import kith.fs.node.ByteSize;
import kith.fs.node.ExitCode;
import kith.fs.node.ImportRequest;
import kith.fs.node.ImportResult;
import kith.fs.node.ProblemInfo;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code kith import}. */
@Command(
    name = "import",
    description = {
      "Bring a folder or file of this machine into the mounted drive, past the mount.",
      "As rsync -aHAX SOURCE/ DRIVE/PATH/: what is there already with the same size and time"
          + " isn't read, what changed is replaced, nothing is removed.",
      "Exit code 3 if something could not be read, or changed meanwhile."
    })
final class ImportCommand implements Callable<Integer> {
  private final KithCommand kith;

  @Parameters(index = "0", paramLabel = "SOURCE", description = "The folder or file.")
  private Path source;

  @Parameters(
      index = "1",
      arity = "0..1",
      paramLabel = "PATH",
      description = "Where it comes in the drive (default: its own name in the root).")
  private String path;

  @Option(
      names = {"-n", "--dry-run"},
      description = "Tell what would be imported; change nothing.")
  private boolean dryRun;

  @Option(
      names = {"-x", "--one-file-system"},
      description = "Leave out what lies on other filesystems.")
  private boolean oneFilesystem;

  @Option(names = "--json", description = "Print JSON.")
  private boolean json;

  ImportCommand(KithCommand kith) {
    this.kith = kith;
  }

  @Override
  public Integer call() throws Exception {
    if (source.toString().isEmpty()) {
      throw KithCommand.usage("SOURCE is empty");
    }
    var request =
        new ImportRequest(
            RawArguments.absolute(source.toString()),
            path == null ? null : RawArguments.bytes(path),
            dryRun,
            oneFilesystem,
            kith.surroundings().terminal());
    ImportResult result;
    try (var line = new ProgressLine(kith.surroundings())) {
      result = kith.node().importFiles(request, line);
    }
    kith.print("%s", json ? JsonOutput.of(result) : text(result));
    if (!json) {
      tell("left out", result.leftOut(), result.leftOut().size());
      tell("changed while it was read, taken as it was then", result.changed(), result.changes());
      tell("not imported", result.failed(), result.failures());
    }
    boolean whole = result.failures() == 0 && result.changes() == 0;
    return (whole ? ExitCode.OK : ExitCode.PARTIAL).number();
  }

  private static String text(ImportResult result) {
    return (result.dryRun() ? "would import " : "imported ")
        + text(result.imported())
        + " to /"
        + result.path()
        + "; "
        + text(result.unchanged())
        + " had not changed";
  }

  private static String text(Amount amount) {
    String files = amount.files() == 1 ? "file" : "files";
    return String.format(
        Locale.ROOT, "%,d %s, %s", amount.files(), files, ByteSize.show(amount.bytes()));
  }

  private void tell(String what, List<ProblemInfo> problems, long all) {
    var err = kith.surroundings().err();
    for (var problem : problems) {
      String name = problem.path().isEmpty() ? source.toString() : problem.path();
      err.println("kith: " + what + ": " + name + ": " + problem.reason());
    }
    if (all > problems.size()) {
      err.println("kith: " + what + ": and " + (all - problems.size()) + " more");
    }
    err.flush();
  }
}
