package kith.fs.cli;

import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.List;
import kith.fs.node.UnlockSlotInfo;
import kith.fs.node.UnlockSlots;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code kith unlock-slot}. */
@Command(
    name = "unlock-slot",
    description = {
      "The ways into this home. A passphrase opens everything; a key file or a command lets the"
          + " node start without anybody.",
      "At first there are two: 'passphrase', which init asked for, and 'home', a key file in the"
          + " home itself. Without 'home' nobody starts the node from a stolen disk;"
          + " names and what is cached here can still be read: encrypt the disk."
    })
final class UnlockSlotCommand implements Runnable {
  private final KithCommand kith;

  @Spec private CommandSpec spec;

  UnlockSlotCommand(KithCommand kith) {
    this.kith = kith;
  }

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "list, add, change or remove?");
  }

  private UnlockSlots slots() throws Exception {
    kith.identity().drive();
    return new UnlockSlots(kith.home(), new SecureRandom());
  }

  @Command(name = "list", description = "What opens this home.")
  int list(@Option(names = "--json", description = "Print JSON.") boolean json) throws Exception {
    List<UnlockSlotInfo> slots = slots().list();
    if (json) {
      kith.print("%s", JsonOutput.of(slots));
      return 0;
    }
    var table = new Table("NAME", "KIND", "OPENS", "SOURCE");
    slots.forEach(slot -> table.row(slot.name(), slot.kind(), slot.opens(), slot.source()));
    kith.print("%s", table.toString().stripTrailing());
    return 0;
  }

  /** What a new slot is opened with; a passphrase if nothing is said. */
  static final class NewSlot {
    @Option(
        names = "--key-file",
        paramLabel = "FILE",
        description = "32 bytes, for example on a stick; made if it isn't there.")
    private Path keyFile;

    @Option(
        names = "--command",
        paramLabel = "COMMAND",
        description = "The first line that this shell command prints at each start of the node.")
    private String command;

    @Option(
        names = "--new-passphrase-file",
        paramLabel = "FILE",
        description = "A passphrase, from the first line of this file (default: it is asked for).")
    private Path passphraseFile;
  }

  @Command(name = "add", description = "Let one more thing open this home.")
  int add(
      @Parameters(paramLabel = "NAME", description = "What it is called.") String name,
      @Mixin PassphraseOptions passphrase,
      @ArgGroup(exclusive = true) NewSlot given)
      throws Exception {
    var slots = slots();
    var wanted = given == null ? new NewSlot() : given;
    char[] existing = passphrase.existing(kith.surroundings());
    try {
      if (wanted.keyFile != null) {
        slots.addKeyFile(name, existing, wanted.keyFile.toAbsolutePath().normalize());
      } else if (wanted.command != null) {
        char[] line = PassphraseOptions.firstLine(wanted.command);
        slots.addCommand(name, existing, wanted.command, line);
        Arrays.fill(line, '\0');
      } else {
        char[] chosen = chosen(wanted.passphraseFile);
        slots.addPassphrase(name, existing, chosen);
        Arrays.fill(chosen, '\0');
      }
    } finally {
      Arrays.fill(existing, '\0');
    }
    kith.print("Slot '%s' opens this home too.", name);
    return 0;
  }

  @Command(
      name = "change",
      description = "Replace a passphrase; asks for the one to be replaced, then for the new one.")
  int change(
      @Mixin PassphraseOptions passphrase,
      @Option(
              names = "--new-passphrase-file",
              paramLabel = "FILE",
              description = "The new one, from the first line of this file.")
          Path file)
      throws Exception {
    var slots = slots();
    char[] existing = passphrase.existing(kith.surroundings());
    try {
      kith.identity().root(existing).close();
      char[] chosen = chosen(file);
      kith.print("The passphrase of slot '%s' is changed.", slots.change(existing, chosen));
      Arrays.fill(chosen, '\0');
    } finally {
      Arrays.fill(existing, '\0');
    }
    return 0;
  }

  @Command(
      name = "remove",
      description = "Let something open this home no more; asks for a passphrase that stays.")
  int remove(
      @Parameters(paramLabel = "NAME", description = "As 'list' prints it.") String name,
      @Mixin PassphraseOptions passphrase)
      throws Exception {
    var slots = slots();
    char[] staying = passphrase.existing(kith.surroundings());
    try {
      slots.remove(name, staying);
    } finally {
      Arrays.fill(staying, '\0');
    }
    kith.print("Slot '%s' is removed.", name);
    if (slots.list().stream().allMatch(slot -> slot.kind().equals("passphrase"))) {
      kith.surroundings().err().println("From now on the node asks for a passphrase to start.");
    }
    return 0;
  }

  private char[] chosen(Path file) throws Exception {
    char[] given =
        file == null ? null : PassphraseOptions.given(kith.surroundings(), file, null, "");
    return given == null
        ? PassphraseOptions.chosenTwice(
            kith.surroundings(), "Choose a new passphrase: ", "--new-passphrase-file")
        : given;
  }
}
