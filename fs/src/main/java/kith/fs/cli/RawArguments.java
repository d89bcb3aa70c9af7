package kith.fs.cli;

import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Paths as they were typed, byte for byte: what is no text in this locale is lost in a String. */
final class RawArguments {
  private static final char LOST = '\ufffd';

  private RawArguments() {}

  /** The bytes of an argument of this process. */
  static byte[] bytes(String argument) {
    Charset characters = characters();
    if (argument.indexOf(LOST) >= 0) {
      for (byte[] typed : typed()) {
        String text = new String(typed, characters);
        // Path leaves out what doubles slashes
        if (text.equals(argument) || Path.of(text).toString().equals(argument)) {
          return typed;
        }
      }
    }
    return argument.getBytes(characters);
  }

  /** The same as an absolute path. */
  static byte[] absolute(String argument) {
    byte[] path = bytes(argument);
    if (path.length > 0 && path[0] == '/') {
      return path;
    }
    String folder = System.getProperty("user.dir");
    byte[] start =
        folder.indexOf(LOST) < 0
            ? folder.getBytes(characters())
            : ("/proc/" + ProcessHandle.current().pid() + "/cwd")
                .getBytes(StandardCharsets.US_ASCII);
    byte[] whole = java.util.Arrays.copyOf(start, start.length + 1 + path.length);
    whole[start.length] = '/';
    System.arraycopy(path, 0, whole, start.length + 1, path.length);
    return whole;
  }

  private static Charset characters() {
    return Charset.forName(System.getProperty("sun.jnu.encoding", "UTF-8"));
  }

  private static List<byte[]> typed() {
    List<byte[]> found = new ArrayList<>();
    try {
      byte[] line = Files.readAllBytes(Path.of("/proc/self/cmdline"));
      int begin = 0;
      for (int at = 0; at < line.length; at++) {
        if (line[at] == 0) {
          found.add(java.util.Arrays.copyOfRange(line, begin, at));
          begin = at + 1;
        }
      }
    } catch (IOException e) {
      return List.of(); // then it stays as Java took it
    }
    return found;
  }
}
