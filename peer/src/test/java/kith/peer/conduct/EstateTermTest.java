package kith.peer.conduct;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.time.Instant;
import kith.peer.conduct.EstateTerm.Cause;
import kith.peer.conduct.EstateTerm.Phase;
import org.junit.jupiter.api.Test;

/** How long the shards of an owner who is silent are kept. */
final class EstateTermTest {
  private static final Instant START = Instant.parse("2026-11-21T10:00:00Z");
  private static final Duration LOOK = Duration.ofMinutes(30);

  private Instant now = START;
  private Duration age = Duration.ofDays(400);
  private EstateTerm term = EstateTerm.begin(START);

  private Duration commitment = Duration.ZERO;

  private EstateTerm.Standing standing() {
    return new EstateTerm.Standing(Duration.ofDays(21), commitment, age);
  }

  private void look(boolean heard, boolean inTouch) {
    term = term.after(new EstateTerm.Seen(now, heard, inTouch), standing());
  }

  private void pass(Duration time, boolean heard, boolean inTouch) {
    for (Instant end = now.plus(time); now.isBefore(end); ) {
      now = now.plus(LOOK);
      look(heard, inTouch);
    }
  }

  @Test
  void whoIsSilentForLongerThanGraceBecomesAnEstateThatEndsAfter180Days() {
    pass(Duration.ofDays(30), true, true);
    pass(Duration.ofDays(21), false, true);
    assertEquals(Phase.PARTNER, term.phase());
    pass(LOOK, false, true);
    assertEquals(Phase.ESTATE, term.phase());
    assertEquals(Cause.SILENT, term.cause());
    pass(Duration.ofDays(179), false, true);
    assertEquals(Phase.ESTATE, term.phase());
    assertEquals(1, term.left().toDays());
    pass(Duration.ofDays(1), false, true);
    assertEquals(Phase.OVER, term.phase());
    pass(LOOK, true, true);
    assertEquals(Phase.OVER, term.phase(), "what was given up does not come back");
  }

  @Test
  void anEstateIsKeptNoLongerThanItsOwnerWasProved() {
    age = Duration.ofDays(10);
    pass(Duration.ofDays(22), false, true);
    assertEquals(Phase.ESTATE, term.phase());
    pass(Duration.ofDays(10), false, true);
    assertEquals(Phase.OVER, term.phase());
  }

  @Test
  void whatWasProvedInTheCommitmentEarnsNoEstate() {
    commitment = Duration.ofDays(28);
    age = Duration.ofDays(38);
    pass(Duration.ofDays(22), false, true);
    assertEquals(Phase.ESTATE, term.phase());
    assertEquals(9, term.left().toDays(), "ten days, less one");
    age = Duration.ofDays(28);
    EstateTerm hopper = EstateTerm.begin(now).reneged(standing());
    assertEquals(Phase.OVER, hopper.phase());
  }

  @Test
  void whoWasThereAndRenegedHasAFortnight() {
    term = term.reneged(standing());
    assertEquals(Phase.ESTATE, term.phase());
    assertEquals(EstateTerm.LONGEST_OF_RENEGED, term.left());
  }

  @Test
  void whoReturnsHasHisPlaceBackAndTheNextSilenceBeginsAnew() {
    pass(Duration.ofDays(100), false, true);
    assertEquals(Phase.ESTATE, term.phase());
    pass(LOOK, true, true);
    assertEquals(Phase.PARTNER, term.phase());
    pass(Duration.ofDays(20), false, true);
    assertEquals(Phase.PARTNER, term.phase());
    pass(Duration.ofDays(2), false, true);
    assertEquals(Phase.ESTATE, term.phase());
    assertEquals(179, term.left().toDays(), "the time is whole again");
  }

  @Test
  void aClockThatJumpsAYearEndsNothing() {
    pass(Duration.ofDays(1), true, true);
    now = now.plus(Duration.ofDays(365));
    look(false, true);
    assertEquals(Phase.PARTNER, term.phase());
    pass(Duration.ofDays(22), false, true);
    assertEquals(Phase.ESTATE, term.phase());
    Duration left = term.left();
    for (int jump = 0; jump < 50; jump++) {
      now = now.plus(Duration.ofDays(jump % 2 == 0 ? 365 : -365)).plus(LOOK);
      look(false, true);
    }
    assertEquals(Phase.ESTATE, term.phase());
    assertEquals(1, left.minus(term.left()).toDays(), "hours, no years");
  }

  @Test
  void aClockThatGoesBackShortensNoEstate() {
    pass(Duration.ofDays(22), false, true);
    assertEquals(Phase.ESTATE, term.phase());
    Duration left = term.left();
    now = now.minus(Duration.ofDays(365));
    look(false, true);
    assertEquals(left, term.left());
  }

  @Test
  void whoeverHearsOfNobodyAccusesNobody() {
    pass(Duration.ofDays(100), false, false);
    assertEquals(Phase.PARTNER, term.phase());
    pass(Duration.ofDays(22), false, true);
    Duration left = term.left();
    pass(Duration.ofDays(300), false, false);
    assertEquals(left, term.left());
  }

  @Test
  void aHolderThatWasOffForAYearCountsAnHour() {
    pass(Duration.ofDays(21), false, true);
    now = now.plus(Duration.ofDays(365));
    look(false, true);
    assertEquals(Phase.ESTATE, term.phase());
    now = now.plus(Duration.ofDays(365));
    look(false, true);
    assertEquals(Phase.ESTATE, term.phase());
  }

  @Test
  void whoRenegedDoesNotReturnByBeingThere() {
    term = term.reneged(standing());
    assertEquals(Cause.RENEGED, term.cause());
    pass(Duration.ofDays(1), true, true);
    assertEquals(Phase.ESTATE, term.phase());
    term = term.back(now);
    assertEquals(Phase.PARTNER, term.phase());
  }
}
