package kith.fs;

import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * A partner's name on the page, in characters that every printer and every standard font of PDF
 * has: ASCII and the upper half of Latin 1. Others are written {@code \}{@code u{1F600}}, and so is
 * a backslash that would be taken for such a mark.
 */
final class KitName {
  private static final Pattern MARK =
      Pattern.compile("\\\\u\\{([0-9a-f]{1,6})\\}", Pattern.CASE_INSENSITIVE);
  private static final Pattern LIKE_A_MARK = Pattern.compile("\\\\u\\{", Pattern.CASE_INSENSITIVE);

  private KitName() {}

  static String escape(String name) {
    String unmistakable =
        LIKE_A_MARK.matcher(name).replaceAll(found -> "\\\\u{5C}" + found.group().substring(1));
    var text = new StringBuilder();
    unmistakable
        .codePoints()
        .forEach(
            point -> {
              if (isPlain(point)) {
                text.appendCodePoint(point);
              } else {
                text.append(String.format("\\u{%X}", point));
              }
            });
    return text.toString();
  }

  static String read(String text) {
    return MARK.matcher(text)
        .replaceAll(found -> java.util.regex.Matcher.quoteReplacement(character(found)));
  }

  private static String character(MatchResult mark) {
    int point = Integer.parseInt(mark.group(1), 16);
    return Character.isValidCodePoint(point) ? Character.toString(point) : mark.group();
  }

  /** Without the no-break space and the soft hyphen, which are not seen. */
  private static boolean isPlain(int point) {
    boolean ascii = point >= ' ' && point <= '~';
    return ascii || (point > 0xa0 && point <= 0xff && point != 0xad);
  }
}
