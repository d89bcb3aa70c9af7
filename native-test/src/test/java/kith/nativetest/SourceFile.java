package kith.nativetest;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/** A Java source, and what of it is code: comments and literals are blank there. */
final class SourceFile {
  private static final Pattern NO_CODE =
      Pattern.compile(
          "//[^\\n]*"
              + "|/\\*.*?\\*/"
              + "|\"\"\"(?:[^\"\\\\]++|\\\\.|\"(?!\"\"))*+\"\"\""
              + "|\"(?:[^\"\\\\\\n]++|\\\\.)*+\""
              + "|'(?:[^'\\\\\\n]|\\\\[^\\n])[^'\\n]*'",
          Pattern.DOTALL);

  private final String name;
  private final String text;
  private final String code;
  private final int[] ends;
  private final BitSet inTextBlocks = new BitSet();

  /**
   * @param name by which failures call it
   */
  SourceFile(String name, String text) {
    this.name = name;
    this.text = text;
    this.ends = IntStream.range(0, text.length()).filter(i -> text.charAt(i) == '\n').toArray();
    var blank = new StringBuilder(text);
    Matcher hidden = NO_CODE.matcher(text);
    while (hidden.find()) {
      for (int i = hidden.start(); i < hidden.end(); i++) {
        blank.setCharAt(i, text.charAt(i) == '\n' ? '\n' : ' ');
      }
      if (hidden.group().startsWith("\"\"\"")) {
        inTextBlocks.set(line(hidden.start()), line(hidden.end()) + 1);
      }
    }
    this.code = blank.toString();
  }

  static SourceFile read(Path root, Path file) throws IOException {
    return new SourceFile(root.relativize(file).toString(), Files.readString(file));
  }

  String name() {
    return name;
  }

  List<String> lines() {
    return text.lines().toList();
  }

  /** As long as the text, with line ends where it has them. */
  String code() {
    return code;
  }

  /** The line, counted from 1, of a position in the text. */
  int line(int position) {
    int found = Arrays.binarySearch(ends, position);
    return 1 + (found < 0 ? -found - 1 : found);
  }

  /** Whether a line, counted from 1, is part of a text block. */
  boolean inTextBlock(int line) {
    return inTextBlocks.get(line);
  }
}
