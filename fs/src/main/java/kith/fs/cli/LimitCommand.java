package kith.fs.cli;

import kith.fs.node.Hours;
import kith.fs.node.LimitOperations;
import kith.fs.node.LimitsInfo;
import kith.fs.node.Rate;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code kith limit}. */
@Command(
    name = "limit",
    description = {
      "Limit what the node takes, at once and for later starts; 'none' takes a limit away.",
      "Without options it prints the limits."
    })
final class LimitCommand extends LimitsCommand {
  @Option(
      names = "--upload",
      paramLabel = "RATE",
      description = "To all partners together, as in 20Mbit/s or 2MiB/s.")
  private Rate upload;

  @Option(
      names = "--download",
      paramLabel = "RATE",
      description = "From all partners together; reading from them takes longer, too.")
  private Rate download;

  @Option(
      names = "--cpu",
      paramLabel = "PERCENT",
      description = "Of one processor, for all but the mount, as in 50 or 150.")
  private String cpu;

  @Option(
      names = "--hours",
      paramLabel = "HOURS",
      description = {
        "Of the week, in local time, in which it chunks and ships, as in",
        "'mo-fr 22:00-06:00, sa-su 00:00-24:00'; or always."
      })
  private Hours hours;

  LimitCommand(KithCommand kith) {
    super(kith);
  }

  @Override
  LimitsInfo apply(LimitOperations limits) throws Exception {
    boolean shows = upload == null && download == null && cpu == null && hours == null;
    return shows
        ? limits.limits()
        : limits.limit(new LimitsInfo.Change(percent(), upload, download, hours));
  }

  private Integer percent() throws Exception {
    if (cpu == null) {
      return null;
    }
    String typed = cpu.strip();
    if (typed.equalsIgnoreCase("none")) {
      return 0;
    }
    String digits = typed.replaceFirst(" ?%$", "");
    if (!digits.matches("[1-9][0-9]{0,4}")) {
      throw KithCommand.usage("'" + cpu + "' is no percentage: write 50, 150 or none");
    }
    return Integer.valueOf(digits);
  }
}
