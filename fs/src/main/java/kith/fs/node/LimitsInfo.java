package kith.fs.node;

import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;

/**
 * What the node may take now, as {@code kith limit} shows it.
 *
 * @param cpuPercent of one processor; null for no limit
 * @param uploadRate to partners; null for no limit
 * @param downloadRate from partners; null for no limit
 * @param hours of the week in which it ships; null for always
 * @param zone of the hours; null for always
 * @param pausedUntil null if it is not paused; {@link #RESUMED} for until it is resumed
 * @param outsideHours whether it is the hours that the pause waits for
 * @param resumedUntil until when it goes on although it is outside the hours; null if it doesn't
 */
public record LimitsInfo(
    Integer cpuPercent,
    Rate uploadRate,
    Rate downloadRate,
    Hours hours,
    ZoneId zone,
    Instant pausedUntil,
    boolean outsideHours,
    Instant resumedUntil) {
  /** Stands for a pause without an end. */
  public static final Instant RESUMED = Instant.parse("9999-12-31T23:59:59Z");

  /** Nothing is limited. */
  public static final LimitsInfo NONE =
      new LimitsInfo(null, null, null, null, null, null, false, null);

  /** The end of the pause, in words; where there are hours, in their zone. */
  public String until() {
    if (RESUMED.equals(pausedUntil)) {
      return "until 'kith resume'";
    }
    return "until " + show(pausedUntil) + (outsideHours ? ", outside the hours" : "");
  }

  /**
   * @param time in the zone of the hours, to the second
   */
  public String show(Instant time) {
    return DateTimeFormatter.ISO_OFFSET_DATE_TIME.format(
        time.truncatedTo(ChronoUnit.SECONDS).atZone(zone == null ? ZoneOffset.UTC : zone));
  }

  /**
   * What to change; null for what stays.
   *
   * @param cpuPercent 0 for no limit
   */
  public record Change(Integer cpuPercent, Rate uploadRate, Rate downloadRate, Hours hours) {
    public Change {
      NodeConfig.require(
          cpuPercent == null || (cpuPercent >= 0 && cpuPercent <= NodeConfig.Limits.MAX_PERCENT),
          "a share of the processors is a percentage of one of them, from 1 to "
              + NodeConfig.Limits.MAX_PERCENT
              + ", or none");
    }
  }
}
