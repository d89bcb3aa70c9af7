package kith.fs.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import kith.fs.node.ControlClient;
import kith.fs.node.ControlSocket;
import kith.fs.node.ExitCode;
import kith.fs.node.NodeException;
import kith.fs.node.NodeNotRunningException;
import kith.fs.node.NodeStatus;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code kith umount}. */
@Command(
    name = "umount",
    description = {
      "Unmount the drive, or a recovery's view, and end its process.",
      "It waits until everything is safe at the partners. If it isn't in time (exit code 17), or",
      "you stop waiting, the node ends as well: the rest is shipped after the next start."
    })
final class UmountCommand implements Callable<Integer> {
  private static final long END_SECONDS = 60;

  /** What is said after unmounting. */
  private static final Set<ExitCode> NOT_SAFE =
      EnumSet.of(
          ExitCode.NOT_YET_SAFE,
          ExitCode.NO_SPACE_AT_PARTNERS,
          ExitCode.NOT_ENOUGH_PARTNERS,
          ExitCode.NOT_PERMITTED);

  private static final Duration UNATTENDED = Duration.ofMinutes(10);

  private final KithCommand kith;

  @Parameters(
      arity = "0..1",
      paramLabel = "FOLDER",
      description = "Where it is mounted (default: the home's node, else its only view).")
  private Path folder;

  @Option(names = "--now", description = "Don't wait until everything is safe.")
  private boolean now;

  @Option(
      names = "--timeout",
      paramLabel = "TIME",
      description =
          "How long to wait at most, as in 90s, 10m or 2h (default: at a terminal as long as it"
              + " takes, else 10m).")
  private Duration timeout;

  @Option(
      names = "--keep-serving",
      description = "Unmount only; the node goes on shipping and serving partners.")
  private boolean keepServing;

  UmountCommand(KithCommand kith) {
    this.kith = kith;
  }

  private record Found(ControlClient client, NodeStatus status) {}

  @Override
  public Integer call() throws Exception {
    if (now && timeout != null) {
      throw KithCommand.usage("Not both: --now doesn't wait, and --timeout says how long to");
    }
    var found = choose(running());
    try (var line = new ProgressLine(kith.surroundings())) {
      if (keepServing) {
        found.client().unmount(line);
      } else {
        shutdown(found, line);
      }
    }
    return 0;
  }

  private void shutdown(Found found, ProgressLine line) throws Exception {
    try {
      found.client().shutdown(now ? Duration.ZERO : patience(), line);
    } catch (NodeException e) {
      if (NOT_SAFE.contains(e.code())) {
        awaitEnd(found.status().process());
        String rest = "; the node has ended, and goes on after its next start";
        throw new NodeException(e.code(), "unmounted, but " + e.getMessage() + rest, e);
      }
      throw e;
    }
    awaitEnd(found.status().process());
  }

  private Duration patience() {
    if (timeout != null) {
      return timeout;
    }
    return kith.surroundings().terminal() ? WaitCommand.LONG : UNATTENDED;
  }

  private List<Found> running() throws IOException, NodeException {
    var running = new ArrayList<Found>();
    for (Path socket : ControlSocket.all(kith.home())) {
      var client = new ControlClient(socket);
      if (client.isServed()) {
        running.add(new Found(client, client.status()));
      }
    }
    return running;
  }

  private Found choose(List<Found> running) throws IOException, NodeException {
    if (folder != null) {
      var wanted = names(folder.toAbsolutePath().normalize());
      return running.stream()
          .filter(found -> wanted.contains(found.status().mountPoint()))
          .findFirst()
          .orElseThrow(() -> notMounted(wanted.get(0)));
    }
    if (running.isEmpty()) {
      throw new NodeNotRunningException(ControlSocket.ofNode(kith.home()), null);
    }
    boolean node = running.get(0).status().role() == NodeStatus.Role.NODE;
    if (!node && running.size() > 1) {
      throw KithCommand.usage("several views are mounted: say which FOLDER");
    }
    return running.get(0);
  }

  /** As given, and without symbolic links in what leads there; the mount itself isn't touched. */
  private static List<String> names(Path mountPoint) {
    var parent = mountPoint.getParent();
    if (parent == null) {
      return List.of(mountPoint.toString());
    }
    try {
      var real = parent.toRealPath().resolve(mountPoint.getFileName());
      return List.of(mountPoint.toString(), real.toString());
    } catch (IOException e) {
      return List.of(mountPoint.toString());
    }
  }

  private NodeException notMounted(String wanted) {
    return new NodeException(
        ExitCode.ERROR,
        "nothing of the home "
            + kith.home()
            + " is mounted on "
            + wanted
            + "; if a process that died has left it there: fusermount -uz "
            + wanted);
  }

  /** So that the home can be used again when the command returns. */
  private static void awaitEnd(long process) throws Exception {
    var handle = ProcessHandle.of(process);
    if (handle.isEmpty() || handle.get().equals(ProcessHandle.current())) {
      return;
    }
    try {
      handle.get().onExit().get(END_SECONDS, TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      throw new NodeException(
          ExitCode.ERROR,
          "it is unmounted, but process " + process + " has not ended after " + END_SECONDS + " s",
          e);
    }
  }
}
