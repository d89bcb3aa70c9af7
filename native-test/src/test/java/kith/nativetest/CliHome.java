package kith.nativetest;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import kith.fs.cli.AskedHere;
import kith.fs.cli.Main;

/**
 * A home of Kith in a folder of its own, and the command line that works on it, each command a
 * process as a person would start it, but for what only prepares a test or is asked over and over.
 * Closing it takes away whatever still runs or is mounted, and leaves the home.
 */
final class CliHome implements AutoCloseable {
  static final String PASSPHRASE = "correct horse";

  private static final int SECONDS = 60;
  private static final Pattern PROCESS = Pattern.compile("\"process\" : (\\d+)");

  private final Path folder;
  private final Path launcher;
  private final Map<String, String> environment = new HashMap<>();
  private final List<ProcessHandle> nodes = new ArrayList<>();

  /**
   * @param folder made if it isn't there; the home is a folder in it, so are what commands print
   *     and mount points
   */
  CliHome(Path folder) throws IOException {
    this(folder, Launch.PLAIN);
  }

  /**
   * How its commands and nodes run.
   *
   * @param options further ones of the JVM
   * @param classPath in front of that of the tests, each with a colon behind it
   */
  record Launch(List<String> options, String classPath) {
    static final Launch PLAIN = new Launch(List.of(), "");
  }

  CliHome(Path folder, Launch launch) throws IOException {
    this.folder = Files.createDirectories(folder);
    this.launcher = folder.resolve("kith");
    environment.put("KITH_PASSPHRASE", PASSPHRASE);
    Files.writeString(
        launcher,
        """
        #!/bin/sh
        exec '%s' -Xshare:auto -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -Xmx256m \\
          -Dkith.launcher='%s' %s -cp '%s' %s "$@"
        """
            .formatted(
                Path.of(System.getProperty("java.home"), "bin", "java"),
                launcher,
                String.join(" ", launch.options),
                launch.classPath + System.getProperty("java.class.path"),
                Main.class.getName()));
    Files.setPosixFilePermissions(
        launcher, java.nio.file.attribute.PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  Path home() {
    return folder.resolve("home");
  }

  /** A folder beside the home; made if it isn't there. */
  Path beside(String name) throws IOException {
    return Files.createDirectories(folder.resolve(name));
  }

  /** Runs a command to its end. */
  CliRun kith(String... arguments) throws IOException {
    return kith(environment, "", List.of(), arguments);
  }

  /** The same with something to read. */
  CliRun kithReads(String input, String... arguments) throws IOException {
    return kith(environment, input, List.of(), arguments);
  }

  /** The same with another passphrase, or none if it is null. */
  CliRun kithWithPassphrase(String passphrase, String... arguments) throws IOException {
    Map<String, String> other = new HashMap<>();
    if (passphrase != null) {
      other.put("KITH_PASSPHRASE", passphrase);
    }
    return kith(other, "", List.of(), arguments);
  }

  /** The same behind another program, which runs it as its last arguments. */
  CliRun kithBehind(List<String> program, String... arguments) throws IOException {
    return kith(environment, "", program, arguments);
  }

  /** What a command prints that must succeed, behind another program, with nothing but this. */
  String doneWith(String input, List<String> program, String... arguments) throws IOException {
    CliRun run = kith(Map.of(), input, program, arguments);
    assertEquals(0, run.code(), () -> String.join(" ", arguments) + ": " + run);
    return run.out().strip();
  }

  /** What a command prints that must succeed. */
  String done(String... arguments) throws IOException {
    CliRun run = kith(arguments);
    assertEquals(0, run.code(), () -> String.join(" ", arguments) + ": " + run);
    return run.out().strip();
  }

  /**
   * What a command answers that starts nothing, without a process of its own, which would cost a
   * hundred times as much.
   */
  CliRun asked(String... arguments) {
    List<String> command = new ArrayList<>(List.of("--home", home().toString()));
    command.addAll(List.of(arguments));
    AskedHere.Answer answer = AskedHere.run(environment, command.toArray(String[]::new));
    return new CliRun(answer.code(), answer.out(), answer.err());
  }

  /** The same of one that must succeed. */
  String answer(String... arguments) {
    CliRun run = asked(arguments);
    assertEquals(0, run.code(), () -> String.join(" ", arguments) + ": " + run);
    return run.out().strip();
  }

  /** A command that goes on beside the test, its output in the file; the caller ends it. */
  Process begin(Path output, List<String> program, String... arguments) throws IOException {
    List<String> command = new ArrayList<>(program);
    command.addAll(List.of(launcher.toString(), "--home", home().toString()));
    command.addAll(List.of(arguments));
    return started(command, output);
  }

  /** The same at a terminal of its own. */
  Process beginAtTerminal(Path output, String... arguments) throws IOException {
    String line = launcher + " --home " + home() + " " + String.join(" ", arguments);
    return started(List.of("script", "-qfec", line, "/dev/null"), output);
  }

  private Process started(List<String> command, Path output) throws IOException {
    var builder =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile());
    builder.environment().remove("KITH_HOME");
    builder.environment().putAll(environment);
    return builder.start();
  }

  private CliRun kith(
      Map<String, String> variables, String input, List<String> program, String... arguments)
      throws IOException {
    List<String> command = new ArrayList<>(program);
    command.addAll(List.of(launcher.toString(), "--home", home().toString()));
    command.addAll(List.of(arguments));
    Path out = Files.createTempFile(folder, "out", "");
    Path err = Files.createTempFile(folder, "err", "");
    var builder =
        new ProcessBuilder(command).redirectOutput(out.toFile()).redirectError(err.toFile());
    builder.environment().remove("KITH_HOME");
    builder.environment().remove("KITH_PASSPHRASE");
    builder.environment().putAll(variables);
    Process process = builder.start();
    try (var stdin = process.getOutputStream()) {
      stdin.write(input.getBytes(StandardCharsets.UTF_8));
    }
    return new CliRun(ended(process), Files.readString(out), Files.readString(err));
  }

  private static int ended(Process process) throws IOException {
    try {
      if (!process.waitFor(SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw new IOException("it hangs: " + process.info());
      }
      return process.exitValue();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    }
  }

  /** Makes a drive that listens there. */
  CliHome init(String listen, String... more) throws IOException {
    List<String> arguments = new ArrayList<>(List.of("init", "--listen", listen));
    arguments.addAll(List.of(more));
    answer(arguments.toArray(String[]::new));
    return this;
  }

  /** Starts the node without a drive. */
  ProcessHandle serve() throws IOException {
    done("serve", "--background");
    return remembered();
  }

  /** Starts the node with the drive on the folder. */
  ProcessHandle mount(Path mountPoint) throws IOException {
    done("mount", mountPoint.toString());
    return remembered();
  }

  /** Starts the node by a command that returns once it serves, behind another program. */
  ProcessHandle begun(List<String> program, String... arguments) throws IOException {
    CliRun run = kithBehind(program, arguments);
    assertEquals(0, run.code(), run::toString);
    return remembered();
  }

  /** The node's process, so that it is ended however the test goes. */
  private ProcessHandle remembered() throws IOException {
    var said = PROCESS.matcher(answer("status", "--json"));
    if (!said.find()) {
      throw new IOException("status names no process");
    }
    var node = ProcessHandle.of(Long.parseLong(said.group(1))).orElseThrow();
    nodes.add(node);
    return node;
  }

  /** Ends a process as a crash does; returns when it is gone. */
  static void kill(ProcessHandle process) {
    process.destroyForcibly();
    process.onExit().orTimeout(SECONDS, TimeUnit.SECONDS).join();
  }

  /** What the node has logged so far. */
  String log() throws IOException {
    return Files.readString(home().resolve("log/kith.log"));
  }

  @Override
  public void close() throws IOException {
    for (ProcessHandle node : nodes) {
      kill(node);
    }
    nodes.clear();
    Shell.run(
        "awk '{print $2}' /proc/self/mounts | { grep -F '"
            + folder
            + "/' || true; } | xargs -r -n 1 fusermount3 -uzq");
  }
}
