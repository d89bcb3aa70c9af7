package kith.peer.conduct;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/** What may be read back a day. */
final class CourtesyBudgetTest {
  private static final long DAY = Duration.ofDays(1).toMillis();
  private static final long NOW = 1_800_000_000_000L;
  private static final long GIB = 1L << 30;

  private static void near(long expected, long actual, long within) {
    assertTrue(Math.abs(expected - actual) <= within, actual + " instead of " + expected);
  }

  @Test
  void aDayIsSoManyThousandthsOfWhatIsHeldAndALeast() {
    assertEquals(100 * GIB / 1000 * 20, CourtesyBudget.perDay(20, 100 * GIB, 1));
    assertEquals(CourtesyBudget.LEAST, CourtesyBudget.perDay(20, GIB, CourtesyBudget.LEAST));
    assertEquals(CourtesyBudget.UNLIMITED, CourtesyBudget.perDay(-1, GIB, 1));
  }

  @Test
  void whatIsUsedUpGrowsBackWithinADay() {
    CourtesyBudget used = CourtesyBudget.NEW.grown(NOW, GIB).with(GIB);
    near(DAY / 4, used.waitFor(GIB / 4, GIB), 1);
    CourtesyBudget later = used.grown(NOW + DAY / 4, GIB);
    assertEquals(0, later.waitFor(GIB / 4, GIB));
    assertTrue(later.waitFor(GIB / 4 + 1, GIB) > 0);
    assertEquals(0, used.grown(NOW + DAY, GIB).used());
  }

  @Test
  void lookingOftenLosesNothing() {
    CourtesyBudget budget = CourtesyBudget.NEW.grown(NOW, GIB).with(GIB);
    for (long at = NOW; at <= NOW + DAY / 10; at += 7) {
      budget = budget.grown(at, GIB);
    }
    near(GIB - GIB / 10, budget.used(), 200_000);
  }

  @Test
  void evenTheLeastGrowsBackWhenItIsLookedAtEachMillisecond() {
    long little = 1 << 20; // less than a byte in 80 ms
    CourtesyBudget budget = CourtesyBudget.NEW.grown(NOW, little).with(little);
    for (long at = NOW; at <= NOW + 1_000_000; at++) {
      budget = budget.grown(at, little);
    }
    near(little - little * 1_000_000 / DAY, budget.used(), 30);
  }

  @Test
  void aClockThatJumpsGivesNoMoreThanADaysWorth() {
    CourtesyBudget used = CourtesyBudget.NEW.grown(NOW, GIB).with(GIB);
    CourtesyBudget back = used.grown(NOW - 365 * DAY, GIB);
    assertEquals(GIB, back.used(), "a clock that goes back gives nothing");
    assertEquals(0, back.grown(NOW - 364 * DAY, GIB).used(), "and takes no more than a day");
    CourtesyBudget ahead = used.grown(NOW + 365 * DAY, GIB).with(GIB);
    assertTrue(ahead.waitFor(1, GIB) > 0, "a year gives one day's worth");
    assertEquals(GIB, ahead.grown(NOW, GIB).used());
  }

  @Test
  void whatWasNotReadIsGivenBack() {
    CourtesyBudget budget = CourtesyBudget.NEW.grown(NOW, GIB).with(GIB).with(-GIB / 2);
    assertEquals(GIB / 2, budget.used());
    assertEquals(0, budget.with(-GIB).used());
  }

  @Test
  void whereThereIsNoLimitNobodyWaits() {
    CourtesyBudget budget = CourtesyBudget.NEW.with(Long.MAX_VALUE / 2);
    assertEquals(0, budget.waitFor(GIB, CourtesyBudget.UNLIMITED));
  }
}
