package kith.nativetest;

import java.io.IOException;
import java.nio.file.Path;

/** A directory in which checks are made, with the thread that makes them. */
final class PosixWorld implements AutoCloseable {
  private final PosixThread thread;
  private final PosixCalls calls;
  private final String root;
  private int directories;

  PosixWorld(Path root) {
    Posix posix = Posix.load();
    this.thread = new PosixThread(posix);
    this.calls = new PosixCalls(posix, thread);
    this.root = root.toString();
  }

  /** Something that is done in a world. */
  @FunctionalInterface
  interface Act<T> {
    T on(PosixCalls fs);
  }

  /** A call that gives a number, or an error's negative one. */
  @FunctionalInterface
  interface Call {
    long on(PosixCalls fs);
  }

  long result(Call call) {
    return thread.run(() -> call.on(calls));
  }

  <T> T run(Act<T> act) {
    return thread.run(() -> act.on(calls));
  }

  /** Goes to a new directory, where there is nothing. */
  void begin() {
    String directory = root + "/" + directories++;
    run(
        fs -> {
          long made = fs.mkdir(directory, 0755);
          long entered = made < 0 ? made : fs.chdir(directory);
          if (entered < 0) {
            throw new IllegalStateException(directory + ": " + PosixErrors.name(entered));
          }
          return null;
        });
  }

  @Override
  public void close() throws IOException {
    run(fs -> fs.chdir("/"));
    thread.close();
    Shell.run("find '" + root + "' -mindepth 1 -delete");
  }
}
