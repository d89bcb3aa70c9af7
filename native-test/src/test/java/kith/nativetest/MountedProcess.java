package kith.nativetest;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import kith.fs.fuse.MountOptions;

/**
 * A process of its own that has a filesystem mounted, so that a filesystem that hangs cannot hang
 * the tests: it is killed when its time is over, and who waits for it gets ENOTCONN.
 */
final class MountedProcess implements AutoCloseable {
  private static final int START_SECONDS = 60;
  private static final int LIFE_SECONDS = 600;
  private static final int END_SECONDS = 60;

  private final Process process;
  private final Path mountPoint;
  private final Path errors;

  private MountedProcess(Process process, Path mountPoint, Path errors) {
    this.process = process;
    this.mountPoint = mountPoint;
    this.errors = errors;
  }

  /** Mounts what the source makes, and returns when it is mounted. */
  static MountedProcess start(
      MountOptions.Binding binding,
      Class<? extends FileSystemSource> source,
      Path mountPoint,
      String argument)
      throws IOException {
    Path errors = Files.createTempFile("kith-mount", ".log");
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-Xmx1g",
                "-cp",
                System.getProperty("java.class.path"),
                "-Dkith.binding=" + binding,
                MountMain.class.getName(),
                source.getName(),
                mountPoint.toString(),
                argument)
            .redirectError(errors.toFile())
            .start();
    var mounted = new MountedProcess(process, mountPoint, errors);
    try {
      mounted.awaitMounted();
    } catch (IOException e) {
      mounted.kill();
      throw e;
    }
    CompletableFuture<Process> end = process.onExit();
    end.orTimeout(LIFE_SECONDS, TimeUnit.SECONDS)
        .exceptionally(
            late -> {
              process.destroyForcibly();
              return process;
            });
    return mounted;
  }

  private void awaitMounted() throws IOException {
    var line =
        CompletableFuture.supplyAsync(
            () -> {
              try {
                return new BufferedReader(
                        new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))
                    .readLine();
              } catch (IOException e) {
                return e.toString();
              }
            });
    String said;
    try {
      said = line.get(START_SECONDS, TimeUnit.SECONDS);
    } catch (Exception e) {
      throw new IOException("not mounted: " + output(), e);
    }
    if (!"mounted".equals(said)) {
      throw new IOException("not mounted: " + said + "\n" + output());
    }
  }

  Path mountPoint() {
    return mountPoint;
  }

  /** What the process has written to standard error: its log. */
  String output() throws IOException {
    return Files.readString(errors);
  }

  /** Ends the process as a crash does; the mount stays, dead. */
  void kill() {
    process.destroyForcibly().onExit().join();
  }

  /**
   * Unmounts.
   *
   * @throws IOException if the process fails or takes too long; then it is killed and its mount
   *     taken away
   */
  @Override
  public void close() throws IOException {
    process.getOutputStream().close();
    try {
      int status = process.onExit().get(END_SECONDS, TimeUnit.SECONDS).exitValue();
      if (status != 0) {
        throw new IOException("the mount ended with status " + status + ": " + output());
      }
    } catch (TimeoutException e) {
      throw new IOException("the mount does not end: " + output(), e);
    } catch (InterruptedException | java.util.concurrent.ExecutionException e) {
      throw new IOException(e);
    } finally {
      kill();
      Shell.status(List.of("fusermount3", "-uzq", mountPoint.toString()));
      Files.deleteIfExists(errors);
    }
  }
}
