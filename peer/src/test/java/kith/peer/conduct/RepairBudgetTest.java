package kith.peer.conduct;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.Arrays;
import kith.codec.OwnerId;
import org.junit.jupiter.api.Test;

/** What may be read for lost partners. */
final class RepairBudgetTest {
  private static final long YEAR = Duration.ofDays(365).toMillis();
  private static final long NOW = 1_800_000_000_000L;

  private static OwnerId partner(int number) {
    byte[] id = new byte[OwnerId.SIZE];
    Arrays.fill(id, (byte) number);
    return new OwnerId(id);
  }

  @Test
  void forEachLostPartnerWhatIsHeldIsReadOnce() {
    RepairBudget budget = RepairBudget.NEW.with(partner(1), 600, NOW);
    assertEquals(0, budget.waitFor(partner(1), 400, 1000, NOW));
    assertTrue(budget.waitFor(partner(1), 401, 1000, NOW) > 0);
    assertEquals(0, budget.waitFor(partner(2), 1000, 1000, NOW));
    assertEquals(400, budget.with(partner(1), -200, NOW).named().get(0).bytes());
  }

  @Test
  void noMoreThanAFewAreBelievedInAYear() {
    RepairBudget budget = RepairBudget.NEW;
    for (int i = 0; i < RepairBudget.MOST; i++) {
      assertEquals(0, budget.waitFor(partner(i), 1, 1000, NOW + i));
      budget = budget.with(partner(i), 1, NOW + i);
    }
    long now = NOW + 1000;
    assertEquals(NOW + YEAR - now, budget.waitFor(partner(99), 1, 1000, now));
    RepairBudget later = budget.at(NOW + YEAR);
    assertEquals(RepairBudget.MOST - 1, later.named().size());
    assertEquals(0, later.waitFor(partner(99), 1, 1000, NOW + YEAR));
  }

  @Test
  void aClockThatGoesBackKeepsWhoWasNamed() {
    RepairBudget budget = RepairBudget.NEW.with(partner(1), 1000, NOW);
    assertEquals(budget, budget.at(NOW - YEAR / 2));
    assertTrue(budget.waitFor(partner(1), 1, 1000, NOW - YEAR / 2) > 0);
  }
}
