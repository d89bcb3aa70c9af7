package kith.fs.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import kith.fs.node.NodeConfig;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code kith mount}. */
@Command(
    name = "mount",
    description = "Mount the drive on an empty folder; the node runs behind it.")
final class MountCommand implements Callable<Integer> {
  private final KithCommand kith;

  @Parameters(paramLabel = "FOLDER", description = "An empty folder.")
  private Path folder;

  @Option(
      names = "--foreground",
      description = "Stay in this process and log to standard error, until 'kith umount' or ^C.")
  private boolean foreground;

  @Option(
      names = "--snapdir",
      paramLabel = "hidden|visible",
      description =
          "Whether the folder of snapshots is listed (default: as 'snapshots.visible' in"
              + " config.json says; hidden).")
  private Snapdir snapdir;

  /** Whether listing the root shows the folder of snapshots; it is there in any case. */
  enum Snapdir {
    hidden,
    visible
  }

  @Mixin private PassphraseOptions passphrase;

  @Option(names = "--detached", hidden = true)
  private boolean detached;

  MountCommand(KithCommand kith) {
    this.kith = kith;
  }

  @Override
  public Integer call() throws Exception {
    var mountPoint = folder.toAbsolutePath().normalize();
    var starter = new NodeStarter(kith, mountPoint, passphrase, this::configured);
    if (foreground || detached) {
      return starter.foreground(detached);
    }
    var arguments = new ArrayList<>(List.of("mount", "--detached"));
    if (snapdir != null) {
      arguments.add("--snapdir=" + snapdir);
    }
    arguments.add(mountPoint.toString());
    return starter.background(arguments);
  }

  private NodeConfig configured(NodeConfig config) {
    return snapdir == null ? config : config.withVisibleSnapshots(snapdir == Snapdir.visible);
  }
}
