package kith.fs.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
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

  @Option(names = "--detached", hidden = true)
  private boolean detached;

  MountCommand(KithCommand kith) {
    this.kith = kith;
  }

  @Override
  public Integer call() throws Exception {
    var mountPoint = folder.toAbsolutePath().normalize();
    var starter = new NodeStarter(kith, mountPoint);
    return foreground || detached
        ? starter.foreground(detached)
        : starter.background(List.of("mount", "--detached", mountPoint.toString()));
  }
}
