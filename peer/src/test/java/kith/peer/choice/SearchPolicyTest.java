package kith.peer.choice;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import kith.codec.CodeParameters;
import kith.codec.OwnerId;
import org.junit.jupiter.api.Test;

/** How many partners are lacking, and whom a node asks next. */
final class SearchPolicyTest {
  private static final long SEED = 5;
  private static final long GIB = 1L << 30;
  private static final MachineKind KIND = new MachineKind("linux", "6", "amd64");
  private static final Set<NetworkPrefix> HERE = NetworkPrefix.of(List.of("192.0.2.1"));
  private static final Growth TWO_LOSSES =
      new Growth(Optional.of(new Target.Losses(2)), () -> new LossModel(0.2, Duration.ofDays(23)));

  private final SearchPolicy policy = new SearchPolicy(ChoiceSettings.DEFAULT);

  private static Candidate candidate(int number, String host, long offered) {
    return candidate(number, host, offered, KIND);
  }

  private static Candidate candidate(int number, String host, long offered, MachineKind kind) {
    return new Candidate(
        PlacementTest.owner(number),
        NetworkPrefix.of(List.of(host)),
        kind,
        new Candidate.Hours(Schedule.ALWAYS, 0, 1000),
        Candidate.Speed.UNKNOWN,
        new Candidate.Space(offered, GIB),
        TrackRecord.NONE,
        Duration.ZERO,
        1);
  }

  /** Each in a network of its own. */
  private static List<Candidate> far(int from, int count) {
    List<Candidate> all = new ArrayList<>();
    for (int i = from; i < from + count; i++) {
      all.add(candidate(i, 30 + i + ".1.0.1", GIB));
    }
    return all;
  }

  private static Lack lack(List<Candidate> there, long space) {
    return Lack.of(TWO_LOSSES, null, HERE, there, space);
  }

  private static SearchGroup group(int self, List<Candidate> there) {
    var wishes = new Wishes(HERE, KIND, Schedule.ALWAYS, GIB, GIB, 1);
    return new SearchGroup(PlacementTest.owner(self), wishes, there, lack(there, 0), 20);
  }

  private static SearchPolicy.Progress progress(boolean patience, OwnerId... resting) {
    return new SearchPolicy.Progress(List.of(), 0, Set.of(resting), patience);
  }

  private List<OwnerId> next(List<Candidate> there, List<Candidate> known, boolean patience) {
    return policy.plan(group(1000, there), known, progress(patience)).next();
  }

  @Test
  void whatIsLackingFollowsTheTarget() {
    assertEquals(5, lack(List.of(), 0).more());
    assertEquals(2, lack(far(0, 3), 0).more());
    assertTrue(lack(far(0, 5), 0).isMet());
    assertTrue(lack(far(0, 9), 0).isMetWell());
    Lack fixed = Lack.of(Growth.BY_NUMBER, CodeParameters.of(4, 2), HERE, far(0, 6), 0);
    assertEquals(1, fixed.more(), "a fixed code of six wants a seventh for repair");
    assertEquals(11, Lack.of(Growth.BY_NUMBER, null, HERE, List.of(), 0).wanted());
  }

  @Test
  void aHouseholdCountsOnceAndOnesOwnNotAtAll() {
    List<Candidate> there = new ArrayList<>(far(0, 3));
    there.add(candidate(100, "30.1.0.1", GIB));
    there.add(candidate(101, "192.0.2.1", GIB));
    Lack lack = lack(there, 0);
    assertEquals(5, lack.partners());
    assertEquals(3, lack.places());
    assertEquals(0, lack.more());
    assertEquals(2, lack.elsewhere());
    assertFalse(lack.isMet());
  }

  @Test
  void spaceIsLackingUntilThereIsSomewhatMoreThanIsWanted() {
    List<Candidate> there = far(0, 5);
    long usable = lack(there, 0).usable();
    assertEquals(2 * 5 * GIB / 4, usable);
    assertEquals(1, lack(there, usable + 1).more());
    assertTrue(lack(there, usable).isMet());
    assertFalse(lack(there, usable).isMetWell());
    assertTrue(lack(there, usable - usable / 16).isMetWell());
  }

  @Test
  void asManyAreAskedAsAreLackingButFewAtOnce() {
    assertEquals(SearchPolicy.MOST_OPEN, next(List.of(), far(0, 30), false).size());
    assertEquals(2, next(far(50, 3), far(0, 30), false).size());
    assertEquals(List.of(), next(far(50, 5), far(0, 30), false));
    var open = new SearchPolicy.Progress(far(0, 1), 3, Set.of(), false);
    assertEquals(1, policy.plan(group(1000, List.of()), far(0, 30), open).next().size());
  }

  @Test
  void inputsInAnyOrderGiveTheSameOrderAndEachNodeHasItsOwn() {
    List<Candidate> known = far(0, 40);
    List<OwnerId> first = next(List.of(), known, false);
    Collections.shuffle(known, new Random(SEED));
    assertEquals(first, next(List.of(), known, false));
    Set<OwnerId> asked = new java.util.HashSet<>();
    for (int self = 1000; self < 1010; self++) {
      asked.addAll(policy.plan(group(self, List.of()), known, progress(false)).next());
    }
    assertTrue(asked.size() > 20, "ten nodes ask only " + asked.size());
  }

  @Test
  void theBetterOnesComeFirst() {
    List<Candidate> known = new ArrayList<>(far(0, 3));
    known.addAll(List.of(candidate(7, "80.1.0.1", 2 << 20), candidate(8, "81.1.0.1", 2 << 20)));
    List<OwnerId> next = next(far(50, 2), known, false);
    assertEquals(3, next.size());
    assertFalse(next.contains(PlacementTest.owner(7)) || next.contains(PlacementTest.owner(8)));
  }

  @Test
  void thoseNearbyAreAskedLastAndAfterAWhile() {
    Candidate household = candidate(200, "192.0.2.1", GIB);
    Candidate network = candidate(201, "30.1.9.9", GIB);
    List<Candidate> there = far(0, 2);
    List<Candidate> known = List.of(household, network);
    SearchPlan waits = policy.plan(group(1000, there), known, progress(false));
    assertEquals(List.of(), waits.next());
    assertEquals(2, waits.near());
    assertEquals(List.of(network.owner()), next(there, known, true));
    List<Candidate> more = new ArrayList<>(known);
    more.addAll(far(60, 1));
    assertEquals(List.of(PlacementTest.owner(60)), next(there, more, true));
  }

  @Test
  void whereOnlyHouseholdsAreLackingNobodyNearbyIsTaken() {
    List<Candidate> there = new ArrayList<>(far(0, 4));
    there.add(candidate(101, "192.0.2.1", GIB));
    assertEquals(List.of(), next(there, List.of(candidate(102, "192.0.2.1", GIB)), true));
    assertEquals(1, next(there, far(60, 3), true).size());
  }

  @Test
  void whoRestsOrIsRefusedIsNotAskedAndCounted() {
    List<Candidate> known = new ArrayList<>(far(0, 2));
    known.add(candidate(300, "90.1.0.1", 0));
    OwnerId resting = PlacementTest.owner(0);
    SearchPlan plan = policy.plan(group(1000, List.of()), known, progress(false, resting));
    assertEquals(List.of(PlacementTest.owner(1)), plan.next());
    assertEquals(2, plan.able());
    assertEquals(1, plan.resting());
    assertEquals(Map.of(Criterion.SPACE, 1), plan.refused());
    SearchPlan own = policy.plan(group(1, List.of()), known, progress(false, resting));
    assertEquals(List.of(), own.next());
  }

  private Optional<Judgement> against(List<Candidate> there, Candidate other, boolean patience) {
    return policy.against(group(1000, there), other, progress(patience));
  }

  @Test
  void whoOffersIsJudgedAsWhoIsAsked() {
    List<Candidate> enough = far(0, 5);
    Candidate inHousehold = candidate(100, "30.1.0.1", GIB);
    Candidate inNetwork = candidate(101, "30.1.7.1", GIB);
    Candidate here = candidate(102, "192.0.2.1", GIB);
    assertEquals(Optional.empty(), against(enough, far(70, 1).get(0), false));
    for (Candidate near : List.of(inHousehold, inNetwork, here)) {
      assertEquals(
          Criterion.NETWORK, against(enough, near, true).orElseThrow().criterion(), "enough");
      assertTrue(against(far(0, 4), near, false).isPresent(), "others may still be found");
      assertEquals(Optional.empty(), against(far(0, 4), near, true));
    }
    var empty = candidate(103, "99.1.0.1", 0);
    assertEquals(Criterion.SPACE, against(List.of(), empty, true).orElseThrow().criterion());
    var asked = new SearchPolicy.Progress(List.of(inNetwork), 1, Set.of(), false);
    var same = candidate(104, "30.1.7.1", GIB);
    assertTrue(policy.against(group(1000, List.of()), same, asked).isPresent(), "one is asked");
  }

  private static final MachineKind WINDOWS = new MachineKind("windows 11", "10", "amd64");

  private static List<Candidate> onWindows(int from, int count) {
    List<Candidate> all = new ArrayList<>();
    for (int i = from; i < from + count; i++) {
      all.add(candidate(i, 120 + i + ".1.0.1", GIB, WINDOWS));
    }
    return all;
  }

  @Test
  void systemsOfWhichThereAreFewComeFirst() {
    List<Candidate> known = new ArrayList<>(far(0, 20));
    known.addAll(onWindows(30, 2));
    List<OwnerId> next = next(far(50, 3), known, false);
    assertEquals(
        Set.of(PlacementTest.owner(30), PlacementTest.owner(31)), Set.copyOf(next), "both");
  }

  private static final Growth THREE_LOSSES =
      new Growth(Optional.of(new Target.Losses(3)), () -> null);

  private static List<Candidate> both(int linux, int windows) {
    List<Candidate> there = new ArrayList<>(far(0, linux));
    there.addAll(onWindows(60, windows));
    return there;
  }

  private static Lack threeLosses(List<Candidate> there) {
    return Lack.of(THREE_LOSSES, null, HERE, there, 0);
  }

  @Test
  void othersAreLackingWhileOneSystemHasTooManyShardsOfEachPack() {
    assertEquals(0, threeLosses(far(0, 8)).unlike(), "perhaps there are no others");
    Lack byNumber = Lack.of(Growth.BY_NUMBER, null, HERE, both(7, 4), 0);
    assertEquals(3, byNumber.unlike(), "of ten shards three may be on linux");
    assertEquals(11, byNumber.wanted());
    assertTrue(byNumber.isMetWell(), "nothing that must be there");
    assertEquals(1, Lack.of(Growth.BY_NUMBER, null, HERE, both(7, 6), 0).unlike());
    assertEquals(0, Lack.of(Growth.BY_NUMBER, null, HERE, both(7, 7), 0).unlike());
    assertEquals(3, Lack.of(Growth.BY_NUMBER, null, HERE, both(9, 2), 0).unlike(), "some");
    assertEquals(0, Lack.of(Growth.BY_NUMBER, null, HERE, both(12, 2), 0).unlike(), "enough");
  }

  @Test
  void noOthersAreLackingWhereTheCodeWouldOnlyGrowWithThem() {
    assertEquals(7, threeLosses(List.of()).wanted());
    assertEquals(0, threeLosses(both(6, 1)).unlike(), "each brings a shard more");
  }

  @Test
  void otherSystemsDoNotOverrideAFixedCode() {
    Lack fixed = Lack.of(Growth.BY_NUMBER, CodeParameters.of(4, 2), HERE, both(4, 3), 0);
    assertEquals(7, fixed.wanted());
    assertEquals(0, fixed.more());
    assertEquals(2, fixed.unlike(), "one of six may be on linux");
  }

  @Test
  void forTheSakeOfOtherSystemsOnlyTheseAreAskedAndNobodyNearby() {
    List<Candidate> there = both(7, 4);
    var lack = Lack.of(Growth.BY_NUMBER, null, HERE, there, 0);
    var group =
        new SearchGroup(PlacementTest.owner(1000), group(0, there).wishes(), there, lack, 20);
    assertEquals(List.of(), policy.plan(group, far(20, 9), progress(true)).next());
    List<Candidate> known = new ArrayList<>(far(20, 9));
    known.addAll(onWindows(80, 5));
    known.add(candidate(99, "30.1.0.1", GIB, WINDOWS));
    List<OwnerId> next = policy.plan(group, known, progress(true)).next();
    assertEquals(3, next.size());
    assertTrue(onWindows(80, 5).stream().map(Candidate::owner).toList().containsAll(next));
  }
}
