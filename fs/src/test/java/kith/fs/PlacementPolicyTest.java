package kith.fs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.random.RandomGenerator;
import kith.codec.CodeParameters;
import kith.codec.OwnerId;
import kith.codec.PackId;
import kith.peer.conduct.Standing;
import kith.peer.conduct.Trouble;
import org.junit.jupiter.api.Test;

final class PlacementPolicyTest {
  private static final long SEED = 31;
  private final RandomGenerator random = PackTestNode.random(SEED);

  @Test
  void whatCanBeRestoredNowStaysSoWhenANewcomerIsGivenAShard() {
    CodeParameters code = CodeParameters.of(2, 2);
    var policy = new PlacementPolicy(Optional.empty(), OptionalInt.empty());
    assertFalse(policy.maySpare(code, 4, 3), "it would be safe no more");
    assertFalse(policy.maySpare(code, 3, 2));
    assertFalse(policy.maySpare(code, 2, 1), "nor could it be restored");
    assertTrue(policy.maySpare(code, 1, 0), "nor can it be now");
    assertTrue(policy.maySpare(code, 3, 3), "the newcomer is past his commitment");
  }

  private PackId pack() {
    return new PackId(PackTestNode.bytes(random, PackId.SIZE));
  }

  private static List<HolderCandidate> candidates(long... freeBytes) {
    List<HolderCandidate> list = new ArrayList<>();
    for (int i = 0; i < freeBytes.length; i++) {
      list.add(new HolderCandidate(PackTestPartners.owner(i), freeBytes[i], true));
    }
    return list;
  }

  private static List<OwnerId> choose(PackId pack, int count, List<HolderCandidate> from) {
    return HolderChoice.choose(pack, count, new HolderChoice.Demand(from, 100));
  }

  @Test
  void theCodeFollowsTheNumberOfPartners() {
    List<String> codes = new ArrayList<>();
    for (int partners = 0; partners <= 13; partners++) {
      codes.add(
          PlacementPolicy.DEFAULT.codeFor(partners).map(CodeParameters::toString).orElse("none"));
    }
    assertEquals(
        List.of(
            "none", "1+0", "1+1", "2+1", "2+1", "2+2", "3+2", "4+2", "4+3", "5+3", "5+4", "6+4",
            "6+4", "6+4"),
        codes);
  }

  @Test
  void aFixedCodeIsUsedWhenThereAreEnoughPartners() {
    PlacementPolicy fixed = PackTestNode.fixed(4, 2);
    assertEquals(Optional.empty(), fixed.codeFor(5));
    assertEquals(Optional.of(CodeParameters.of(4, 2)), fixed.codeFor(6));
    assertEquals(Optional.of(CodeParameters.of(4, 2)), fixed.codeFor(20));
  }

  private static HolderCandidate standing(int number, Standing standing) {
    var one = new HolderCandidate(PackTestPartners.owner(number), 100, true);
    return new HolderCandidate(
        one.owner(), 100, true, true, 100, one.networks(), one.system(), standing, true);
  }

  @Test
  void oneWithoutAnAgreementKeepsWhatHeHasAndIsNotCountedForWhatIsNew() {
    List<HolderCandidate> seven = new ArrayList<>();
    for (int i = 0; i < 7; i++) {
      OwnerId id = PackTestPartners.owner(i);
      seven.add(i < 5 ? new HolderCandidate(id, 100, true) : HolderCandidate.away(id));
    }
    PlacementPolicy grown = PlacementPolicy.DEFAULT;
    assertEquals(grown.codeFor(5), grown.codeFor(seven));
    assertNotEquals(grown.codeFor(7), grown.codeFor(seven));
    assertFalse(PlacementPolicy.isTooWide(CodeParameters.of(4, 3), seven.size()));
    var fixed = new PlacementPolicy(Optional.of(CodeParameters.of(4, 2)), OptionalInt.empty());
    assertEquals(Optional.of(CodeParameters.of(4, 2)), fixed.codeFor(seven));
    assertEquals(Optional.empty(), fixed.codeFor(seven.subList(2, 7)));
  }

  private static Standing silent(Standing.Level level) {
    return new Standing(level, Trouble.SILENT, Duration.ofDays(30), Duration.ZERO);
  }

  @Test
  void whoCountsAsGoneIsNotCountedAndWhoIsInGraceIs() {
    HolderCandidate good = standing(0, Standing.GOOD);
    HolderCandidate away = standing(1, silent(Standing.Level.SUSPECTED));
    HolderCandidate gone = standing(2, silent(Standing.Level.RENEGED));
    assertEquals(List.of(good, away), PlacementPolicy.DEFAULT.spread(List.of(good, away, gone)));
    assertEquals(List.of(), PlacementPolicy.DEFAULT.spread(List.of(gone)));
  }

  @Test
  void aFixedCodeKeepsThePlaceOfWhoIsGoneUntilThereAreEnoughOthers() {
    HolderCandidate one = standing(0, Standing.GOOD);
    HolderCandidate other = standing(1, Standing.GOOD);
    HolderCandidate gone = standing(2, silent(Standing.Level.RENEGED));
    PlacementPolicy fixed = PackTestNode.fixed(2, 1);
    assertEquals(List.of(one, other, gone), fixed.spread(List.of(one, other, gone)));
    HolderCandidate third = standing(3, Standing.GOOD);
    assertEquals(List.of(one, other, third), fixed.spread(List.of(one, other, gone, third)));
  }

  @Test
  void safeNeedsAsManyShardsAsTheTargetTolerates() {
    CodeParameters code = CodeParameters.of(4, 2);
    assertEquals(6, PlacementPolicy.DEFAULT.safeShards(code));
    assertEquals(5, new PlacementPolicy(Optional.empty(), OptionalInt.of(1)).safeShards(code));
    assertEquals(6, new PlacementPolicy(Optional.empty(), OptionalInt.of(9)).safeShards(code));
  }

  @Test
  void holdersAreDistinctAndTheSameAtEveryChoice() {
    List<HolderCandidate> seven = candidates(500, 500, 500, 500, 500, 500, 500);
    PackId pack = pack();
    List<OwnerId> chosen = choose(pack, 6, seven);
    assertEquals(6, new HashSet<>(chosen).size());
    assertEquals(chosen, choose(pack, 6, seven));
    assertNotEquals(chosen, choose(pack(), 6, seven));
  }

  @Test
  void shardsSpreadInProportionToFreeSpace() {
    List<HolderCandidate> partners = candidates(1000, 2000, 4000, 1000);
    Map<OwnerId, Integer> counts = new HashMap<>();
    int packs = 20_000;
    for (int i = 0; i < packs; i++) {
      counts.merge(choose(pack(), 1, partners).get(0), 1, Integer::sum);
    }
    for (HolderCandidate partner : partners) {
      double share = counts.get(partner.owner()) / (double) packs;
      assertEquals(partner.freeBytes() / 8000.0, share, 0.02, "seed " + SEED);
    }
  }

  @Test
  void aNewPartnerChangesOnlyTheChoicesThatItIsPartOf() {
    List<HolderCandidate> seven = candidates(500, 500, 500, 500, 500, 500, 500);
    List<HolderCandidate> eight = candidates(500, 500, 500, 500, 500, 500, 500, 500);
    for (int i = 0; i < 500; i++) {
      PackId pack = pack();
      Set<OwnerId> before = new HashSet<>(choose(pack, 4, seven));
      Set<OwnerId> after = new HashSet<>(choose(pack, 4, eight));
      after.removeAll(before);
      assertTrue(
          after.isEmpty() || after.equals(Set.of(PackTestPartners.owner(7))), "seed " + SEED);
    }
  }

  @Test
  void partnersWithRoomComeBeforeReachableOnes() {
    List<HolderCandidate> partners =
        List.of(
            new HolderCandidate(PackTestPartners.owner(0), 99, true),
            new HolderCandidate(PackTestPartners.owner(1), 100, false),
            new HolderCandidate(PackTestPartners.owner(2), 99, false),
            new HolderCandidate(PackTestPartners.owner(3), 100, true));
    for (int i = 0; i < 20; i++) {
      assertEquals(
          List.of(
              PackTestPartners.owner(3),
              PackTestPartners.owner(1),
              PackTestPartners.owner(0),
              PackTestPartners.owner(2)),
          choose(pack(), 9, partners));
    }
  }

  @Test
  void aSpareIsReachableHasRoomAndHoldsNothingOfThePack() {
    HolderChoice.Demand demand =
        new HolderChoice.Demand(
            List.of(
                new HolderCandidate(PackTestPartners.owner(0), 500, true),
                new HolderCandidate(PackTestPartners.owner(1), 500, false),
                new HolderCandidate(PackTestPartners.owner(2), 99, true),
                new HolderCandidate(PackTestPartners.owner(3), 500, true)),
            100);
    List<OwnerId> holders = List.of(PackTestPartners.owner(0));
    assertEquals(
        List.of(PackTestPartners.owner(3)), HolderChoice.spares(pack(), holders, 0, demand));
    List<OwnerId> both = List.of(PackTestPartners.owner(0), PackTestPartners.owner(3));
    assertEquals(List.of(), HolderChoice.spares(pack(), both, 0, demand));
    assertEquals(List.of(), HolderChoice.spares(pack(), both, 1, demand));
  }
}
