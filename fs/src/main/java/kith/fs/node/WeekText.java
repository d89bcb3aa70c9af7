package kith.fs.node;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import kith.peer.WeekSchedule;

/**
 * Hours of the week as people write them: {@code always}, or {@code mon-fri 18-24, sat 0-12}; UTC,
 * each range without its end.
 */
final class WeekText {
  private static final List<String> DAYS = List.of("mon", "tue", "wed", "thu", "fri", "sat", "sun");
  private static final int DAY = 24;
  private static final Pattern PART =
      Pattern.compile("([a-z]{3})(?:-([a-z]{3}))? (\\d{1,2})-(\\d{1,2})");

  private WeekText() {}

  /**
   * @throws IllegalArgumentException saying what hours look like
   */
  static WeekSchedule parse(String text) {
    String lower = text.strip().toLowerCase(Locale.ROOT);
    if (lower.equals("always")) {
      return WeekSchedule.always();
    }
    byte[] bits = new byte[WeekSchedule.SIZE];
    Arrays.stream(lower.split(",", -1)).forEach(part -> add(bits, part.strip(), text));
    return new WeekSchedule(bits);
  }

  private static void add(byte[] bits, String part, String text) {
    Matcher match = PART.matcher(part);
    if (!match.matches()) {
      throw wrong(text);
    }
    int first = DAYS.indexOf(match.group(1));
    int last = match.group(2) == null ? first : DAYS.indexOf(match.group(2));
    int from = Integer.parseInt(match.group(3));
    int to = Integer.parseInt(match.group(4));
    if (first < 0 || last < first || from >= to || to > DAY) {
      throw wrong(text);
    }
    for (int day = first; day <= last; day++) {
      for (int hour = day * DAY + from; hour < day * DAY + to; hour++) {
        bits[hour / 8] |= (byte) (1 << hour % 8);
      }
    }
  }

  private static IllegalArgumentException wrong(String text) {
    return new IllegalArgumentException(
        "'" + text + "' are no hours of the week: write always, or mon-fri 18-24, sat 0-12 (UTC)");
  }
}
