package kith.fs.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.function.UnaryOperator;
import kith.fs.node.ConfigFile;
import kith.fs.node.ControlClient;
import kith.fs.node.ControlSocket;
import kith.fs.node.ExitCode;
import kith.fs.node.NodeConfig;
import kith.fs.node.NodeException;
import kith.fs.node.NodeStart;
import kith.fs.node.ProgressSink;
import kith.fs.node.Running;

/** What serve and mount have in common. */
final class NodeStarter {
  private final KithCommand kith;
  private final Path mountPoint;
  private final UnaryOperator<NodeConfig> options;

  /**
   * @param mountPoint absolute, or null
   * @param options what the command line changes of the configuration
   */
  NodeStarter(KithCommand kith, Path mountPoint, UnaryOperator<NodeConfig> options) {
    this.kith = kith;
    this.mountPoint = mountPoint;
    this.options = options;
  }

  /** As a process of its own; returns when it serves. */
  int background(List<String> arguments) throws Exception {
    check();
    try (var line = new ProgressLine(kith.surroundings())) {
      new Detacher(kith.home(), arguments).start("", line);
    }
    kith.surroundings().err().println(what());
    return 0;
  }

  /** In this process, until it is told to end. */
  int foreground(boolean detached) throws Exception {
    try (var presence = detached ? Presence.detached(kith) : Presence.foreground(kith)) {
      return presence.run(ControlSocket.ofNode(kith.home()), what(), this::start);
    }
  }

  private Running start(ProgressSink progress) throws Exception {
    check();
    var home = kith.home();
    var secrets = kith.identity().secrets();
    var config = options.apply(ConfigFile.read(home));
    return kith.surroundings()
        .nodes()
        .get()
        .start(new NodeStart(home, config, secrets, mountPoint));
  }

  /**
   * What can be said before anything is started. Not the mount point: one that a dead process left
   * looks as if it weren't there, and is taken away when the drive is mounted.
   */
  private void check() throws Exception {
    kith.identity().drive();
    if (new ControlClient(ControlSocket.ofNode(kith.home())).isServed()) {
      throw new NodeException(
          ExitCode.IN_USE,
          "a node runs in "
              + kith.home()
              + " already: 'kith umount' ends it, 'kith status' shows it");
    }
  }

  private String what() {
    return mountPoint == null
        ? "The node serves; 'kith umount' ends it."
        : "The drive is mounted on " + mountPoint + "; 'kith umount' ends it.";
  }
}
