package kith.peer.conduct;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import kith.peer.conduct.DisasterRule.Admission;
import kith.peer.conduct.DisasterRule.Disaster;
import kith.peer.conduct.DisasterRule.Verdict;
import org.junit.jupiter.api.Test;

/** What an admitted loss is. */
final class DisasterRuleTest {
  private static final Instant NOW = Instant.parse("2026-11-21T10:00:00Z");

  private static Verdict judge(Disaster last, long epoch, long putAt, Instant now) {
    return DisasterRule.judge(Optional.ofNullable(last), new Admission(epoch, putAt, now));
  }

  @Test
  void aRecoveredNodeThatAdmitsWhatItLostHasHadADisaster() {
    assertEquals(Verdict.DISASTER, judge(null, 2, 1, NOW));
  }

  @Test
  void whoStillHasHisMachineLosesThingsAsAnybody() {
    assertEquals(Verdict.LOSS, judge(null, 1, 1, NOW));
    assertEquals(Verdict.LOSS, judge(null, 2, 2, NOW), "put after the recovery");
  }

  @Test
  void allThatOneMachineLostIsOneDisaster() {
    Disaster last = new Disaster(2, NOW);
    assertEquals(Verdict.DISASTER, judge(last, 2, 1, NOW.plus(Duration.ofDays(200))));
  }

  @Test
  void oneIsBorneInAYear() {
    Disaster last = new Disaster(2, NOW);
    assertEquals(Verdict.LOSS, judge(last, 3, 2, NOW.plus(Duration.ofDays(364))));
    assertEquals(Verdict.DISASTER, judge(last, 3, 2, NOW.plus(Duration.ofDays(365))));
  }

  @Test
  void aClockThatGoesBackMakesNoDisasterOfALoss() {
    Disaster last = new Disaster(2, NOW);
    assertEquals(Verdict.LOSS, judge(last, 3, 2, NOW.minus(Duration.ofDays(100))));
  }
}
