package kith.fs.node;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import kith.fs.DriveException;
import kith.fs.FileName;

/**
 * Names of snapshots as they are printed and typed: UTF-8, and {@code \xNN} for bytes that are
 * none, for control characters and for the backslash. What is printed can be typed.
 */
final class SnapshotName {
  private static final Pattern BYTE = Pattern.compile("\\\\x([0-9a-fA-F]{2})");

  private SnapshotName() {}

  /** The name as it is printed. */
  static String show(FileName name) {
    return show(name.toBytes());
  }

  /** The same for a path. */
  static String show(byte[] bytes) {
    StringBuilder text = new StringBuilder();
    ByteBuffer in = ByteBuffer.wrap(bytes);
    CharsetDecoder utf8 = StandardCharsets.UTF_8.newDecoder();
    CharBuffer out = CharBuffer.allocate(in.remaining());
    while (in.hasRemaining()) {
      CoderResult result = utf8.decode(in, out, true);
      out.flip().chars().forEach(c -> show(text, (char) c));
      out.clear();
      for (int bad = result.isUnderflow() ? in.remaining() : result.length(); bad > 0; bad--) {
        escape(text, in.get() & 0xff);
      }
      utf8.reset();
    }
    return text.toString();
  }

  private static void show(StringBuilder text, char c) {
    if (c == '\\' || c < ' ' || c == 0x7f) {
      escape(text, c);
    } else {
      text.append(c);
    }
  }

  private static void escape(StringBuilder text, int b) {
    text.append(String.format("\\x%02x", b));
  }

  /** The name that was typed. */
  static FileName parse(String typed) throws DriveException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    Matcher escaped = BYTE.matcher(typed);
    int from = 0;
    while (escaped.find()) {
      bytes.writeBytes(typed.substring(from, escaped.start()).getBytes(StandardCharsets.UTF_8));
      bytes.write(Integer.parseInt(escaped.group(1), 16));
      from = escaped.end();
    }
    bytes.writeBytes(typed.substring(from).getBytes(StandardCharsets.UTF_8));
    return FileName.of(bytes.toByteArray());
  }
}
