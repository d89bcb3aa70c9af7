package kith.fs.node;

import java.time.Instant;

/**
 * What the node may take now, as {@code kith limit} shows it.
 *
 * @param cpuPercent of one processor; null for no limit
 * @param uploadRate to partners; null for no limit
 * @param downloadRate from partners; null for no limit
 * @param pausedUntil null if it is not paused; {@link #RESUMED} for until it is resumed
 */
public record LimitsInfo(
    Integer cpuPercent, Rate uploadRate, Rate downloadRate, Instant pausedUntil) {
  /** Stands for a pause without an end. */
  public static final Instant RESUMED = Instant.parse("9999-12-31T23:59:59Z");

  /** Nothing is limited. */
  public static final LimitsInfo NONE = new LimitsInfo(null, null, null, null);

  /** The same with what a change says. */
  LimitsInfo with(Change change) {
    return new LimitsInfo(
        change.cpuPercent == null ? cpuPercent : change.cpuPercent == 0 ? null : change.cpuPercent,
        changed(uploadRate, change.uploadRate),
        changed(downloadRate, change.downloadRate),
        pausedUntil);
  }

  private static Rate changed(Rate old, Rate given) {
    return given == null ? old : given.equals(Rate.NONE) ? null : given;
  }

  LimitsInfo pausedUntil(Instant until) {
    return new LimitsInfo(cpuPercent, uploadRate, downloadRate, until);
  }

  /** Whether it is paused at that time. */
  boolean isPausedAt(Instant now) {
    return pausedUntil != null && now.isBefore(pausedUntil);
  }

  /** The end of the pause, in words. */
  public static String until(Instant pausedUntil) {
    return pausedUntil.equals(RESUMED) ? "until 'kith resume'" : "until " + pausedUntil;
  }

  /**
   * What to change; null for what stays.
   *
   * @param cpuPercent 0 for no limit
   */
  public record Change(Integer cpuPercent, Rate uploadRate, Rate downloadRate) {
    public Change {
      NodeConfig.require(
          cpuPercent == null || (cpuPercent >= 0 && cpuPercent <= NodeConfig.Limits.MAX_PERCENT),
          "a share of the processors is a percentage of one of them, from 1 to "
              + NodeConfig.Limits.MAX_PERCENT
              + ", or none");
    }
  }
}
