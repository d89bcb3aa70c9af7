package kith.fs.cli;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import kith.codec.CodeParameters;
import kith.fs.Kit;
import kith.fs.KitText;
import kith.fs.node.ControlSocket;
import kith.fs.node.Initialiser;
import kith.fs.node.PrivateFiles;
import kith.fs.node.ProgressSink;
import kith.fs.node.RecoverStart;
import kith.fs.node.RecoveredInfo;
import kith.fs.node.Running;
import kith.fs.node.ViewStart;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code kith recover}. */
@Command(
    name = "recover",
    description = {
      "Make this machine the drive's node again, from its kit and its partners alone: the home"
          + " must be empty. Afterwards 'kith mount FOLDER' shows everything at once.",
      "With --view only mount every snapshot, read-only; needs nothing else on this machine, and"
          + " is ended with 'kith umount FOLDER'."
    })
final class RecoverCommand implements Callable<Integer> {
  private final KithCommand kith;

  @Option(
      names = "--kit",
      required = true,
      paramLabel = "FILE",
      description = "The kit as text; - reads standard input.")
  private String kitFile;

  @Option(
      names = "--view",
      paramLabel = "FOLDER",
      description = "Mount a view on this empty folder, and change nothing.")
  private Path view;

  @Mixin private KitPassphraseOptions kitPassphrase;

  @Mixin private HomeOptions options;

  @Option(
      names = "--code",
      paramLabel = "M+K",
      description = "Fix the erasure code again, if 'kith init --code' did: kits do not say so.")
  private CodeParameters code;

  @Mixin private PassphraseOptions passphrase;

  @Option(names = "--json", description = "Print JSON.")
  private boolean json;

  @Option(names = "--foreground", description = "Stay in this process until it is unmounted.")
  private boolean foreground;

  @Option(names = "--detached", hidden = true)
  private boolean detached;

  RecoverCommand(KithCommand kith) {
    this.kith = kith;
  }

  @Override
  public Integer call() throws Exception {
    if (detached) {
      return detached();
    }
    var read = kitPassphrase.open(kith.surroundings(), KitInput.read(kit().text()));
    if (view == null) {
      return recover(read);
    }
    var mountPoint = mountPoint();
    return foreground ? foreground(read, mountPoint) : background(KitText.of(read), mountPoint);
  }

  private KitInput kit() {
    return new KitInput(kith.surroundings(), kitFile);
  }

  private int recover(Kit read) throws Exception {
    Initialiser.check(kith.home());
    var start = new RecoverStart(kith.home(), options.config(code), read);
    char[] chosen = passphrase.chosen(kith.surroundings());
    RecoveredInfo found;
    try (var line = new ProgressLine(kith.surroundings())) {
      found = kith.surroundings().nodes().get().recover(start, chosen, line);
    } finally {
      Arrays.fill(chosen, '\0');
    }
    kith.print("%s", json ? JsonOutput.of(found) : RecoveredText.of(found, kith.home()));
    return 0;
  }

  private int background(String text, Path mountPoint) throws Exception {
    var arguments = List.of("recover", "--detached", "--kit", "-", "--view", mountPoint.toString());
    try (var line = new ProgressLine(kith.surroundings())) {
      new Detacher(kith.home(), arguments).start(text, line);
    }
    kith.surroundings().err().println(what(mountPoint));
    return 0;
  }

  private int foreground(Kit read, Path mountPoint) throws Exception {
    try (var presence = Presence.foreground(kith)) {
      return run(presence, () -> read, mountPoint);
    }
  }

  private int detached() throws Exception {
    try (var presence = Presence.detached(kith)) {
      return run(presence, () -> KitInput.read(kit().text()), mountPoint());
    }
  }

  private int run(Presence presence, Callable<Kit> read, Path mountPoint) throws Exception {
    var socket = ControlSocket.ofView(kith.home(), ProcessHandle.current().pid());
    var work = PrivateFiles.makeFolder(kith.home().resolve(ControlSocket.FOLDER), "view-");
    try {
      return presence.run(
          socket, what(mountPoint), sink -> start(work, read.call(), mountPoint, sink));
    } finally {
      PrivateFiles.deleteTree(work);
    }
  }

  private Running start(Path work, Kit read, Path mountPoint, ProgressSink progress)
      throws Exception {
    var start = new ViewStart(kith.home(), work, read, mountPoint);
    return kith.surroundings().nodes().get().view(start, progress);
  }

  private Path mountPoint() {
    return view.toAbsolutePath().normalize();
  }

  private static String what(Path mountPoint) {
    return "Every snapshot is in "
        + mountPoint
        + ", read-only; 'kith umount "
        + mountPoint
        + "' ends it.";
  }
}
