package kith.fs;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import kith.codec.LineCheck;

/**
 * A line of the kit that carries data: {@code K07 words one two three = 4TZQ}. Number, tag and
 * value are covered by the check code at its end.
 *
 * @param number its place, from 1
 * @param tag what it tells, in lower case
 * @param value the rest
 * @param check the code as printed or typed; empty if there is none
 */
record KitLine(int number, String tag, String value, String check) {
  private static final Pattern FORM =
      Pattern.compile("\\s*[Kk](\\d{2,4})(?:\\s+(\\S+)(.*))?", Pattern.UNICODE_CHARACTER_CLASS);
  private static final Pattern GAP = Pattern.compile("\\s+", Pattern.UNICODE_CHARACTER_CLASS);
  private static final int WIDTH = 64;

  static KitLine of(int number, String tag, String value) {
    var open = new KitLine(number, tag, value, "");
    return new KitLine(number, tag, value, LineCheck.of(open.covered()));
  }

  /** The data in a line of text, if it begins as such a line does; everything else is prose. */
  static Optional<KitLine> read(String text) {
    var match = FORM.matcher(text);
    if (!match.matches()) {
      return Optional.empty();
    }
    String tag = match.group(2) == null ? "" : match.group(2);
    String rest = match.group(3) == null ? "" : match.group(3);
    int sign = rest.lastIndexOf('=');
    String value = sign < 0 ? rest : rest.substring(0, sign);
    String check = sign < 0 ? "" : rest.substring(sign + 1);
    int number = Integer.parseInt(match.group(1));
    String plain = GAP.matcher(value).replaceAll(" ").strip();
    return Optional.of(new KitLine(number, tag.toLowerCase(Locale.ROOT), plain, check.strip()));
  }

  boolean isIntact() {
    return LineCheck.verify(covered(), check);
  }

  /** How the page and messages call it: {@code K07}. */
  String label() {
    return label(number);
  }

  static String label(int number) {
    return String.format(Locale.ROOT, "K%02d", number);
  }

  private String covered() {
    return label() + " " + tag + " " + value;
  }

  /** As short as it can be read. */
  String compact() {
    return covered() + " = " + check;
  }

  @Override
  public String toString() {
    String text = covered();
    return text + " ".repeat(Math.max(1, WIDTH - text.length())) + "= " + check;
  }
}
