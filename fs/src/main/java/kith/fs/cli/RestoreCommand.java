package kith.fs.cli;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import kith.codec.NativeCrypto;
import kith.fs.node.ByteSize;
import kith.fs.node.ExitCode;
import kith.fs.node.OpenedKit;
import kith.fs.node.RestoreRequest;
import kith.fs.node.RestoreResult;
import kith.fs.node.SnapshotInfo;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code kith restore}. */
@Command(
    name = "restore",
    description = {
      "Bring a snapshot, or a folder or file of one, back to this machine: content, owners, times,"
          + " extended attributes, access control lists, hard links, holes.",
      "From the running node's drive, or with --kit from the partners alone, on any machine.",
      "Run it again after any interruption: it checks what is there and goes on.",
      "Exit code 3 if something could not be restored as it was; the rest is."
    })
final class RestoreCommand implements Callable<Integer> {
  private final KithCommand kith;

  @Parameters(
      index = "0",
      arity = "0..1",
      paramLabel = "SNAPSHOT[:PATH]",
      description = "A snapshot's name or 'latest'; and what of it (default: all).")
  private String what;

  @Parameters(
      index = "1",
      arity = "0..1",
      paramLabel = "DEST",
      description = {
        "A new or empty folder, which gets what is in the restored one.",
        "A restored file gets this name, or its own in the folder of this name."
      })
  private String destination;

  @Option(
      names = "--kit",
      paramLabel = "FILE",
      description = "Read from the partners that this kit names; - reads standard input.")
  private String kitFile;

  @Mixin private KitPassphraseOptions passphrase;

  @Option(names = "--list", description = "List the snapshots that --kit brings back.")
  private boolean list;

  @Option(
      names = {"-n", "--dry-run"},
      description = "Tell how much would be restored; change nothing.")
  private boolean dryRun;

  @Option(
      names = "--overwrite",
      description = "Restore over what is in DEST: files that differ are replaced, none removed.")
  private boolean overwrite;

  @Option(names = "--json", description = "Print JSON.")
  private boolean json;

  RestoreCommand(KithCommand kith) {
    this.kith = kith;
  }

  @Override
  public Integer call() throws Exception {
    if (list) {
      return list();
    }
    if (what == null || destination == null || destination.isEmpty()) {
      throw KithCommand.usage("restore takes SNAPSHOT[:PATH] and DEST");
    }
    RestoreRequest request = request();
    RestoreResult result;
    try (var line = new ProgressLine(kith.surroundings())) {
      if (kitFile == null) {
        result = kith.node().restore(request, line);
      } else {
        try (OpenedKit kit = open(line)) {
          result = kit.restore(request, line);
        }
      }
    }
    kith.print("%s", json ? JsonOutput.of(result) : text(result));
    if (!json) {
      new RestoredText(kith.surroundings()).tell(result, "restored");
    }
    return (result.isWhole() ? ExitCode.OK : ExitCode.PARTIAL).number();
  }

  private OpenedKit open(ProgressLine line) throws Exception {
    var read = KitInput.read(new KitInput(kith.surroundings(), kitFile).text());
    var kit = passphrase.open(kith.surroundings(), read);
    NativeCrypto.install();
    return kith.surroundings().nodes().get().open(kit, line);
  }

  private int list() throws Exception {
    if (kitFile == null || what != null) {
      throw KithCommand.usage(
          "--list goes with --kit alone; 'kith snapshot list' lists those of the running node");
    }
    try (var line = new ProgressLine(kith.surroundings());
        OpenedKit kit = open(line)) {
      line.clear();
      List<SnapshotInfo> snapshots = kit.snapshots();
      if (json) {
        kith.print("%s", JsonOutput.of(snapshots));
        return 0;
      }
      var table = new Table("NAME", "TAKEN", "FILES", "SIZE");
      for (SnapshotInfo each : snapshots) {
        table.row(
            each.name(),
            Times.show(each.time()),
            String.format(Locale.ROOT, "%,d", each.content().files()),
            ByteSize.show(each.content().bytes()));
      }
      kith.print("%s", table.toString().stripTrailing());
    }
    return 0;
  }

  private RestoreRequest request() throws Exception {
    byte[] typed = RawArguments.bytes(what);
    int colon = what.indexOf(':');
    int at = 0;
    while (at < typed.length && typed[at] != ':') {
      at++;
    }
    return new RestoreRequest(
        colon < 0 ? what : what.substring(0, colon),
        at == typed.length ? new byte[0] : Arrays.copyOfRange(typed, at + 1, typed.length),
        RawArguments.absolute(destination),
        dryRun,
        overwrite);
  }

  private static String text(RestoreResult result) {
    if (result.dryRun()) {
      return "would restore "
          + RestoredText.text(result.restored())
          + " to "
          + result.destination()
          + ", where "
          + ByteSize.show(result.free())
          + " are free";
    }
    String there =
        result.unchanged().files() == 0
            ? ""
            : "; " + RestoredText.text(result.unchanged()) + " were there already";
    return "restored "
        + RestoredText.text(result.restored())
        + " to "
        + result.destination()
        + there;
  }
}
