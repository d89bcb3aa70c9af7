package kith.fs.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import kith.fs.node.ExitCode;
import kith.fs.node.NodeException;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Option;

/**
 * Where the passphrase comes from: a file, a command, the variable KITH_PASSPHRASE, or the person
 * at the terminal, in this order. Of files and commands the first line counts.
 */
final class PassphraseOptions {
  static final String VARIABLE = "KITH_PASSPHRASE";
  private static final String INSTEAD =
      "--passphrase-file, --passphrase-command or the variable " + VARIABLE;
  private static final int MAX_BYTES = 64 << 10;
  private static final Duration COMMAND_TIME = Duration.ofMinutes(2);

  @ArgGroup(exclusive = true)
  private Source source = new Source();

  /** One of them. */
  static final class Source {
    @Option(
        names = "--passphrase-file",
        paramLabel = "FILE",
        description = "Read the passphrase from the first line of this file.")
    private Path file;

    @Option(
        names = "--passphrase-command",
        paramLabel = "COMMAND",
        description = "Read it from the first line that this shell command prints.")
    private String command;
  }

  /** Asks once. */
  char[] existing(Surroundings surroundings) throws IOException, NodeException {
    char[] given = given(surroundings);
    return given == null ? asked(surroundings, "Passphrase: ", INSTEAD) : given;
  }

  /** Asks twice, and refuses what can't be meant. */
  char[] chosen(Surroundings surroundings) throws IOException, NodeException {
    char[] given = given(surroundings);
    if (given != null) {
      return given;
    }
    return chosenTwice(surroundings, "Choose a passphrase: ", INSTEAD);
  }

  /** Asks twice, who cannot see what he types. */
  static char[] chosenTwice(Surroundings surroundings, String question, String instead)
      throws NodeException {
    char[] first = asked(surroundings, question, instead);
    char[] second = asked(surroundings, "The same again: ", instead);
    if (!Arrays.equals(first, second)) {
      throw new NodeException(ExitCode.ERROR, "the two passphrases differ: nothing was changed");
    }
    Arrays.fill(second, '\0');
    return first;
  }

  private char[] given(Surroundings surroundings) throws IOException, NodeException {
    return given(surroundings, source.file, source.command, VARIABLE);
  }

  /** From the first of these that there is; null if there is none. */
  static char[] given(Surroundings surroundings, Path file, String command, String variable)
      throws IOException, NodeException {
    if (file != null) {
      return nonEmpty(fromFile(file), file.toString());
    }
    if (command != null) {
      return nonEmpty(fromCommand(command), "'" + command + "'");
    }
    String value = surroundings.environment().apply(variable);
    return value == null ? null : nonEmpty(value, variable);
  }

  /**
   * @param instead what can be given where nobody can be asked
   */
  static char[] asked(Surroundings surroundings, String question, String instead)
      throws NodeException {
    if (surroundings.prompt() == null) {
      throw KithCommand.usage(
          "a passphrase is needed, and there is no terminal to ask at: give " + instead);
    }
    char[] typed = surroundings.prompt().ask(question);
    if (typed == null || typed.length == 0) {
      throw new NodeException(ExitCode.ERROR, "no passphrase was typed: nothing was changed");
    }
    return typed;
  }

  /** The first line that a shell command prints. */
  static char[] firstLine(String command) throws IOException, NodeException {
    return nonEmpty(fromCommand(command), "'" + command + "'");
  }

  private static char[] nonEmpty(String text, String from) throws NodeException {
    String line = text.lines().findFirst().orElse("");
    if (line.isEmpty()) {
      throw new NodeException(ExitCode.ERROR, from + " gives an empty passphrase");
    }
    return line.toCharArray();
  }

  private static String fromFile(Path file) throws IOException, NodeException {
    try (var in = Files.newInputStream(file)) {
      return new String(in.readNBytes(MAX_BYTES), StandardCharsets.UTF_8);
    }
  }

  private static String fromCommand(String command) throws IOException, NodeException {
    return fromCommand(command, COMMAND_TIME);
  }

  /**
   * The command may talk to the terminal by itself; only what it prints is read.
   *
   * @param within after which it is ended
   */
  static String fromCommand(String command, Duration within) throws IOException, NodeException {
    var process =
        new ProcessBuilder("/bin/sh", "-c", command)
            .redirectInput(ProcessBuilder.Redirect.INHERIT)
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    var isLate = new AtomicBoolean();
    var late =
        CompletableFuture.runAsync(
            () -> {
              isLate.set(true); // before it has ended, which whoever waits for it may see at once
              end(process);
            },
            CompletableFuture.delayedExecutor(within.toMillis(), TimeUnit.MILLISECONDS));
    try (var in = process.getInputStream()) {
      byte[] printed = in.readNBytes(MAX_BYTES);
      int code = process.waitFor();
      if (code != 0) {
        throw new NodeException(
            ExitCode.ERROR,
            "the passphrase command '"
                + command
                + "' "
                + (isLate.get() ? "does not end" : "failed with exit code " + code));
      }
      return new String(printed, StandardCharsets.UTF_8);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new NodeException(ExitCode.ERROR, "interrupted", e);
    } finally {
      late.cancel(true);
      end(process);
    }
  }

  /** With whatever the shell has started: that holds the pipe open, too. */
  private static void end(Process process) {
    process.descendants().forEach(ProcessHandle::destroy);
    process.destroy();
  }
}
