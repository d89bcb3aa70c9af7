package kith.fs.cli;

import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.Callable;
import kith.fs.FileState;
import kith.fs.node.ByteSize;
import kith.fs.node.ExitCode;
import kith.fs.node.NodeException;
import kith.fs.node.WaitResult;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code kith wait}. */
@Command(
    name = "wait",
    description = {
      "Return when everything written so far is safe at the partners.",
      "Exit code 17 if it is not within --timeout."
    })
final class WaitCommand implements Callable<Integer> {
  static final Duration LONG = Duration.ofDays(3650);

  private final KithCommand kith;

  @Option(
      names = "--timeout",
      paramLabel = "TIME",
      description = "How long at most, as in 90s, 10m or 2h (default: as long as it takes).")
  private Duration timeout = LONG;

  WaitCommand(KithCommand kith) {
    this.kith = kith;
  }

  @Override
  public Integer call() throws Exception {
    kith.print("%s", text(waited()));
    return 0;
  }

  private WaitResult waited() throws Exception {
    try (var line = new ProgressLine(kith.surroundings())) {
      return kith.node().waitSafe(timeout, line);
    } catch (NodeException e) {
      if (e.code() == ExitCode.NOT_YET_SAFE) {
        String rest = "; it goes on by itself, 'kith status' shows how far";
        throw new NodeException(e.code(), e.getMessage() + rest, e);
      }
      throw e;
    }
  }

  private static String text(WaitResult result) {
    var content = result.content();
    String what =
        String.format(
            Locale.ROOT, "%,d files, %s: ", content.files(), ByteSize.show(content.bytes()));
    if (result.state() == FileState.LOCKED) {
      return what
          + "locked"
          + (result.lockedUntil() == null ? "" : " until " + result.lockedUntil())
          + ": as safe, but a partner that a restore may need is in its commitment period";
    }
    return what + result.state();
  }
}
