package kith.fs.cli;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.function.UnaryOperator;
import kith.fs.node.ConfigFile;
import kith.fs.node.ControlClient;
import kith.fs.node.ControlSocket;
import kith.fs.node.ExitCode;
import kith.fs.node.NodeConfig;
import kith.fs.node.NodeException;
import kith.fs.node.NodeStart;
import kith.fs.node.Running;
import kith.fs.node.UnlockSlots;

/** What serve and mount have in common. */
final class NodeStarter {
  private final KithCommand kith;
  private final Path mountPoint;
  private final PassphraseOptions passphrase;
  private final UnaryOperator<NodeConfig> options;

  /**
   * @param mountPoint absolute, or null
   * @param passphrase asked for where no slot opens without one
   * @param options what the command line changes of the configuration
   */
  NodeStarter(
      KithCommand kith,
      Path mountPoint,
      PassphraseOptions passphrase,
      UnaryOperator<NodeConfig> options) {
    this.kith = kith;
    this.mountPoint = mountPoint;
    this.passphrase = passphrase;
    this.options = options;
  }

  /** As a process of its own; returns when it serves. */
  int background(List<String> arguments) throws Exception {
    check();
    String key = HexFormat.of().formatHex(nodeKey());
    try (var line = new ProgressLine(kith.surroundings())) {
      new Detacher(kith.home(), arguments).start(key, line);
    }
    kith.surroundings().err().println(what());
    return 0;
  }

  /** In this process, until it is told to end. */
  int foreground(boolean detached) throws Exception {
    try (var presence = detached ? Presence.detached(kith) : Presence.foreground(kith)) {
      return presence.run(
          ControlSocket.ofNode(kith.home()),
          what(),
          progress -> start(detached ? handedOver() : nodeKey()));
    }
  }

  private byte[] nodeKey() throws Exception {
    return nodeKey(kith, passphrase);
  }

  /** By a slot that needs no person, else by a passphrase. */
  static byte[] nodeKey(KithCommand kith, PassphraseOptions passphrase) throws Exception {
    kith.identity().drive();
    byte[] key =
        new UnlockSlots(kith.home(), new SecureRandom())
            .unattended(
                PassphraseOptions::firstLine,
                why -> kith.surroundings().err().println("kith: " + why));
    if (key != null) {
      return key;
    }
    char[] given = passphrase.existing(kith.surroundings());
    try {
      return kith.identity().nodeKey(given);
    } finally {
      Arrays.fill(given, '\0');
    }
  }

  /** What the process that started this one has opened. */
  private byte[] handedOver() throws Exception {
    String hex = new String(kith.surroundings().in().readAllBytes(), StandardCharsets.US_ASCII);
    return hex.isBlank() ? nodeKey() : HexFormat.of().parseHex(hex.strip());
  }

  private Running start(byte[] key) throws Exception {
    check();
    var home = kith.home();
    var secrets = kith.identity().secrets(key);
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
