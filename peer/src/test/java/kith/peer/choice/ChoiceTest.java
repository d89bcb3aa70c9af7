package kith.peer.choice;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class ChoiceTest {
  private static final long SEED = 13;
  private static final long GIB = 1L << 30;
  private static final MachineKind LINUX = new MachineKind("Linux", "6", "amd64");

  private static final Wishes WISHES =
      new Wishes(networks("192.0.2.1"), LINUX, Schedule.ALWAYS, 10 * GIB, 10 * GIB, 1);

  private static Set<NetworkPrefix> networks(String... hosts) {
    return NetworkPrefix.of(List.of(hosts));
  }

  /** A candidate that nothing speaks against, with one thing changed. */
  private static final class Facts {
    private Set<NetworkPrefix> networks = networks("203.0.113.1");
    private MachineKind machine = new MachineKind("macOS", "14", "arm64");
    private Candidate.Hours hours = new Candidate.Hours(Schedule.ALWAYS, 168, 1000);
    private Candidate.Speed speed = new Candidate.Speed(1 << 20, 4 << 20, true);
    private Candidate.Space space = new Candidate.Space(10 * GIB, 10 * GIB);
    private TrackRecord record = new TrackRecord(3, 9, 0);
    private Duration age = Duration.ofDays(400);
    private int protocol = 1;

    Candidate of(int number) {
      return new Candidate(
          PlacementTest.owner(number),
          networks,
          machine,
          hours,
          speed,
          space,
          record,
          age,
          protocol);
    }
  }

  private static Judgement judged(Criterion criterion, Facts facts, Candidate... present) {
    return new Choice(ChoiceSettings.DEFAULT, WISHES, List.of(present))
        .judge(facts.of(1)).judgements().stream()
            .filter(judgement -> judgement.criterion() == criterion)
            .findFirst()
            .orElseThrow();
  }

  private static void refused(Criterion criterion, String reason, Facts facts) {
    Judgement judgement = judged(criterion, facts);
    assertEquals(Verdict.REFUSED, judgement.verdict());
    assertTrue(judgement.reason().contains(reason), judgement.reason());
    Assessment all = new Choice(ChoiceSettings.DEFAULT, WISHES, List.of()).judge(facts.of(1));
    assertTrue(all.isRefused());
    assertEquals(0, all.score());
  }

  @Test
  void whatNothingSpeaksAgainstIsGood() {
    Assessment all = new Choice(ChoiceSettings.DEFAULT, WISHES, List.of()).judge(new Facts().of(1));
    assertEquals(Verdict.GOOD, all.verdict());
    assertEquals(Criterion.values().length, all.judgements().size());
    assertEquals(1000, all.score());
  }

  @Test
  void eachRefusalSaysWhy() {
    Facts facts = new Facts();
    facts.hours = new Candidate.Hours(Schedule.parse("never"), 0, 1000);
    refused(Criterion.SCHEDULE, "no hour of the week in common", facts);
    facts = new Facts();
    facts.speed = new Candidate.Speed(1, 4 << 20, true);
    refused(Criterion.BANDWIDTH, "measured, under 16 KiB/s at any time", facts);
    facts = new Facts();
    facts.space = new Candidate.Space(0, GIB);
    refused(Criterion.SPACE, "keeps nothing", facts);
    facts.space = new Candidate.Space(Long.MIN_VALUE, GIB);
    refused(Criterion.SPACE, "keeps nothing", facts);
    facts.space = new Candidate.Space(Long.MAX_VALUE, GIB);
    refused(Criterion.SPACE, "nobody has that much", facts);
    facts.space = new Candidate.Space(1000, GIB);
    refused(Criterion.SPACE, "less than 1 MiB", facts);
    facts = new Facts();
    facts.protocol = 0;
    refused(Criterion.PROTOCOL, "older than 1", facts);
    facts = new Facts();
    facts.record = new TrackRecord(2, 1, 1);
    refused(Criterion.RECORD, "breaks its word, as 2 others tell", facts);
  }

  @Test
  void whatIsNotKnownCountsLittleAndRefusesNobody() {
    Facts facts = new Facts();
    facts.record = new TrackRecord(1, 0, 100);
    Judgement record = judged(Criterion.RECORD, facts);
    assertEquals(Verdict.FAIR, record.verdict());
    assertEquals(3, record.weight());
    facts.age = Duration.ZERO;
    assertEquals(2, judged(Criterion.AGE, facts).weight());
    facts.speed = Candidate.Speed.UNKNOWN;
    assertEquals(Verdict.FAIR, judged(Criterion.BANDWIDTH, facts).verdict());
    facts.machine = MachineKind.UNKNOWN;
    assertEquals(Verdict.FAIR, judged(Criterion.SYSTEM, facts).verdict());
    facts.networks = Set.of();
    assertEquals(Verdict.FAIR, judged(Criterion.NETWORK, facts).verdict());
    assertFalse(
        new Choice(ChoiceSettings.DEFAULT, WISHES, List.of()).judge(facts.of(1)).isRefused());
  }

  @Test
  void whoIsNotThereWhenHeSaysLosesScore() {
    int before = 1001;
    for (int kept = 1000; kept >= 500; kept -= 100) {
      Facts facts = new Facts();
      facts.hours = new Candidate.Hours(Schedule.ALWAYS, 100, kept);
      int points = judged(Criterion.SCHEDULE, facts).points();
      assertTrue(points < before, kept + ": " + points);
      before = points;
    }
    assertEquals(0, before);
  }

  @Test
  void nearnessToPartnersAndToOneselfCounts() {
    Facts facts = new Facts();
    Candidate ben = facts.of(2);
    Judgement same = judged(Criterion.NETWORK, facts, ben);
    assertEquals(Verdict.POOR, same.verdict());
    assertEquals("the household is a partner's too", same.reason());
    facts.networks = networks("203.0.9.9");
    assertEquals(200, judged(Criterion.NETWORK, facts, ben).points());
    facts.networks = networks("203.9.9.9");
    assertEquals(700, judged(Criterion.NETWORK, facts, ben).points());
    facts.networks = networks("192.0.2.1");
    assertEquals("the household is yours too", judged(Criterion.NETWORK, facts, ben).reason());
    facts.networks = ben.networks();
    Choice choice = new Choice(ChoiceSettings.DEFAULT, WISHES, List.of(ben));
    assertEquals(1000, choice.judge(ben).judgements().get(0).points(), "not against himself");
  }

  @Test
  void theSameKindOfMachineIsWorthLess() {
    Facts facts = new Facts();
    int far = judged(Criterion.SYSTEM, facts).points();
    facts.machine = new MachineKind("linux", "5", "amd64");
    int near = judged(Criterion.SYSTEM, facts).points();
    facts.machine = LINUX;
    int same = judged(Criterion.SYSTEM, facts).points();
    assertTrue(far > near && near > same, far + " " + near + " " + same);
  }

  private static Facts random(Random random) {
    Facts facts = new Facts();
    facts.networks = networks("203." + random.nextInt(3) + ".1." + random.nextInt(3));
    facts.machine = random.nextBoolean() ? LINUX : MachineKind.UNKNOWN;
    facts.hours = new Candidate.Hours(Schedule.ALWAYS, 9, 900 + random.nextInt(100));
    facts.space = new Candidate.Space(random.nextInt(3) * GIB, GIB);
    facts.age = Duration.ofDays(random.nextInt(500));
    return facts;
  }

  @Test
  void theOrderIsTheSameHoweverCandidatesAndPartnersCome() {
    Random random = new Random(SEED);
    for (int round = 0; round < 100; round++) {
      List<Candidate> candidates = new ArrayList<>();
      List<Candidate> present = new ArrayList<>();
      for (int i = 0; i < 20; i++) {
        candidates.add(random(random).of(i));
        present.add(random(random).of(100 + i));
      }
      List<Assessment> ranked =
          new Choice(ChoiceSettings.DEFAULT, WISHES, present).rank(candidates);
      Collections.shuffle(candidates, random);
      Collections.shuffle(present, random);
      assertEquals(
          ranked,
          new Choice(ChoiceSettings.DEFAULT, WISHES, present).rank(candidates),
          "seed " + SEED);
    }
  }

  @Test
  void equalOnesGoByTheirIdsAndRefusedOnesLast() {
    Facts refused = new Facts();
    refused.protocol = 0;
    List<Candidate> all =
        List.of(refused.of(1), new Facts().of(2), new Facts().of(3), refused.of(4));
    List<Assessment> ranked = new Choice(ChoiceSettings.DEFAULT, WISHES, List.of()).rank(all);
    assertEquals(
        List.of(false, false, true, true), ranked.stream().map(Assessment::isRefused).toList());
    assertTrue(ranked.get(0).owner().compareTo(ranked.get(1).owner()) < 0);
  }

  @Test
  void weightsAndThresholdsAreSettings() {
    ChoiceSettings age =
        new ChoiceSettings(
            Map.of(
                Criterion.NETWORK,
                0,
                Criterion.SYSTEM,
                0,
                Criterion.SCHEDULE,
                0,
                Criterion.BANDWIDTH,
                0,
                Criterion.SPACE,
                0,
                Criterion.RECORD,
                0,
                Criterion.PROTOCOL,
                0,
                Criterion.AGE,
                100),
            ChoiceSettings.Limits.DEFAULT);
    Facts facts = new Facts();
    facts.age = Duration.ofDays(73);
    assertEquals(600, new Choice(age, WISHES, List.of()).judge(facts.of(1)).score());
    assertThrows(
        IllegalArgumentException.class,
        () -> new ChoiceSettings(Map.of(Criterion.AGE, 101), ChoiceSettings.Limits.DEFAULT));
  }
}
