package kith.fs.node;

import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.zone.ZoneOffsetTransition;
import java.util.Locale;
import kith.peer.choice.Schedule;

/**
 * The hours of the week in which the node ships, as clocks on its wall show them: an hour that a
 * change of the clocks leaves out is none, one that comes twice counts twice. As a {@link Schedule}
 * is written: {@code mo-fr 22:00-06:00, sa-su 00:00-24:00}. Immutable.
 */
public final class Hours {
  /** No limit. */
  public static final Hours ALWAYS = new Hours("always", Schedule.ALWAYS);

  private static final int SECONDS = 3600;

  /** Hours of a week, and the changes of clocks within one, more than any zone has. */
  private static final int MOST_STEPS = Schedule.HOURS + 32;

  private final String text;
  private final Schedule week;

  private Hours(String text, Schedule week) {
    this.text = text;
    this.week = week;
  }

  /**
   * @throws IllegalArgumentException saying what can't be understood, or that there is no hour
   */
  public static Hours parse(String text) {
    Schedule week = Schedule.parse(text);
    if (week.size() == 0) {
      throw new IllegalArgumentException(
          "'" + text + "' has no hour at all: to ship nothing, 'kith pause'");
    }
    if (week.equals(Schedule.ALWAYS)) {
      return ALWAYS;
    }
    return new Hours(text.strip().toLowerCase(Locale.ROOT).replaceAll("\\s+", " "), week);
  }

  /** Whether that moment is in them. */
  boolean contains(Instant time, ZoneId zone) {
    ZonedDateTime local = time.atZone(zone);
    return week.contains((local.getDayOfWeek().getValue() - 1) * 24 + local.getHour());
  }

  /**
   * When they begin next: that moment itself if it is in them. In a week in which clocks leave out
   * the only hour, it is found in a later one.
   */
  Instant next(Instant from, ZoneId zone) {
    Instant time = from;
    for (int week = 0; week < 3; week++) {
      for (int step = 0; step < MOST_STEPS; step++) {
        if (contains(time, zone)) {
          return time;
        }
        time = hourAfter(time, zone);
      }
    }
    throw new IllegalStateException(this + " never come in " + zone);
  }

  /** When the clocks show another hour for the first time. */
  private static Instant hourAfter(Instant time, ZoneId zone) {
    ZoneOffset offset = zone.getRules().getOffset(time);
    long local = time.getEpochSecond() + offset.getTotalSeconds();
    long full = (Math.floorDiv(local, SECONDS) + 1) * SECONDS;
    Instant next = Instant.ofEpochSecond(full - offset.getTotalSeconds());
    ZoneOffsetTransition change = zone.getRules().nextTransition(time);
    return change != null && change.getInstant().isBefore(next) ? change.getInstant() : next;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Hours that && text.equals(that.text);
  }

  @Override
  public int hashCode() {
    return text.hashCode();
  }

  /** As it was typed, in small letters. */
  @Override
  public String toString() {
    return text;
  }
}
