package kith.nativetest;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Runs programs and waits for them, within a bound. */
final class Shell {
  private static final int SECONDS = 120;

  private Shell() {}

  /** What the script writes, to either stream, as UTF-8. Fails if the script does. */
  static String run(String script) throws IOException {
    Process process = start(List.of("bash", "-euo", "pipefail", "-c", script));
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    int status = await(process);
    if (status != 0) {
      throw new IOException("status " + status + " of: " + script + "\n" + output);
    }
    return output;
  }

  /** The exit status of a program. */
  static int status(List<String> command) throws IOException {
    Process process = start(command);
    process.getInputStream().readAllBytes();
    return await(process);
  }

  private static Process start(List<String> command) throws IOException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    process
        .onExit()
        .orTimeout(SECONDS, TimeUnit.SECONDS)
        .exceptionally(late -> process.destroyForcibly());
    return process;
  }

  private static int await(Process process) throws IOException {
    try {
      return process.waitFor();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    }
  }
}
