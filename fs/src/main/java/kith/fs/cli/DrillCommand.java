package kith.fs.cli;

import java.util.Locale;
import java.util.concurrent.Callable;
import kith.fs.node.ByteSize;
import kith.fs.node.DrillRequest;
import kith.fs.node.DrillResult;
import kith.fs.node.ExitCode;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code kith drill}. */
@Command(
    name = "drill",
    description = {
      "Restore files drawn at random from the partners alone, as a new machine would, and compare"
          + " them with what was written.",
      "Every file is drilled once a year by itself; 'kith status' shows how far that is.",
      "Exit code 3 if a file did not come back as it was."
    })
final class DrillCommand implements Callable<Integer> {
  private final KithCommand kith;

  /** How much. */
  static final class Sample {
    @Option(names = "--files", paramLabel = "N", description = "So many files (default: 20).")
    private Long files;

    @Option(names = "--percent", paramLabel = "P", description = "So many of a hundred files.")
    private Double percent;
  }

  @ArgGroup(exclusive = true)
  private Sample sample = new Sample();

  @Option(names = "--json", description = "Print JSON.")
  private boolean json;

  DrillCommand(KithCommand kith) {
    this.kith = kith;
  }

  @Override
  public Integer call() throws Exception {
    DrillRequest request = request();
    DrillResult result;
    try (var line = new ProgressLine(kith.surroundings())) {
      result = kith.node().drill(request, line);
    }
    kith.print("%s", json ? JsonOutput.of(result) : text(result));
    if (!json) {
      tell(result);
    }
    return (result.isWhole() ? ExitCode.OK : ExitCode.PARTIAL).number();
  }

  private DrillRequest request() throws Exception {
    try {
      return new DrillRequest(sample.files, sample.percent);
    } catch (IllegalArgumentException e) {
      throw KithCommand.usage(e.getMessage());
    }
  }

  private static String text(DrillResult result) {
    long good = result.drilled().files() - result.failures();
    return String.format(
        Locale.ROOT,
        "%,d of %,d files (%s) came back from the partners as they were written%s%s",
        good,
        result.drilled().files(),
        ByteSize.show(result.drilled().bytes()),
        result.skipped() == 0 ? "" : "; " + result.skipped() + " are not published yet",
        result.left() == 0
            ? ""
            : "; partners let no more be read today, " + result.left() + " are left");
  }

  private void tell(DrillResult result) {
    var err = kith.surroundings().err();
    result.told().forEach(each -> err.println("kith: made good by others: " + Table.plain(each)));
    for (var problem : result.failed()) {
      err.println(
          "kith: did not come back: "
              + Table.plain(problem.path())
              + ": "
              + Table.plain(problem.reason()));
    }
    if (result.failures() > result.failed().size()) {
      err.println(
          "kith: did not come back: and " + (result.failures() - result.failed().size()) + " more");
    }
    err.flush();
  }
}
