package kith.fs.cli;

import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import kith.fs.node.ByteSize;
import kith.fs.node.SnapshotInfo;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code kith snapshot}. */
@Command(
    name = "snapshot",
    synopsisSubcommandLabel = "[create [NAME] | list | drop NAME | hold NAME | release NAME]",
    description = "Take a snapshot; also list and drop them.")
final class SnapshotCommand implements Callable<Integer> {
  private final KithCommand kith;

  SnapshotCommand(KithCommand kith) {
    this.kith = kith;
  }

  /** Without a word more it takes one. */
  @Override
  public Integer call() throws Exception {
    return create(null);
  }

  @Command(name = "create", description = "Take a snapshot of the drive as it is now.")
  int create(
      @Parameters(
              arity = "0..1",
              paramLabel = "NAME",
              description = "Its folder name (default: the time in UTC).")
          String name)
      throws Exception {
    kith.print("%s", kith.node().snapshot(name).name());
    return 0;
  }

  @Command(name = "list", description = "List the snapshots, oldest first.")
  int list(@Option(names = "--json", description = "Print JSON.") boolean json) throws Exception {
    var snapshots = kith.node().snapshots();
    kith.print("%s", json ? JsonOutput.of(snapshots) : text(snapshots));
    return 0;
  }

  @Command(
      name = "drop",
      description = "Forget a snapshot; what no other one needs is reclaimed later.")
  int drop(@Parameters(paramLabel = "NAME") String name) throws Exception {
    kith.node().dropSnapshot(name);
    return 0;
  }

  @Command(name = "hold", description = "Keep a snapshot from being dropped until it is released.")
  int hold(@Parameters(paramLabel = "NAME") String name) throws Exception {
    kith.node().holdSnapshot(name, true);
    return 0;
  }

  @Command(name = "release", description = "Let a held snapshot be dropped again.")
  int release(@Parameters(paramLabel = "NAME") String name) throws Exception {
    kith.node().holdSnapshot(name, false);
    return 0;
  }

  private static String text(List<SnapshotInfo> snapshots) {
    if (snapshots.isEmpty()) {
      return "no snapshots";
    }
    var table = new Table("NAME", "TAKEN", "STATE", "FILES", "BYTES", "HELD");
    for (var snapshot : snapshots) {
      table.row(
          snapshot.name(),
          Times.show(snapshot.time()),
          snapshot.state().toString(),
          String.format(Locale.ROOT, "%,d", snapshot.content().files()),
          ByteSize.show(snapshot.content().bytes()),
          snapshot.held() ? "held" : "");
    }
    return table.toString().stripTrailing();
  }
}
