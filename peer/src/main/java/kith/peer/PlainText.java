package kith.peer;

/** Texts that come from anybody and are shown to people. */
public final class PlainText {
  /** Controls and format characters, such as marks of direction, and what ends a line. */
  private static final String STEERING = "[\\p{C}\\u2028\\u2029]";

  private PlainText() {}

  /** Whether it may be shown as it is. */
  public static boolean is(String text) {
    return text.equals(of(text));
  }

  /** The text with question marks in place of what steers a terminal. */
  public static String of(String text) {
    return text.replaceAll(STEERING, "?");
  }

  /** At most the first {@code most} chars, never half of a character. */
  static String cut(String text, int most) {
    int end = Math.min(most, text.length());
    boolean half = end > 0 && Character.isHighSurrogate(text.charAt(end - 1));
    return text.substring(0, half ? end - 1 : end);
  }
}
