package kith.fs.node;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;

/**
 * What a person limited, as the configuration keeps it. A pause holds whatever the hours are; who
 * resumes outside the hours has the node go on until they begin, from when they hold as before.
 *
 * @param cpuPercent of one processor; null for no limit
 * @param uploadRate to partners; null for no limit
 * @param downloadRate from partners; null for no limit
 * @param hours in which it ships; null for always
 * @param pausedUntil null if nobody paused it; {@link LimitsInfo#RESUMED} for until it is resumed
 * @param resumedUntil until when it goes on outside the hours; null if it doesn't
 */
record LimitSettings(
    Integer cpuPercent,
    Rate uploadRate,
    Rate downloadRate,
    Hours hours,
    Instant pausedUntil,
    Instant resumedUntil) {
  /** Nothing is limited. */
  static final LimitSettings NONE = new LimitSettings(null, null, null, null, null, null);

  /** The same with what a change says; hours that are given hold at once. */
  LimitSettings with(LimitsInfo.Change change) {
    return new LimitSettings(
        change.cpuPercent() == null
            ? cpuPercent
            : change.cpuPercent() == 0 ? null : change.cpuPercent(),
        changed(uploadRate, change.uploadRate(), Rate.NONE),
        changed(downloadRate, change.downloadRate(), Rate.NONE),
        changed(hours, change.hours(), Hours.ALWAYS),
        pausedUntil,
        change.hours() == null ? resumedUntil : null);
  }

  private static <T> T changed(T old, T given, T none) {
    return given == null ? old : given.equals(none) ? null : given;
  }

  /**
   * Paused from now on.
   *
   * @param time for how long; null for until it is resumed
   */
  LimitSettings paused(Instant now, Duration time) {
    Instant end =
        time == null ? LimitsInfo.RESUMED : now.plus(time).truncatedTo(ChronoUnit.SECONDS);
    return with(end, null);
  }

  /** Going on from now on, also outside the hours. */
  LimitSettings resumed(Instant now, ZoneId zone) {
    boolean outside = hours != null && !hours.contains(now, zone);
    return with(null, outside ? hours.next(now, zone) : null);
  }

  /** Without what has come to its end. */
  LimitSettings at(Instant now) {
    return with(
        pausedUntil != null && now.isBefore(pausedUntil) ? pausedUntil : null,
        resumedUntil != null && now.isBefore(resumedUntil) ? resumedUntil : null);
  }

  private LimitSettings with(Instant pausedUntil, Instant resumedUntil) {
    return new LimitSettings(
        cpuPercent, uploadRate, downloadRate, hours, pausedUntil, resumedUntil);
  }

  /** Whether nothing is shipped at that time. */
  boolean isPausedAt(Instant now, ZoneId zone) {
    if (pausedUntil != null && now.isBefore(pausedUntil)) {
      return true;
    }
    boolean goesOn = hours == null || (resumedUntil != null && now.isBefore(resumedUntil));
    return !goesOn && !hours.contains(now, zone);
  }

  /**
   * How it is at that time; a pause that ends outside the hours is said to last until they begin.
   */
  LimitsInfo shownAt(Instant now, ZoneId zone) {
    LimitSettings all = at(now);
    Instant until = null;
    boolean outside = false;
    if (isPausedAt(now, zone)) {
      Instant end = all.pausedUntil == null ? now : all.pausedUntil;
      outside = hours != null && !end.equals(LimitsInfo.RESUMED) && !hours.contains(end, zone);
      until = outside ? hours.next(end, zone) : end;
    }
    return new LimitsInfo(
        cpuPercent,
        uploadRate,
        downloadRate,
        hours,
        hours == null ? null : zone,
        until,
        outside,
        all.resumedUntil);
  }
}
