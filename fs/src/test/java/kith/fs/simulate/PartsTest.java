package kith.fs.simulate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import kith.fs.simulate.EventQueue.Event;
import org.junit.jupiter.api.Test;

/** The simulator's own parts. */
final class PartsTest {
  @Test
  void eventsHappenByTimeAndThenAsTheyWerePutIn() {
    var queue = new EventQueue();
    var dice = new Dice(3);
    for (int i = 0; i < 5000; i++) {
      queue.put(dice.below(500), Event.DAY, i);
    }
    long time = -1;
    int subject = -1;
    for (int left = 5000; left > 0; left--) {
      assertEquals(left, queue.size());
      assertTrue(queue.time() > time || (queue.time() == time && queue.subject() > subject));
      time = queue.time();
      subject = queue.subject();
      queue.remove();
    }
    assertEquals(0, queue.size());
  }

  @Test
  void binomialsHaveTheirMeanAndSpread() {
    var dice = new Dice(4);
    for (int tries : new int[] {1, 24, 400}) {
      for (double p : new double[] {0.03, 0.5, 0.97}) {
        double sum = 0;
        double squares = 0;
        int draws = 20_000;
        for (int i = 0; i < draws; i++) {
          int drawn = dice.binomial(tries, p);
          assertTrue(drawn >= 0 && drawn <= tries);
          sum += drawn;
          squares += (double) drawn * drawn;
        }
        double mean = sum / draws;
        double variance = tries * p * (1 - p);
        assertEquals(tries * p, mean, 5 * Math.sqrt(variance / draws) + 0.01);
        assertEquals(variance, squares / draws - mean * mean, 0.1 * variance + 0.02);
      }
    }
  }

  @Test
  void upperBoundsAreThoseOfPoissonsLaw() {
    assertEquals(2.996, Measured.upper(0), 1e-3);
    assertEquals(4.744, Measured.upper(1), 1e-3);
    assertEquals(10.513, Measured.upper(5), 1e-3);
  }

  @Test
  void aCycleWeighsWhatWasMadeMoreFrequent() {
    var cycles = new Cycles(4, 0.5);
    cycles.add(0);
    cycles.partnerLost(0);
    assertEquals(1, cycles.weight(0), 1e-9, "how often cycles begin is counted apart");
    cycles.day(0, 9, 1);
    cycles.partnerLost(0);
    double expected = Math.exp(3 * 0.5 / 365 * 10) / 4;
    assertEquals(expected, cycles.weight(0), 1e-6);
    cycles.day(0, 10, 0);
    cycles.partnerLost(0);
    assertEquals(1, cycles.weight(0), 1e-9, "all was there in between");
    assertEquals(2, cycles.count());
  }

  @Test
  void hoppingPaysUntilTheCurvesCross() {
    List<Sweep.Point> points =
        List.of(
            new Sweep.Point(0, 0, 1), new Sweep.Point(14, 0.7, 1.1), new Sweep.Point(28, 1.3, 1.1));
    assertEquals(23.33, Sweep.breakEven(points), 0.01);
    assertTrue(Double.isNaN(Sweep.breakEven(points.subList(0, 2))));
  }

  @Test
  void aPageNeedsNothingElse() {
    Scenario small = Scenarios.named("mixed").orElseThrow().with(new Scenario.Size(60, 0.2, 5));
    String page = ReportPage.of(new Simulation(small).run(share -> {}));
    assertTrue(page.contains("<svg") && page.contains("never stores"), page);
    assertFalse(page.contains("src=") || page.contains("href="), page);
    var sweep = new Sweep.Result("hoppers", 1, 21, List.of(new Sweep.Point(7, 0.4, 1.1)), 20);
    assertTrue(ReportPage.of(sweep).contains("polyline"));
  }

  @Test
  void scenariosAreNamedAndChecked() {
    for (Scenario each : Scenarios.all()) {
      assertEquals(each, Scenarios.named(each.name()).orElseThrow());
    }
    assertThrows(IllegalArgumentException.class, () -> new Scenario.Size(10, 1, 1));
    assertThrows(IllegalArgumentException.class, () -> new Scenario.Size(100, 0, 1));
    Scenario usual = Scenarios.all().get(0);
    var all = Map.of(Kind.HOPS, 0.5, Kind.SYBIL, 0.5);
    assertThrows(IllegalArgumentException.class, () -> usual.with(all));
  }
}
