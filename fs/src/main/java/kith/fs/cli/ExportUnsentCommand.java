package kith.fs.cli;

import java.util.concurrent.Callable;
import kith.codec.NativeCrypto;
import kith.fs.node.ConfigFile;
import kith.fs.node.ExitCode;
import kith.fs.node.NodeStart;
import kith.fs.node.RestoreRequest;
import kith.fs.node.UnsentResult;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code kith export-unsent}. */
@Command(
    name = "export-unsent",
    description = {
      "Save what this machine has that no partner has into a folder: for an old machine whose place"
          + " another has taken, and which sends nothing any more.",
      "Files that were made or changed since its last head, with owners, times and attributes, each"
          + " at its path. Names that were only moved or deleted are listed.",
      "The node must not run; no partner is asked, and nothing in the drive is changed.",
      "Run it again after any interruption: it goes on.",
      "Exit code 3 if something could not be saved as it was; the rest is."
    })
final class ExportUnsentCommand implements Callable<Integer> {
  private final KithCommand kith;

  @Parameters(index = "0", paramLabel = "DEST", description = "A new or empty folder.")
  private String destination;

  @Option(
      names = {"-n", "--dry-run"},
      description = "Tell how much would be saved; write nothing.")
  private boolean dryRun;

  @Option(names = "--json", description = "Print JSON.")
  private boolean json;

  @Mixin private PassphraseOptions passphrase;

  ExportUnsentCommand(KithCommand kith) {
    this.kith = kith;
  }

  @Override
  public Integer call() throws Exception {
    var request =
        new RestoreRequest("live", new byte[0], RawArguments.absolute(destination), dryRun, false);
    byte[] key = NodeStarter.nodeKey(kith, passphrase);
    NativeCrypto.install();
    var secrets = kith.identity().secrets(key);
    var start = new NodeStart(kith.home(), ConfigFile.read(kith.home()), secrets, null);
    UnsentResult result;
    try (var line = new ProgressLine(kith.surroundings())) {
      result = kith.surroundings().nodes().get().exportUnsent(start, request, line);
    }
    kith.print("%s", json ? JsonOutput.of(result) : text(result));
    if (!json) {
      new RestoredText(kith.surroundings()).tell(result.restored(), "saved");
      tell(result);
    }
    return (result.restored().isWhole() ? ExitCode.OK : ExitCode.PARTIAL).number();
  }

  private static String text(UnsentResult result) {
    String done = RestoredText.text(result.restored().restored());
    return (result.restored().dryRun() ? "would save " : "saved ")
        + done
        + " to "
        + result.restored().destination()
        + (result.compared()
            ? ""
            : "; all that is here, for what partners have cannot be told without them");
  }

  private void tell(UnsentResult result) {
    for (UnsentResult.Change each : result.changes()) {
      if (each.to() == null) {
        kith.print("deleted since: %s", each.from());
      } else if (each.from() == null) {
        kith.print("another name of a file that partners have: %s", each.to());
      } else {
        kith.print("moved since: %s -> %s", each.from(), each.to());
      }
    }
    if (result.moreChanges() > 0) {
      kith.print("and %d more names that were deleted, moved or added", result.moreChanges());
    }
    for (String name : result.snapshots()) {
      kith.print("not saved: snapshot %s, which no partner has", name);
    }
  }
}
