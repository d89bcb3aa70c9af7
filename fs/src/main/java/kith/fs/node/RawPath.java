package kith.fs.node;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import kith.fs.FileName;

/** Takes paths apart that need not be text. */
final class RawPath {
  private RawPath() {}

  /** What follows the last slash, but for one at the end. */
  static byte[] last(byte[] path) {
    int end = path.length;
    while (end > 0 && path[end - 1] == '/') {
      end--;
    }
    int begin = end;
    while (begin > 0 && path[begin - 1] != '/') {
      begin--;
    }
    return Arrays.copyOfRange(path, begin, end);
  }

  /** Its names; those that mean the same folder are left out. */
  static List<FileName> names(byte[] path) throws IOException {
    List<FileName> names = new ArrayList<>();
    var name = new ByteArrayOutputStream();
    for (int at = 0; at <= path.length; at++) {
      if (at < path.length && path[at] != '/') {
        name.write(path[at]);
        continue;
      }
      byte[] bytes = name.toByteArray();
      if (bytes.length > 0 && !Arrays.equals(bytes, new byte[] {'.'})) {
        names.add(FileName.of(bytes));
      }
      name.reset();
    }
    return names;
  }
}
