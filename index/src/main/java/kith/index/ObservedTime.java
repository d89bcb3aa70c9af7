package kith.index;

import java.time.Duration;
import java.time.Instant;

/**
 * Time that has passed as far as somebody looked: from one look to the next no more than a step
 * counts, and nothing where the clock went back, so that neither a clock that jumps nor a machine
 * that slept ends any wait. Stateless.
 */
public final class ObservedTime {
  private ObservedTime() {}

  /**
   * What counts between two looks.
   *
   * @param step the most
   */
  public static Duration between(Instant last, Instant now, Duration step) {
    Duration passed = Duration.between(last, now);
    if (passed.isNegative()) {
      return Duration.ZERO;
    }
    return passed.compareTo(step) > 0 ? step : passed;
  }
}
