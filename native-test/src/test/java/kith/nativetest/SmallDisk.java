package kith.nativetest;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;

/** A small filesystem in memory that others can fill to the last byte. Needs root, to mount it. */
final class SmallDisk implements AutoCloseable {
  private static final Pattern SPACE = Pattern.compile(" ");

  private final Path folder;

  /**
   * Mounts it.
   *
   * @param folder is made
   * @param size in MiB
   */
  SmallDisk(Path folder, int size) throws IOException {
    this.folder = Files.createDirectory(folder);
    Shell.run("mount -t tmpfs -o size=" + size + "m kith-test '" + folder + "'");
  }

  Path folder() {
    return folder;
  }

  /** Moves a folder here and leaves a link where it was. */
  void take(Path directory) throws IOException {
    Path here = folder.resolve(directory.getFileName());
    if (Files.exists(directory)) {
      Shell.run("mv '" + directory + "' '" + here + "'");
    } else {
      Files.createDirectory(here);
    }
    Files.createSymbolicLink(directory, here);
  }

  /**
   * The same with several.
   *
   * @param names of folders in the directory, between spaces
   */
  void take(Path directory, String names) throws IOException {
    for (String name : SPACE.splitAsStream(names).toList()) {
      take(directory.resolve(name));
    }
  }

  /** Others take all that is left, besides what they have already. */
  void fill() throws IOException {
    Shell.run(
        "cat /dev/zero >> '%s/ballast' 2> /dev/null || true; test %s = 0"
            .formatted(folder, "$(df --output=avail '" + folder + "' | tail -1)"));
  }

  /** They give it back. */
  void giveBack() throws IOException {
    Files.delete(folder.resolve("ballast"));
  }

  /** Bytes that are free. */
  long free() throws IOException {
    return Long.parseLong(Shell.run("df --output=avail -B1 '" + folder + "' | tail -1").strip());
  }

  @Override
  public void close() throws IOException {
    Shell.run("umount -l '" + folder + "'");
  }
}
