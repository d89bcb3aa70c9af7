package kith.peer.choice;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigInteger;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Random;
import kith.codec.CodeParameters;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How many partners, by which code, how safe that is and how much fits. */
final class GrowthTest {
  private static final long SEED = 5;
  private static final Duration YEAR = Duration.ofDays(365);

  @Test
  void momentaryUnavailabilityIsAsPublished() {
    assertEquals(2.4e-8, LossModel.momentary(10, 4, 0.01), 0.05e-8);
    assertEquals(1e-4, LossModel.momentary(2, 1, 0.01), 1e-12);
    assertEquals(0.01, LossModel.momentary(1, 0, 0.01), 1e-15);
    assertEquals(0, LossModel.momentary(3, 3, 0.5));
    assertEquals(1 - Math.pow(0.9, 255), LossModel.momentary(255, 0, 0.1), 1e-9);
  }

  @Test
  void withoutParityTheModelIsAnExponential() {
    for (int partners : new int[] {1, 3, 50}) {
      double expected = -Math.expm1(-partners * 0.2);
      double got = new LossModel(0.2, Duration.ofDays(2)).annualLoss(partners, 0);
      assertEquals(expected, got, expected * 1e-12);
    }
  }

  /** Two transient states: the eigenvalues are roots of a quadratic. */
  @Test
  void withOneToleratedLossItIsTheClosedForm() {
    for (Duration repair : List.of(Duration.ofHours(6), Duration.ofDays(2), YEAR)) {
      for (int partners : new int[] {2, 5, 40}) {
        double a = partners * 0.2;
        double b = (partners - 1) * 0.2;
        double mu = (double) YEAR.toSeconds() / repair.toSeconds();
        double sum = a + b + mu;
        double root = Math.sqrt(sum * sum - 4 * a * b);
        double fast = (sum + root) / 2;
        double slow = a * b / fast;
        double expected = -(fast * Math.expm1(-slow) - slow * Math.expm1(-fast)) / (fast - slow);
        double got = new LossModel(0.2, repair).annualLoss(partners, 1);
        assertEquals(expected, got, expected * 1e-9, repair + " " + partners);
      }
    }
  }

  @Test
  void withoutRepairTheModelIsABinomial() {
    LossModel never = new LossModel(0.2, Duration.ofDays(365_000_000));
    double lost = -Math.expm1(-0.2);
    double expected = LossModel.momentary(10, 4, lost);
    assertEquals(expected, never.annualLoss(10, 4), expected * 1e-5);
  }

  @Test
  void moreParityAndFasterRepairAreSaferDownToTheSmallest() {
    LossModel model = new LossModel(0.2, Duration.ofDays(2));
    double before = 1;
    for (int tolerated = 0; tolerated < 12; tolerated++) {
      double loss = model.annualLoss(20, tolerated);
      assertTrue(loss > 0 && loss < before, tolerated + ": " + loss);
      assertTrue(new LossModel(0.2, Duration.ofDays(1)).annualLoss(20, tolerated) <= loss);
      before = loss;
    }
    assertTrue(before < 1e-12);
    assertEquals(0, model.annualLoss(3, 3));
    assertThrows(IllegalArgumentException.class, () -> model.annualLoss(3, 4));
    assertThrows(IllegalArgumentException.class, () -> new LossModel(Double.NaN, YEAR));
  }

  @Test
  void theObservedRateMovesInStepsFromWhatIsAssumed() {
    assertEquals(0.2, LossModel.observedRate(0.2, 0, 0), 1e-12);
    assertEquals(0.2, LossModel.observedRate(0.2, 0, 3), 1e-12);
    assertEquals(0.2, LossModel.observedRate(0.2, 0, 99), 1e-12, "that may be luck");
    assertTrue(LossModel.observedRate(0.2, 0, 101) < 0.2);
    assertEquals(0.3, LossModel.observedRate(0.2, 1, 2), 1e-12);
    assertEquals(0.675, LossModel.observedRate(0.2, 4, 0.1), 1e-12);
  }

  private static List<String> codes(Growth growth, int... partners) {
    List<String> codes = new ArrayList<>();
    for (int count : partners) {
      codes.add(growth.codeFor(count).map(CodeParameters::toString).orElse("none"));
    }
    return codes;
  }

  @Test
  void withoutATargetTheCodeFollowsTheNumber() {
    assertEquals(
        List.of("none", "1+0", "1+1", "2+1", "2+1", "2+2", "3+2", "4+2", "4+3", "5+3", "5+4"),
        codes(Growth.BY_NUMBER, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10));
    assertEquals(List.of("6+4", "6+4"), codes(Growth.BY_NUMBER, 11, 40));
    assertEquals(OptionalInt.of(11), Growth.BY_NUMBER.wanted());
  }

  private static Growth growth(String target) {
    return new Growth(
        Optional.of(Target.parse(target)), () -> new LossModel(0.2, Duration.ofDays(2)));
  }

  @Test
  void lossesToSurviveSettleTheCodeAndTheNumberOfPartners() {
    Growth two = growth("survive 2 losses");
    assertEquals(
        List.of("1+0", "1+1", "1+2", "1+2", "2+2", "3+2", "6+2", "6+2"),
        codes(two, 1, 2, 3, 4, 5, 6, 9, 30));
    assertFalse(two.isMet(2));
    assertTrue(two.isMet(3));
    assertEquals(OptionalInt.of(5), two.wanted());
    assertEquals(OptionalInt.of(2), growth("survive 1 loss").wanted());
    assertEquals(OptionalInt.of(9), growth("survive 4 losses").wanted());
    assertEquals(OptionalInt.of(17), growth("survive 10 losses").wanted());
  }

  private static double loss(LossModel model, int partners, int losses) {
    var code = CodeParameters.of(Math.min(6, partners - 1 - losses), losses);
    return model.annualLoss(partners, losses) + model.wormLoss(partners, code);
  }

  @Test
  void aWormOfOneSystemInFourAmongTheMissingIsCountedIn() {
    LossModel model = new LossModel(0.2, Duration.ofDays(23));
    assertEquals(0.1, model.wormLoss(8, CodeParameters.of(6, 1)), "two of seven are taken");
    assertTrue(model.wormLoss(12, CodeParameters.of(6, 4)) > 1e-4);
    assertTrue(model.wormLoss(12, CodeParameters.of(6, 5)) < 1e-4);
    var growth = new Growth(Optional.of(new Target.AnnualLoss(1e-4)), () -> model);
    assertEquals(List.of("6+5"), codes(growth, 12));
  }

  @Test
  void aProbabilityIsMetByTheFewestParityShardsThatDo() {
    LossModel model = new LossModel(0.2, Duration.ofDays(2));
    Growth growth = growth("annual loss below 1e-6");
    int wanted = growth.wanted().getAsInt();
    for (int partners = 4; partners < 30; partners++) {
      CodeParameters code = growth.codeFor(partners).orElseThrow();
      assertTrue(code.n() < partners);
      if (growth.isMet(partners)) {
        assertTrue(loss(model, partners, code.k()) < 1e-6);
        assertTrue(code.k() == 1 || loss(model, partners, code.k() - 1) >= 1e-6);
      }
      assertTrue(partners < wanted || growth.isMet(partners));
    }
    assertFalse(growth.isMet(2));
    assertEquals(
        OptionalInt.empty(),
        new Growth(Optional.of(new Target.AnnualLoss(1e-15)), () -> new LossModel(10, YEAR))
            .wanted());
  }

  @ParameterizedTest
  @ValueSource(strings = {"survive 2 losses", "survive 1 loss", "annual loss below 1e-6"})
  void targetsAreReadAsTheyAreShown(String text) {
    assertEquals(text, Target.parse("  " + text.toUpperCase(java.util.Locale.ROOT)).toString());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "survive",
        "survive 0 losses",
        "survive 17 losses",
        "survive 2",
        "annual loss below 1",
        "annual loss below 0",
        "annual loss below 1e-99",
        "annual loss below x"
      })
  void targetsThatCannotBeAreRefused(String text) {
    assertThrows(IllegalArgumentException.class, () -> Target.parse(text));
  }

  @Test
  void usableSpaceIsTheLargestThatFits() {
    Random random = new Random(SEED);
    for (int i = 0; i < 500; i++) {
      int n = 1 + random.nextInt(6);
      List<Long> spaces = new ArrayList<>();
      for (int j = random.nextInt(9); j >= 0; j--) {
        spaces.add((long) random.nextInt(60));
      }
      long b = UsableSpace.perShard(spaces, n);
      assertTrue(fits(spaces, n, b), "seed " + SEED);
      assertFalse(fits(spaces, n, b + 1), "seed " + SEED);
    }
    var code = Optional.of(CodeParameters.of(2, 1));
    assertEquals(200, UsableSpace.of(List.of(100L, 100L, 100L), code));
    assertEquals(0, UsableSpace.of(List.of(100L, 100L), code));
    assertEquals(0, UsableSpace.of(List.of(100L), Optional.empty()));
    assertEquals(2L << 50, UsableSpace.of(List.of(Long.MAX_VALUE, 1L << 62, 1L << 50), code));
  }

  private static boolean fits(List<Long> spaces, int n, long b) {
    BigInteger sum =
        spaces.stream()
            .map(space -> BigInteger.valueOf(Math.min(space, b)))
            .reduce(BigInteger.ZERO, BigInteger::add);
    return sum.compareTo(BigInteger.valueOf(b).multiply(BigInteger.valueOf(n))) >= 0;
  }

  @Test
  void aNodeKeepsNoMoreThanItsUplinkGivesBackInTime() {
    Capacity capacity = new Capacity(2_500_000, Duration.ofDays(2));
    assertEquals(OptionalLong.of(401_142_857_142L), capacity.bytes());
    assertEquals("at 20 Mbit/s up you can keep 400 GB for others", capacity.words());
    assertTrue(capacity.allows(300_000_000_000L, 101_000_000_000L));
    assertFalse(capacity.allows(300_000_000_000L, 102_000_000_000L));
    assertFalse(capacity.allows(Long.MAX_VALUE, Long.MAX_VALUE));
    Capacity unknown = new Capacity(0, Duration.ofDays(2));
    assertTrue(unknown.allows(1L << 50, 1L << 50));
    assertTrue(unknown.words().contains("not known"), unknown.words());
    assertEquals(
        "at 768 kbit/s up you can keep 7.7 GB for others",
        new Capacity(96_000, Duration.ofDays(1)).words());
    assertEquals(OptionalLong.of(Long.MAX_VALUE), new Capacity(Long.MAX_VALUE, YEAR).bytes());
  }

  @Test
  void whatEachMustKeepIsTheLeastThatIsEnough() {
    var code = Optional.of(CodeParameters.of(2, 1));
    Random random = new Random(SEED);
    for (int round = 0; round < 200; round++) {
      List<Long> fixed = random.longs(random.nextInt(4), 1, 1000).boxed().toList();
      List<Long> able = random.longs(1 + random.nextInt(4), 1, 1000).boxed().toList();
      long content = random.nextInt(3000);
      var each = UsableSpace.each(fixed, able, code, content);
      if (each.isEmpty()) {
        assertTrue(usable(fixed, able, 1L << 50, code) < content);
        continue;
      }
      assertTrue(usable(fixed, able, each.getAsLong(), code) >= content);
      long less = each.getAsLong() - 1;
      assertTrue(less < 0 || usable(fixed, able, less, code) < content);
    }
    assertEquals(100, UsableSpace.each(List.of(), List.of(1L, 2L, 3L), code, 200).getAsLong());
  }

  private static long usable(
      List<Long> fixed, List<Long> able, long least, Optional<CodeParameters> code) {
    List<Long> all = new ArrayList<>(fixed);
    able.forEach(space -> all.add(Math.max(space, least)));
    return UsableSpace.of(all, code);
  }
}
