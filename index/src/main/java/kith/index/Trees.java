package kith.index;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;

/** Small directory trees on disk as wholes. */
final class Trees {
  private Trees() {}

  /** Forces every file and directory of a tree to disk, the root among them. */
  static void force(Path root) throws IOException {
    try (Stream<Path> all = Files.walk(root)) {
      for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
        forceDirectory(path);
      }
    }
  }

  /** Forces a directory's entries, or a file's bytes, to disk. */
  static void forceDirectory(Path path) throws IOException {
    new RealDisk().forceDirectory(path);
  }

  /** Removes a tree; no error if there is none. */
  static void delete(Path root) throws IOException {
    if (!Files.exists(root)) {
      return;
    }
    try (Stream<Path> all = Files.walk(root)) {
      for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }
}
