package kith.fs.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Instant;
import kith.fs.ResealProgress;
import org.junit.jupiter.api.Test;

final class RekeyInfoTest {
  private static String text(ResealProgress data) {
    return new RekeyInfo(1, Instant.parse("2026-11-21T10:00:00Z"), 2, 2, data).text();
  }

  @Test
  void saysHowMuchIsStillSealedByFormerKeys() {
    String text = text(new ResealProgress(3L << 30, 1L << 30, 1L << 20));
    assertTrue(text.endsWith("3.00 GiB of 4.00 GiB left to be sealed by the new keys"), text);
  }

  @Test
  void saysWhatPartnersHaveStillToLetGoOf() {
    String text = text(new ResealProgress(0, 1L << 30, 2L << 30));
    assertTrue(text.contains("let go of 2.00 GiB (`kith prune --all` begins"), text);
    assertFalse(text(new ResealProgress(0, 1, 0)).contains("prune"));
  }

  @Test
  void saysNothingOfDataWhereNothingIsKnown() {
    assertEquals("all 2 partners refuse who comes with the kit of before 2026-11-21", text(null));
  }
}
