package kith.fs.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import kith.codec.WrongKeyException;
import kith.fs.Kit;
import kith.fs.node.NodeException;
import picocli.CommandLine.Option;

/**
 * Where the passphrase of a kit comes from, which is another one than the drive's: a file, a
 * command, the variable KITH_KIT_PASSPHRASE, or the person at the terminal, in this order.
 */
final class KitPassphraseOptions {
  static final String VARIABLE = "KITH_KIT_PASSPHRASE";
  private static final String INSTEAD =
      "--kit-passphrase-file, --kit-passphrase-command or the variable " + VARIABLE;

  @Option(
      names = "--kit-passphrase-file",
      paramLabel = "FILE",
      description = "Read the kit's own passphrase from the first line of this file.")
  private Path file;

  @Option(
      names = "--kit-passphrase-command",
      paramLabel = "COMMAND",
      description = "Read it from the first line that this shell command prints.")
  private String command;

  /** Whether one of the options was given. */
  boolean areGiven() {
    return file != null || command != null;
  }

  /** Asks twice, and refuses what can't be meant. */
  char[] chosen(Surroundings surroundings) throws IOException, NodeException {
    char[] given = PassphraseOptions.given(surroundings, file, command, VARIABLE);
    return given == null
        ? PassphraseOptions.chosenTwice(surroundings, "Choose a passphrase for this kit: ", INSTEAD)
        : given;
  }

  /** The kit with words that open the drive; asks if it wants a passphrase. */
  Kit open(Surroundings surroundings, Kit kit)
      throws IOException, NodeException, WrongKeyException {
    if (kit.mask().isEmpty()) {
      return kit;
    }
    char[] given = PassphraseOptions.given(surroundings, file, command, VARIABLE);
    char[] typed =
        given == null
            ? PassphraseOptions.asked(surroundings, "Passphrase of this kit: ", INSTEAD)
            : given;
    try {
      return kit.opened(typed);
    } finally {
      Arrays.fill(typed, '\0');
    }
  }
}
