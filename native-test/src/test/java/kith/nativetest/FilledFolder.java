package kith.nativetest;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A folder that may have no room, and copies elsewhere of what it took. */
final class FilledFolder {
  private static final String FILL =
      """
      cd '%s'; n=0
      while [ $n -lt %d ]; do
        head -c 1M /dev/urandom > '%s'/%s$n
        if ! dd if='%s'/%s$n of=%s$n bs=128k conv=fsync status=none 2> '%s'; then
          grep -q 'No space left' '%s'
          break
        fi
        n=$((n+1))
      done
      echo $n
      """;

  private static final String WRITE_AGAIN =
      """
      for i in $(seq 150); do
        dd if=/dev/zero of='%s'/%s bs=64k count=4 conv=fsync status=none 2> '%s' && exit 0
        sleep 0.3
      done
      cat '%s'; exit 1
      """;

  private final Path folder;
  private final Path kept;
  private final Path error;

  /**
   * @param kept for the copies; made if it isn't there
   */
  FilledFolder(Path folder, Path kept) throws IOException {
    this.folder = folder;
    this.kept = Files.createDirectories(kept);
    this.error = kept.resolve("error");
  }

  /**
   * Writes files of 1 MiB, each synced, until one is refused for want of space.
   *
   * @param prefix of their names, a number follows
   * @return how many were taken
   */
  int fill(String prefix, int most) throws IOException {
    String script = FILL.formatted(folder, most, kept, prefix, kept, prefix, prefix, error, error);
    return Integer.parseInt(Shell.run(script).strip());
  }

  /** What was accepted is there, byte by byte. */
  void same(String prefix, int from, int to) throws IOException {
    Shell.run(
        "for i in $(seq %d %d); do cmp '%s'/%s$i '%s'/%s$i; done"
            .formatted(from, to - 1, kept, prefix, folder, prefix));
  }

  /** A write goes through again within a while, by itself. */
  void writesAgain(String name) throws IOException {
    Shell.run(WRITE_AGAIN.formatted(folder, name, error, error));
    Shell.run("cmp -n 262144 /dev/zero '%s'/%s".formatted(folder, name));
  }
}
