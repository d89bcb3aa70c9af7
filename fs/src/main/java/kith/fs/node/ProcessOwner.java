package kith.fs.node;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import kith.fs.Caller;

/** Whom this process runs as. */
final class ProcessOwner {
  private ProcessOwner() {}

  static boolean isRoot() throws IOException {
    return caller().uid() == 0;
  }

  static Caller caller() throws IOException {
    Path self = Path.of("/proc/self");
    return new Caller(
        (Integer) Files.getAttribute(self, "unix:uid"),
        (Integer) Files.getAttribute(self, "unix:gid"));
  }
}
