package kith.fs.cli;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import kith.fs.node.ByteSize;
import kith.fs.node.ProgressSink;
import kith.fs.node.RepairResult;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code kith repair}. */
@Command(
    name = "repair",
    description = {
      "Show what is to be repaired of what partners keep, why and in which order, and wait until",
      "it is. The node repairs by itself; this lets it hurry. Exit code 17 if not all is repaired",
      "within --timeout, 14 if no partner can take what is left."
    })
final class RepairCommand implements Callable<Integer> {
  private final KithCommand kith;

  @Option(
      names = "--timeout",
      paramLabel = "TIME",
      description = "How long at most, as in 90s, 10m or 2h (default: as long as it takes).")
  private Duration timeout = WaitCommand.LONG;

  @Option(
      names = {"-n", "--dry-run"},
      description = "Only show what is to be repaired.")
  private boolean dryRun;

  @Option(names = "--json", description = "Print JSON.")
  private boolean json;

  RepairCommand(KithCommand kith) {
    this.kith = kith;
  }

  @Override
  public Integer call() throws Exception {
    RepairResult found = kith.node().repair(null, ProgressSink.NONE);
    if (dryRun || found.found().isEmpty()) {
      kith.print("%s", json ? JsonOutput.of(found) : table(found.found()));
      return 0;
    }
    if (!json) {
      kith.print("%s", table(found.found()));
    }
    RepairResult done;
    try (var line = new ProgressLine(kith.surroundings())) {
      done = kith.node().repair(timeout, line);
    }
    kith.print("%s", json ? JsonOutput.of(done) : text(done));
    return 0;
  }

  private static String table(List<RepairResult.Line> lines) {
    if (lines.isEmpty()) {
      return "nothing is to be repaired";
    }
    var table = new Table("WHEN", "SPARE", "SHARDS", "BYTES", "AT", "WHY");
    for (RepairResult.Line line : lines) {
      table.row(
          line.when(),
          Integer.toString(line.spare()),
          String.format(Locale.ROOT, "%,d", line.shards()),
          ByteSize.show(line.bytes()),
          line.partner(),
          why(line));
    }
    return table.toString().stripTrailing();
  }

  private static String why(RepairResult.Line line) {
    String why =
        switch (line.why()) {
          case "lost" -> "it does not have them any more";
          case "gone" -> "it counts as gone, or leaves";
          case "doubted" -> "it is doubted";
          default -> "too close to others of their packs";
        };
    return line.stuck() == 0 ? why : why + "; for " + line.stuck() + " nobody has room";
  }

  private static String text(RepairResult done) {
    if (done.left().isEmpty()) {
      return "all is repaired";
    }
    long waiting = done.left().stream().mapToLong(RepairResult.Line::shards).sum();
    return String.format(
        Locale.ROOT, "all is repaired but %,d shards that wait for their holder", waiting);
  }
}
