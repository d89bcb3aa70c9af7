package kith.peer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import org.junit.jupiter.api.Test;

final class AgreementChangeTest {
  private static AgreementChange terms(Duration grace, Duration commitment) {
    return new AgreementChange(null, null, grace, commitment);
  }

  @Test
  void whatIsNotNamedStays() {
    AgreementTerms now = AgreementTerms.strangers();
    assertEquals(now, new AgreementChange(1L, 2L, null, null).of(now));
    AgreementTerms longer = terms(null, Duration.ofDays(60)).of(now);
    assertEquals(Duration.ofDays(60), longer.commitment());
    assertEquals(now.grace(), longer.grace());
    assertFalse(longer.commitmentWaived());
  }

  @Test
  void aCommitmentIsLongerThanTheGrace() {
    AgreementTerms now = AgreementTerms.strangers();
    Duration grace = now.grace();
    assertThrows(IllegalArgumentException.class, () -> terms(null, grace).of(now));
    assertThrows(IllegalArgumentException.class, () -> terms(now.commitment(), null).of(now));
    assertEquals(
        grace.plusSeconds(1), terms(null, grace.plusSeconds(1)).of(now).commitment(), "longer");
  }

  @Test
  void aWaivedCommitmentHasNoLengthToChange() {
    AgreementTerms now = AgreementTerms.friends();
    var refused =
        assertThrows(
            IllegalArgumentException.class, () -> terms(null, Duration.ofDays(60)).of(now));
    assertTrue(refused.getMessage().contains("waived"), refused.getMessage());
    assertEquals(Duration.ofDays(40), terms(Duration.ofDays(40), null).of(now).grace());
  }
}
