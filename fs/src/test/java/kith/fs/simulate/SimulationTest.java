package kith.fs.simulate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/** What the simulator must show, for seeds that nothing was tuned by. */
final class SimulationTest {
  private static Report run(String scenario, Scenario.Size size) {
    return new Simulation(named(scenario).with(size)).run(share -> {});
  }

  private static Scenario named(String scenario) {
    return Scenarios.named(scenario).orElseThrow();
  }

  private static Report hopping(Duration commitment, long seed) {
    Scenario hoppers = named("hoppers").with(new Scenario.Size(150, 1.5, seed));
    return new Simulation(hoppers.with(hoppers.terms().with(null, commitment))).run(share -> {});
  }

  @Test
  void theSameSeedGivesTheSameRun() {
    Report first = run("mixed", new Scenario.Size(60, 0.3, 7001));
    assertEquals(first, run("mixed", new Scenario.Size(60, 0.3, 7001)));
    Report other = run("mixed", new Scenario.Size(60, 0.3, 7002));
    assertNotEquals(first.traffic(), other.traffic());
  }

  @Test
  void whoHopsKeepsMoreThanHonestNodesByTheDefaultTerms() {
    Report report = hopping(null, 7011);
    double hops = report.of(Kind.HOPS).lentForUse();
    assertTrue(hops > report.of(Kind.HONEST).lentForUse(), report.toString());
  }

  @Test
  void whoHopsKeepsLessWhereTheCommitmentIsShorterThanGrace() {
    Report report = hopping(Duration.ofDays(7), 7012);
    double hops = report.of(Kind.HOPS).lentForUse();
    assertTrue(hops < report.of(Kind.HONEST).lentForUse(), report.toString());
  }

  @Test
  void whoDropsLaterIsServedLessThanHeGivesHisEstatesCounted() {
    Report report = run("freeloaders", new Scenario.Size(150, 1, 7021));
    Report.Population drops = report.of(Kind.DROPS_LATER);
    assertTrue(drops.caught() > 0 && drops.served() > 0, drops.toString());
    assertTrue(drops.served() + drops.estate() < drops.kept(), drops.toString());
    assertTrue(drops.usable() < drops.lent(), drops.toString());
    Report.Population never = report.of(Kind.NEVER_STORES);
    assertTrue(never.taken() > 0 && never.lent() == 0 && never.estate() == 0, never.toString());
    assertTrue(never.caughtAfterDays() < report.commitmentDays(), never.toString());
    assertTrue(never.served() < never.taken() / 5, "most of it is never to be had: " + never);
  }

  @Test
  void repairCostsLessThanOneAndAHalfTimesTheOraclesTraffic() {
    Report.Traffic traffic = run("usual", new Scenario.Size(200, 1.5, 7031)).traffic();
    assertTrue(traffic.oracleSent() > 0, traffic.toString());
    assertTrue(traffic.ratio() < 1.5, traffic.toString());
    assertTrue(traffic.falseAlarms() > 0, "nobody was away for long: " + traffic);
  }

  @Test
  void aWormThatTakesOneOfFourSystemsLosesNoHonestDrive() {
    var nothingElse = new Scenario.Churn(0, 0, false, 6, 1, 0.97, 0.3, 0, 0);
    Scenario worm = named("worm").with(nothingElse).with(new Scenario.Size(300, 0.8, 7041));
    Report report = new Simulation(worm).run(share -> {});
    assertTrue(report.traffic().restores() >= 50, report.toString());
    assertEquals(0, report.durability().lost(), report.toString());
  }

  /** A holder or two may be missing when it comes, and a fire may follow it: durability.md. */
  @Test
  void aWormAmongAllOtherMisfortunesLosesHardlyAny() {
    Report report = run("worm", new Scenario.Size(250, 0.8, 7042));
    assertTrue(report.traffic().restores() >= 40, report.toString());
    assertTrue(report.durability().lost() <= 1, report.toString());
  }

  @Test
  void honestDrivesAreLostLessOftenThanTheTargetAllows() {
    Scenario plain = named("plain").with(new Scenario.Size(400, 2, 7051));
    Report.Durability durability = Simulation.rare(plain).run(share -> {}).durability();
    assertTrue(durability.sets() >= 3, "nothing to be weighed: " + durability);
    assertTrue(durability.setsUpper() < durability.target(), durability.toString());
  }

  @Test
  void whoCannotBeMadeToPayIsReportedWithTimeAndHarm() {
    Report report = run("mixed", new Scenario.Size(250, 1, 7061));
    for (Kind kind : new Kind[] {Kind.REFUSES, Kind.MIDDLEMAN}) {
      Report.Population population = report.of(kind);
      assertTrue(population.cheated() > 0 && population.refused() > 0, population.toString());
      assertTrue(population.caughtAfterDays() > 0, population.toString());
      assertTrue(population.served() > 0, "they are served like others: " + population);
    }
    assertTrue(report.of(Kind.MIDDLEMAN).kept() == 0, report.toString());
    Report.Population most = report.of(Kind.KEEPS_MOST);
    assertTrue(most.caught() > 0 && most.caughtAfterDays() < 120, most.toString());
    assertTrue(report.of(Kind.HONEST).keptWaived() > 0, "friends are counted apart");
  }
}
