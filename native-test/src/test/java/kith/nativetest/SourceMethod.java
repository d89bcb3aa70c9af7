package kith.nativetest;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A method, constructor or initialiser with a body, as a reader of braces finds it.
 *
 * @param name of the file and of the method, with # between them; a constructor's is its type's
 * @param length in lines, from its first without annotations to its closing brace
 */
record SourceMethod(String name, int length) {
  private enum Kind {
    TYPE,
    METHOD,
    OTHER
  }

  /** A brace that is open: what it belongs to, and where that begins. */
  private record Open(Kind kind, String name, int line) {}

  private static final Pattern BEFORE =
      Pattern.compile("(?:[\\s)]|@(?!interface\\b)[\\w.]+(?:\\([^)]*\\))?)+");
  private static final Pattern TYPE =
      Pattern.compile("(?:^|[\\s@])(?:class|interface|enum|record)\\s+\\w+");
  private static final Pattern ANONYMOUS =
      Pattern.compile(
          "^(?!(?:if|for|while|switch|try|synchronized)\\b).*\\bnew\\s+[\\w.<>, ?]+\\(.*\\)$",
          Pattern.DOTALL);
  private static final Pattern CONSTANT =
      Pattern.compile("^,?\\s*[A-Z][A-Z0-9_]*\\s*(?:\\(.*\\))?$", Pattern.DOTALL);
  private static final Pattern NAME = Pattern.compile("(\\w+)\\s*(?:\\(|$)");

  static List<SourceMethod> in(SourceFile file) {
    List<SourceMethod> found = new ArrayList<>();
    Deque<Open> open = new ArrayDeque<>();
    int begin = 0;
    for (int i = 0; i < file.code().length(); i++) {
      switch (file.code().charAt(i)) {
        case '{' -> {
          open.push(opened(file, begin, i, open.peek()));
          begin = i + 1;
        }
        case '}' -> {
          Open closed = open.pop();
          if (closed.kind == Kind.METHOD) {
            int length = file.line(i) - closed.line + 1;
            found.add(new SourceMethod(file.name() + "#" + closed.name, length));
          }
          begin = i + 1;
        }
        case ';' -> begin = i + 1;
        default -> {}
      }
    }
    return found;
  }

  private static Open opened(SourceFile file, int begin, int end, Open around) {
    Matcher before = BEFORE.matcher(file.code()).region(begin, end);
    int start = before.lookingAt() ? before.end() : begin;
    String header = file.code().substring(start, end).strip();
    Matcher name = NAME.matcher(header);
    return new Open(kind(header, around), name.find() ? name.group(1) : "", file.line(start));
  }

  private static Kind kind(String header, Open around) {
    if (TYPE.matcher(header).find() || ANONYMOUS.matcher(header).find()) {
      return Kind.TYPE;
    }
    if (around == null || around.kind != Kind.TYPE || header.contains("->")) {
      return Kind.OTHER;
    }
    if (CONSTANT.matcher(header).matches()) {
      return Kind.TYPE;
    }
    return header.contains("=") ? Kind.OTHER : Kind.METHOD;
  }
}
