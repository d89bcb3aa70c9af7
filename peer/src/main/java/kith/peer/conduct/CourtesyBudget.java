package kith.peer.conduct;

import java.time.Duration;

/**
 * What an owner may read back a day outside repair and restores: it grows steadily, to a day's
 * worth. Kept as what is used and not grown back yet. A clock that goes back gives nothing, one
 * that jumps ahead no more than a day's worth. Immutable.
 *
 * @param used bytes
 * @param at until when it has grown back, in ms since 1970
 */
public record CourtesyBudget(long used, long at) {
  /** Stands for no limit. */
  public static final long UNLIMITED = Long.MAX_VALUE;

  /** So much a day at least, that small drives work: a few packs, in bytes. */
  public static final long LEAST = 32L << 20;

  /** Nothing is used. */
  public static final CourtesyBudget NEW = new CourtesyBudget(0, 0);

  private static final long DAY = Duration.ofDays(1).toMillis();

  /** It grows in steps, so that what is lost by rounding is little. */
  private static final long SETTLED = 1000;

  /**
   * Bytes a day.
   *
   * @param perMille of what is held; less than 0 for no limit
   * @param held bytes
   * @param least bytes
   */
  public static long perDay(int perMille, long held, long least) {
    return perMille < 0 ? UNLIMITED : Math.max(least, held / 1000 * perMille);
  }

  /** As of a later moment. */
  public CourtesyBudget grown(long now, long perDay) {
    long elapsed = now - at;
    if (used > 0 && elapsed >= 0 && elapsed < SETTLED) {
      return this;
    }
    if (used == 0 || elapsed <= 0 || elapsed >= DAY || perDay == UNLIMITED) {
      return new CourtesyBudget(elapsed >= DAY || perDay == UNLIMITED ? 0 : used, now);
    }
    double rate = (double) perDay / DAY;
    long back = Math.min(used, (long) (elapsed * rate));
    // What was too little for a byte is not lost; a millisecond of the time is.
    return new CourtesyBudget(used - back, used == back ? now : at + (long) (back / rate));
  }

  /**
   * How long until so many bytes may be read, in ms; 0 if they may now.
   *
   * @param bytes more than a day's worth counts as a day's worth
   */
  public long waitFor(long bytes, long perDay) {
    if (perDay == UNLIMITED) {
      return 0;
    }
    long over = used + Math.min(bytes, perDay) - perDay;
    return over <= 0 ? 0 : (long) Math.ceil((double) over * DAY / perDay);
  }

  /** With so many bytes read; with fewer than 0, that many were not read after all. */
  public CourtesyBudget with(long bytes) {
    return new CourtesyBudget(Math.max(0, used + bytes), at);
  }
}
