package kith.peer.conduct;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import kith.codec.CorruptDataException;
import org.junit.jupiter.api.Test;

class ConductRulesTest {
  private static final Duration GRACE = Duration.ofDays(21);
  private static final Duration HOUR = Duration.ofHours(1);

  private final ConductRules rules = ConductRules.DEFAULT;

  private Conduct conduct = Conduct.NEW;

  private void pass(Duration time, boolean answered) {
    for (long hours = time.toHours(); hours > 0; hours--) {
      conduct = rules.passed(conduct, HOUR, answered, true);
    }
  }

  private void audits(AuditOutcome outcome, int count) {
    for (int i = 0; i < count; i++) {
      conduct = rules.audited(conduct, outcome);
    }
  }

  private Standing standing() {
    return rules.standing(conduct, GRACE);
  }

  @Test
  void anAbsenceOfMinutesOrANightIsNothing() {
    audits(AuditOutcome.PROVED, 10);
    pass(Duration.ofHours(23), false);
    assertTrue(standing().isGood());
    pass(HOUR, true);
    assertTrue(standing().isGood());
    assertEquals(0, conduct.silent());
  }

  @Test
  void silenceIsSuspectedThenBorneThenOver() {
    audits(AuditOutcome.PROVED, 10);
    pass(Duration.ofHours(24), false);
    assertEquals(Standing.Level.SUSPECTED, standing().level());
    assertEquals(Trouble.SILENT, standing().trouble());
    assertEquals(Duration.ofDays(20), standing().left());
    assertFalse(standing().isDoubtful());
    assertEquals(Service.FULL, Service.of(standing()));
    pass(Duration.ofDays(6), false);
    assertTrue(standing().isDoubtful());
    assertEquals(Service.SLOW, Service.of(standing()));
    pass(Duration.ofDays(14).minusHours(1), false);
    assertFalse(standing().isReneged());
    pass(HOUR, false);
    assertTrue(standing().isReneged());
    assertEquals(Service.NONE, Service.of(standing()));
  }

  @Test
  void whoReturnsIsVerifiedAndGetsItsPlaceBack() {
    audits(AuditOutcome.PROVED, 10);
    pass(Duration.ofDays(15), false);
    pass(HOUR, true);
    assertEquals(Trouble.RETURNED, standing().trouble());
    assertFalse(standing().isDoubtful(), "nothing more is made elsewhere");
    audits(AuditOutcome.PROVED, 7);
    assertFalse(standing().isGood());
    audits(AuditOutcome.PROVED, 1);
    assertTrue(standing().isGood());
  }

  @Test
  void answeringOnceDoesNotBeginTheGraceAnew() {
    pass(Duration.ofDays(15), false);
    pass(HOUR, true);
    pass(Duration.ofDays(5), false);
    assertFalse(standing().isReneged());
    pass(Duration.ofDays(1), false);
    assertTrue(standing().isReneged());
  }

  @Test
  void answeringWithoutEverShowingAnythingIsBorneForTheGrace() {
    pass(Duration.ofHours(23), true);
    assertTrue(standing().isGood());
    pass(HOUR, true);
    assertEquals(Trouble.UNPROVED, standing().trouble());
    pass(Duration.ofDays(20), true);
    assertTrue(standing().isReneged());
  }

  @Test
  void whoHoldsNothingOwesNoProof() {
    for (int day = 0; day < 100; day++) {
      conduct = rules.passed(conduct, Duration.ofDays(1), true, false);
    }
    assertTrue(standing().isGood());
  }

  @Test
  void whoIsRelievedOfEverythingAfterProvingNothingIsNotWellAgain() {
    pass(Duration.ofDays(8), true);
    for (int day = 0; day < 12; day++) {
      assertEquals(Trouble.UNPROVED, standing().trouble());
      conduct = rules.passed(conduct, Duration.ofDays(1), true, false);
    }
    assertFalse(standing().isReneged());
    conduct = rules.passed(conduct, Duration.ofDays(1), true, false);
    assertTrue(standing().isReneged());
  }

  @Test
  void threeWrongAuditsAreEnoughAndOneIsForgiven() {
    audits(AuditOutcome.PROVED, 20);
    audits(AuditOutcome.WRONG, 1);
    assertEquals(Trouble.WRONG, standing().trouble());
    assertTrue(standing().isDoubtful());
    audits(AuditOutcome.PROVED, 8);
    assertTrue(standing().isGood(), "it has shown all since");
    audits(AuditOutcome.WRONG, 2);
    assertTrue(standing().isReneged());

    conduct = Conduct.NEW;
    audits(AuditOutcome.WRONG, 2);
    audits(AuditOutcome.PROVED, 8);
    conduct = rules.passed(conduct, Duration.ofDays(90), true, false);
    audits(AuditOutcome.WRONG, 2);
    assertFalse(standing().isReneged(), "those of long ago are forgiven");
  }

  @Test
  void oneWrongAuditAndNoProofAfterItEndsWithTheGrace() {
    audits(AuditOutcome.WRONG, 1);
    for (int day = 0; day < 22; day++) {
      assertFalse(standing().isReneged());
      conduct = rules.passed(conduct, Duration.ofDays(1), true, true);
    }
    assertTrue(standing().isReneged());
  }

  @Test
  void admittedLossesAreBorneUpToOnePercent() {
    audits(AuditOutcome.LOST, 3);
    assertTrue(standing().isGood());
    audits(AuditOutcome.LOST, 1);
    assertEquals(Trouble.LOSSES, standing().trouble());

    conduct = Conduct.NEW;
    audits(AuditOutcome.PROVED, 1000);
    audits(AuditOutcome.LOST, 10);
    assertTrue(standing().isGood());
    audits(AuditOutcome.LOST, 1);
    assertEquals(Trouble.LOSSES, standing().trouble());
  }

  @Test
  void ourOwnErrorsAndItsAbsenceFromAnAuditChangeNothing() {
    audits(AuditOutcome.PROVED, 3);
    Conduct before = conduct;
    audits(AuditOutcome.OURS, 100);
    audits(AuditOutcome.OFFLINE, 100);
    assertEquals(before, conduct);
  }

  @Test
  void slowProofsAreProofs() {
    pass(Duration.ofDays(2), true);
    assertEquals(Trouble.UNPROVED, standing().trouble());
    audits(AuditOutcome.SLOW, 1);
    assertTrue(standing().isGood());
  }

  @Test
  void whatIsOverStaysOver() {
    pass(Duration.ofDays(21), false);
    conduct = rules.settled(conduct, GRACE);
    pass(Duration.ofDays(1), true);
    audits(AuditOutcome.PROVED, 100);
    assertTrue(standing().isReneged());
    assertEquals(Trouble.SILENT, standing().trouble());
  }

  @Test
  void aShortGraceIsSuspicionForItsSecondHalf() {
    conduct = rules.passed(conduct, Duration.ofSeconds(5), false, true);
    Duration grace = Duration.ofSeconds(10);
    assertEquals(Standing.Level.SUSPECTED, rules.standing(conduct, grace).level());
    conduct = rules.passed(conduct, Duration.ofSeconds(5), false, true);
    assertTrue(rules.standing(conduct, grace).isReneged());
  }

  @Test
  void isStoredAndReadAgain() throws Exception {
    pass(Duration.ofDays(15), false);
    pass(HOUR, true);
    audits(AuditOutcome.PROVED, 3);
    audits(AuditOutcome.LOST, 1);
    audits(AuditOutcome.WRONG, 1);
    pass(Duration.ofDays(20), false);
    conduct = rules.settled(conduct, GRACE);
    assertEquals(conduct, Conduct.parse(conduct.toBytes()));
    byte[] bytes = conduct.toBytes();
    bytes[0]++;
    assertThrows(CorruptDataException.class, () -> Conduct.parse(bytes));
    assertThrows(CorruptDataException.class, () -> Conduct.parse(new byte[3]));
  }

  @Test
  void everyByteOfTheStoredFormIsReadOrRefused() throws Exception {
    byte[] good = conduct.toBytes();
    Conduct.parse(good);
    for (int at = 0; at < good.length; at++) {
      for (int bit = 0; bit < 8; bit++) {
        byte[] flipped = good.clone();
        flipped[at] ^= (byte) (1 << bit);
        try {
          assertEquals(Conduct.parse(flipped), Conduct.parse(Conduct.parse(flipped).toBytes()));
        } catch (CorruptDataException e) {
          assertFalse(e.getMessage().isEmpty());
        }
      }
    }
  }

  @Test
  void whoAnsweredBeforeTheNightWasNotSilentAllOfIt() {
    conduct = rules.passed(conduct, Duration.ofDays(1), false, true);
    assertEquals(HOUR.toMillis(), conduct.silent());
    conduct = rules.passed(conduct, Duration.ofDays(1), false, true);
    assertEquals(Duration.ofHours(25).toMillis(), conduct.silent());
    conduct = rules.passed(Conduct.NEW, Duration.ofDays(1), true, true);
    assertEquals(HOUR.toMillis(), conduct.unproved());
  }

  @Test
  void whoRefusesToGiveBackIsOverWithTheGraceWhateverAuditsShow() {
    conduct = rules.refused(conduct);
    assertEquals(Trouble.REFUSES, standing().trouble());
    assertFalse(standing().isDoubtful());
    for (int day = 0; day < 6; day++) {
      audits(AuditOutcome.PROVED, 24);
      pass(Duration.ofDays(1), true);
    }
    assertTrue(standing().isDoubtful(), "it is made elsewhere, too");
    conduct = rules.refused(conduct);
    for (int day = 0; day < 3; day++) {
      pass(Duration.ofDays(4), true);
      audits(AuditOutcome.PROVED, 1);
      conduct = rules.refused(conduct);
    }
    assertEquals(5, conduct.refusals());
    pass(Duration.ofDays(2).minusHours(1), true);
    audits(AuditOutcome.PROVED, 1);
    assertFalse(standing().isReneged());
    pass(HOUR, true);
    audits(AuditOutcome.PROVED, 1);
    assertEquals(Trouble.REFUSES, standing().trouble());
    assertTrue(standing().isReneged());
  }

  @Test
  void whoWasAskedNoMoreIsNotExcludedAndWhoIsAwayRefusesNothing() {
    for (int day = 0; day < 5; day++) {
      conduct = rules.refused(conduct);
      pass(Duration.ofDays(1), true);
      audits(AuditOutcome.PROVED, 1);
    }
    for (int day = 0; day < 20; day++) {
      pass(Duration.ofDays(1), true);
      audits(AuditOutcome.PROVED, 1);
    }
    assertEquals(Standing.Level.SUSPECTED, standing().level(), "nobody has asked for 20 days");
    pass(Duration.ofDays(22), false);
    assertEquals(Trouble.SILENT, standing().trouble());
    assertTrue(standing().isReneged(), "a former refusal hides no silence");
  }

  @Test
  void oneBadHourCondemnsNobodyAndGivingMakesItGood() {
    for (int i = 0; i < 100; i++) {
      conduct = rules.refused(conduct);
    }
    assertEquals(1, conduct.refusals());
    for (int day = 0; day < 89; day++) {
      pass(Duration.ofDays(1), true);
      audits(AuditOutcome.PROVED, 1);
      assertEquals(Standing.Level.SUSPECTED, standing().level(), "day " + day);
    }
    pass(Duration.ofDays(1), true);
    audits(AuditOutcome.PROVED, 1);
    assertTrue(standing().isGood(), "forgiven, for it was not asked again");
    conduct = rules.served(rules.refused(conduct));
    assertTrue(standing().isGood());
  }

  @Test
  void whoWasAwayForLongerThanGraceIsForgivenOnceAYear() {
    pass(Duration.ofDays(22), false);
    conduct = rules.settled(conduct, GRACE);
    assertTrue(rules.returned(conduct, Duration.ofDays(364)).isEmpty());
    conduct = rules.returned(conduct, DisasterRule.APART).orElseThrow();
    assertEquals(Trouble.RETURNED, standing().trouble());
    audits(AuditOutcome.WRONG, 3);
    conduct = rules.settled(conduct, GRACE);
    assertTrue(rules.returned(conduct, DisasterRule.APART).isEmpty(), "only silence is");
  }

  @Test
  void whatTheFirstVersionWroteIsStillRead() throws CorruptDataException {
    pass(Duration.ofDays(2), true);
    byte[] now = conduct.toBytes();
    byte[] old = java.util.Arrays.copyOf(now, now.length - 28);
    old[0] = 1;
    assertEquals(conduct, Conduct.parse(old));
    conduct = rules.refused(conduct);
    assertEquals(conduct, Conduct.parse(conduct.toBytes()));
  }

  @Test
  void whoHadProvedBeforeThatWasCountedIsGivenCreditForIt() throws CorruptDataException {
    pass(HOUR, true);
    audits(AuditOutcome.PROVED, 3);
    byte[] now = conduct.toBytes();
    byte[] second = java.util.Arrays.copyOf(now, now.length - Long.BYTES);
    second[0] = 2;
    Conduct read = Conduct.parse(second);
    assertTrue(rules.mayReadBack(read, Duration.ofDays(28)));
    assertEquals(Duration.ofDays(208).toMillis(), read.kept());
  }

  @Test
  void whoHadProvedIsNotRefusedWhenHeComesBack() {
    pass(HOUR, true);
    audits(AuditOutcome.PROVED, 10);
    pass(HOUR, true);
    pass(Duration.ofDays(3), false);
    pass(HOUR, true);
    assertTrue(rules.mayReadBack(conduct, Duration.ofDays(28)));
  }

  @Test
  void nothingIsReadBackByWhoNeverProvedWhatHeHolds() {
    Duration commitment = Duration.ofDays(28);
    assertTrue(rules.mayReadBack(conduct, commitment), "he holds nothing that he could prove");
    pass(HOUR, true);
    assertFalse(rules.mayReadBack(conduct, commitment));
    pass(Duration.ofDays(20), true);
    assertFalse(rules.mayReadBack(conduct, commitment));
    assertTrue(rules.mayReadBack(conduct, Duration.ZERO), "a friend's is waived");
    audits(AuditOutcome.PROVED, 1);
    assertTrue(rules.mayReadBack(conduct, commitment));
  }

  @Test
  void whoProvedForTheCommitmentReadsBackWhateverHeDoesLater() {
    Duration commitment = Duration.ofDays(28);
    for (int day = 0; day < 28; day++) {
      audits(AuditOutcome.PROVED, 24);
      pass(Duration.ofDays(1).minusHours(1), true);
    }
    long kept = conduct.kept();
    assertTrue(kept < commitment.toMillis());
    pass(Duration.ofDays(3), true);
    assertFalse(rules.mayReadBack(conduct, commitment), "kept for a day less");
    audits(AuditOutcome.PROVED, 24);
    pass(Duration.ofDays(1), true);
    assertTrue(conduct.kept() > kept);
    audits(AuditOutcome.PROVED, 24);
    pass(Duration.ofDays(1), true);
    pass(Duration.ofDays(3), true);
    assertTrue(rules.mayReadBack(conduct, commitment));
  }

  @Test
  void whoIsOnlySilentMayReadBackForHisMachineMayBeLost() {
    audits(AuditOutcome.PROVED, 10);
    pass(Duration.ofDays(22), false);
    conduct = rules.settled(conduct, GRACE);
    assertEquals(Trouble.SILENT, conduct.reneged());
    assertTrue(rules.mayReadBack(conduct, Duration.ofDays(28)));
  }

  @Test
  void nothingIsKeptWhileNothingIsHeld() {
    conduct = rules.passed(conduct, Duration.ofDays(1), true, false);
    assertEquals(0, conduct.kept());
  }
}
