package kith.peer.choice;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Schedules as people write and read them. Stateless. */
final class ScheduleText {
  private static final List<String> DAYS = List.of("mon", "tue", "wed", "thu", "fri", "sat", "sun");
  private static final int DAY = 24;
  private static final int MAX_LENGTH = 2000;
  private static final String TIME = "(\\d{1,2})(?::([0-5]\\d))?";
  private static final Pattern SPAN =
      Pattern.compile(
          "(?:([a-z]{2,3})(?: ?- ?([a-z]{2,3}))?)?(?:(?:^|(?<=[a-z]) )"
              + TIME
              + " ?- ?"
              + TIME
              + ")?");

  private ScheduleText() {}

  static BitSet parse(String text) {
    if (text.length() > MAX_LENGTH) {
      throw new IllegalArgumentException(
          "a schedule of more than " + MAX_LENGTH + " characters is none");
    }
    String plain = text.strip().toLowerCase(Locale.ROOT).replaceAll("\\s+", " ");
    BitSet hours = new BitSet(Schedule.HOURS);
    if (plain.equals("always")) {
      hours.set(0, Schedule.HOURS);
    } else if (!plain.equals("never")) {
      for (String span : plain.split(",", -1)) {
        add(hours, span.strip());
      }
    }
    return hours;
  }

  private static void add(BitSet hours, String span) {
    Matcher match = SPAN.matcher(span);
    if (span.isEmpty() || !match.matches()) {
      throw wrong(span);
    }
    int first = match.group(1) == null ? 0 : day(match.group(1), span);
    int last =
        match.group(1) == null ? 6 : match.group(2) == null ? first : day(match.group(2), span);
    int from = match.group(3) == null ? 0 : hour(match.group(3), match.group(4), span);
    int to = match.group(3) == null ? DAY : hour(match.group(5), match.group(6), span);
    if (from == DAY) {
      throw wrong(span);
    }
    int days = Math.floorMod(last - first, DAYS.size()) + 1;
    int length = to > from ? to - from : to + DAY - from;
    for (int day = first; day < first + days; day++) {
      for (int hour = from; hour < from + length; hour++) {
        hours.set((day * DAY + hour) % Schedule.HOURS);
      }
    }
  }

  private static int day(String name, String span) {
    for (int day = 0; day < DAYS.size(); day++) {
      if (DAYS.get(day).equals(name) || DAYS.get(day).substring(0, 2).equals(name)) {
        return day;
      }
    }
    throw wrong(span);
  }

  /**
   * @param minutes null if they weren't written
   */
  private static int hour(String digits, String minutes, String span) {
    int hour = Integer.parseInt(digits);
    if (hour > DAY) {
      throw wrong(span);
    }
    if (minutes != null && !minutes.equals("00")) {
      throw new IllegalArgumentException(
          "'" + span + "' has minutes, and a schedule has whole hours: write " + hour + ":00");
    }
    return hour;
  }

  private static IllegalArgumentException wrong(String span) {
    return new IllegalArgumentException(
        "'"
            + span
            + "' is no part of a schedule: write always, or spans of days and whole hours such as"
            + " 'mon-fri 18-24, sat-sun 0-24' or 'mo-fr 22:00-06:00'");
  }

  /** Neighbouring days with the same hours together. */
  static String show(Schedule schedule) {
    if (schedule.size() == Schedule.HOURS) {
      return "always";
    }
    if (schedule.size() == 0) {
      return "never";
    }
    List<String> spans = new ArrayList<>();
    for (int day = 0; day < DAYS.size(); ) {
      int end = day + 1;
      while (end < DAYS.size() && hours(schedule, end).equals(hours(schedule, day))) {
        end++;
      }
      String days = DAYS.get(day) + (end > day + 1 ? "-" + DAYS.get(end - 1) : "");
      hours(schedule, day).forEach(span -> spans.add(days + " " + span));
      day = end;
    }
    return String.join(", ", spans);
  }

  private static List<String> hours(Schedule schedule, int day) {
    List<String> spans = new ArrayList<>();
    for (int hour = 0; hour < DAY; ) {
      int end = hour;
      while (end < DAY && schedule.contains(day * DAY + end)) {
        end++;
      }
      if (end > hour) {
        spans.add(hour + "-" + end);
      }
      hour = Math.max(end, hour + 1);
    }
    return spans;
  }
}
