package kith.peer;

/**
 * An allowance that grows with time, up to a bound, and may be overdrawn: who has overdrawn it
 * waits until it is paid back. Holds no clock. For one thread at a time.
 */
public final class TokenBucket {
  private static final double NANOS = 1e9;

  private final double burstSeconds;
  private long perSecond;
  private double level;
  private long at;

  /**
   * @param burstSeconds of the allowance that can be saved
   */
  public TokenBucket(double burstSeconds) {
    this.burstSeconds = burstSeconds;
  }

  /**
   * Sets how fast it grows, and what is saved or overdrawn from now on.
   *
   * @param each second; 0 for no limit
   */
  public void limit(long each, long nowNanos) {
    grow(nowNanos);
    level = perSecond == 0 ? each * burstSeconds : Math.min(level, each * burstSeconds);
    perSecond = each;
  }

  /** What it grows by in a second; 0 if there is no limit. */
  public long perSecond() {
    return perSecond;
  }

  /** Takes so much out, be it there or not. */
  public void take(long amount, long nowNanos) {
    grow(nowNanos);
    if (perSecond > 0) {
      level -= amount;
    }
  }

  /** Lets what is overdrawn be no more than so many seconds pay back. */
  public void forgive(double seconds) {
    level = Math.max(level, -perSecond * seconds);
  }

  /** Nanoseconds until nothing is overdrawn any more; 0 if nothing is. */
  public long debtNanos(long nowNanos) {
    grow(nowNanos);
    return perSecond == 0 || level >= 0 ? 0 : (long) Math.ceil(-level / perSecond * NANOS);
  }

  private void grow(long nowNanos) {
    double grown = Math.max(0, nowNanos - at) / NANOS * perSecond;
    level = Math.min(perSecond * burstSeconds, level + grown);
    at = nowNanos;
  }
}
