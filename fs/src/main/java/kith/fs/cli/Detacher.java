package kith.fs.cli;

import java.io.EOFException;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import kith.codec.CorruptDataException;
import kith.fs.node.ExitCode;
import kith.fs.node.NodeException;
import kith.fs.node.ProgressSink;
import kith.fs.node.StartReport;

/**
 * Starts this program again as a process of its own session, so that it outlives the terminal, and
 * waits until it can be used. That process says how it went on its standard output.
 */
final class Detacher {
  private static final Path SETSID = Path.of("/usr/bin/setsid");
  private static final int TAIL = 2000;
  private static final long END_SECONDS = 30;

  private static final Set<String> SECRETS =
      Set.of(PassphraseOptions.VARIABLE, KitPassphraseOptions.VARIABLE);

  private final Path home;
  private final List<String> command;

  /**
   * @param home absolute; its log folder takes what goes wrong
   * @param arguments of the command line, as for the foreground
   */
  Detacher(Path home, List<String> arguments) {
    this.home = home;
    this.command = new ArrayList<>();
    if (Files.isExecutable(SETSID)) {
      command.add(SETSID.toString());
    }
    command.addAll(self());
    command.addAll(List.of("--home", home.toString()));
    command.addAll(arguments);
  }

  /** By bin/kith, which stands beside lib/kith.jar; else by this JVM with this class path. */
  private static List<String> self() {
    var jar = Path.of(firstOnClassPath());
    var launcher =
        System.getProperty("kith.launcher") == null
            ? jar.toAbsolutePath().resolveSibling("../bin/kith").normalize()
            : Path.of(System.getProperty("kith.launcher"));
    if (Files.isExecutable(launcher)) {
      return List.of(launcher.toString());
    }
    return List.of(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "-cp",
        System.getProperty("java.class.path"),
        Main.class.getName());
  }

  private static String firstOnClassPath() {
    String all = System.getProperty("java.class.path");
    int end = all.indexOf(File.pathSeparatorChar);
    return end < 0 ? all : all.substring(0, end);
  }

  /**
   * Returns the process id once it is ready.
   *
   * @param input what it reads from its standard input
   * @throws NodeException with the other process' failure
   */
  long start(String input, ProgressSink progress) throws Exception {
    var raw = LogFiles.folder(home).resolve(LogFiles.RAW).toFile();
    var builder =
        new ProcessBuilder(command)
            .directory(new File("/"))
            .redirectError(ProcessBuilder.Redirect.to(raw));
    // What it needs it is given; these open the root secret, and would stay for as long as it runs.
    builder.environment().keySet().removeAll(SECRETS);
    var process = builder.start();
    var stop = new Thread(process::destroy, "kith-stop-start");
    Runtime.getRuntime().addShutdownHook(stop);
    try {
      try (var stdin = process.getOutputStream()) {
        stdin.write(input.getBytes(StandardCharsets.UTF_8));
      }
      StartReport.await(process.getInputStream(), progress);
      return process.pid();
    } catch (EOFException | CorruptDataException e) {
      throw died(process, raw.toPath(), e);
    } finally {
      Runtime.getRuntime().removeShutdownHook(stop);
    }
  }

  private static NodeException died(Process process, Path raw, Exception cause)
      throws IOException, InterruptedException {
    boolean ended = process.waitFor(END_SECONDS, TimeUnit.SECONDS);
    if (!ended) {
      process.destroyForcibly();
    }
    String said = Files.readString(raw, StandardCharsets.ISO_8859_1).strip();
    String tail = said.substring(Math.max(0, said.length() - TAIL));
    return new NodeException(
        ended ? ExitCode.of(process.exitValue()) : ExitCode.ERROR,
        "the background process ended"
            + (ended ? " with exit code " + process.exitValue() : " badly")
            + " before it was ready; see "
            + raw.resolveSibling(LogFiles.LOG)
            + (tail.isEmpty() ? "" : "\n" + tail),
        cause);
  }
}
