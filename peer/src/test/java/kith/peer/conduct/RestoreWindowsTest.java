package kith.peer.conduct;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/** A few restores a year. */
final class RestoreWindowsTest {
  private static final long DAY = Duration.ofDays(1).toMillis();
  private static final long NOW = 1_800_000_000_000L;

  private static RestoreWindows declared(RestoreWindows before, long now) {
    RestoreWindows.Declared next = before.declare(now, 4);
    assertEquals(0, next.waitMillis());
    return next.windows();
  }

  @Test
  void oneDeclarationHoldsForAWeek() {
    RestoreWindows windows = declared(RestoreWindows.NEW, NOW);
    assertTrue(windows.open(NOW).isPresent());
    assertTrue(windows.open(NOW + 7 * DAY - 1).isPresent());
    assertTrue(windows.open(NOW + 7 * DAY).isEmpty());
  }

  @Test
  void whoDeclaresAgainInAnOpenWindowKeepsItOpenAndUsesUpNone() {
    RestoreWindows windows = declared(RestoreWindows.NEW, NOW);
    for (int day = 1; day < 28; day++) {
      windows = declared(windows, NOW + day * DAY);
    }
    assertEquals(3, windows.left(NOW + 27 * DAY, 4));
    assertTrue(windows.open(NOW + 28 * DAY - 1).isPresent());
    assertTrue(windows.open(NOW + 28 * DAY).isEmpty(), "but not for ever");
  }

  @Test
  void afterAFewInAYearTheTimeToWaitIsTold() {
    RestoreWindows windows = RestoreWindows.NEW;
    for (int i = 0; i < 4; i++) {
      windows = declared(windows, NOW + 30 * DAY * i);
    }
    long now = NOW + 200 * DAY;
    RestoreWindows.Declared refused = windows.declare(now, 4);
    assertEquals(165 * DAY, refused.waitMillis());
    assertEquals(windows, refused.windows());
    assertEquals(0, windows.left(now, 4));
    declared(windows, NOW + 365 * DAY);
  }

  @Test
  void whereNoneIsAgreedNoneIsOpened() {
    assertTrue(RestoreWindows.NEW.declare(NOW, 0).waitMillis() > 0);
  }

  @Test
  void aClockThatIsSetBackClosesNothingAndOneThatJumpsBackOpensNothing() {
    RestoreWindows windows = declared(RestoreWindows.NEW, NOW);
    assertTrue(windows.open(NOW - Duration.ofHours(2).toMillis()).isPresent());
    assertTrue(windows.open(NOW - 300 * DAY).isEmpty());
    assertEquals(3, windows.left(NOW - 300 * DAY, 4), "it counts nevertheless");
  }
}
