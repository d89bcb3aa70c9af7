package kith.fs.fuse;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** What this process's mount namespace holds: /proc/self/mountinfo, proc(5). */
final class MountTable {
  private static final Path MOUNT_INFO = Path.of("/proc/self/mountinfo");
  private static final int DEVICE_FIELD = 2;
  private static final int MOUNT_POINT_FIELD = 4;
  private static final String SEPARATOR = " - ";

  private MountTable() {}

  /**
   * Type of the filesystem mounted last at that place, such as "fuse.kith"; empty if none is.
   *
   * @param mountPoint absolute bytes, without symbolic links
   */
  static Optional<String> typeAt(byte[] mountPoint) throws IOException {
    return typeAt(mountPoint, lines());
  }

  static Optional<String> typeAt(byte[] mountPoint, List<String> lines) {
    return lineAt(mountPoint, lines)
        .map(line -> line.substring(line.indexOf(SEPARATOR) + SEPARATOR.length()).split(" ", 2)[0]);
  }

  /** Major and minor number, such as "0:39", of the filesystem mounted last at that place. */
  static Optional<String> deviceAt(byte[] mountPoint) throws IOException {
    return lineAt(mountPoint, lines()).map(line -> line.split(" ", DEVICE_FIELD + 2)[DEVICE_FIELD]);
  }

  private static List<String> lines() throws IOException {
    // Latin-1 keeps bytes as they are
    return Files.readAllLines(MOUNT_INFO, StandardCharsets.ISO_8859_1);
  }

  private static Optional<String> lineAt(byte[] mountPoint, List<String> lines) {
    Optional<String> last = Optional.empty();
    for (String line : lines) {
      String[] fields = line.split(" ", MOUNT_POINT_FIELD + 2);
      if (line.contains(SEPARATOR)
          && Arrays.equals(unescape(fields[MOUNT_POINT_FIELD]), mountPoint)) {
        last = Optional.of(line);
      }
    }
    return last;
  }

  /** Blank, tab, newline and backslash stand as three octal digits. */
  private static byte[] unescape(String field) {
    var out = new ByteArrayOutputStream();
    for (int i = 0; i < field.length(); i++) {
      if (field.charAt(i) == '\\' && i + 3 < field.length()) {
        out.write(Integer.parseInt(field.substring(i + 1, i + 4), 8));
        i += 3;
      } else {
        out.write(field.charAt(i));
      }
    }
    return out.toByteArray();
  }
}
