package kith.fs.simulate;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Runs one scenario with commitments of different lengths, and finds from which on hopping costs
 * more than honesty. Where the commitment is not longer than the grace period, which the product
 * refuses, the world lets restores begin after it all the same. Stateless.
 */
public final class Sweep {
  private static final int[] DAYS = {0, 7, 14, 21, 28, 35, 42};

  private Sweep() {}

  /**
   * What a node of each kind lends for what it needs of others' space.
   *
   * @param commitmentDays of the run
   */
  public record Point(double commitmentDays, double hops, double honest) {}

  /**
   * A whole sweep.
   *
   * @param breakEvenDays the commitment from which on hopping costs more; NaN if it never does
   */
  public record Result(
      String scenario, long seed, double graceDays, List<Point> points, double breakEvenDays) {}

  /** Runs one scenario for each commitment. */
  public static Result of(Scenario scenario, Simulation.Watcher watcher) {
    List<Point> points = new ArrayList<>();
    for (int i = 0; i < DAYS.length; i++) {
      double done = i;
      Report report =
          new Simulation(scenario.with(scenario.terms().with(null, Duration.ofDays(DAYS[i]))))
              .run(share -> watcher.reached((done + share) / DAYS.length));
      points.add(
          new Point(
              DAYS[i], report.of(Kind.HOPS).lentForUse(), report.of(Kind.HONEST).lentForUse()));
    }
    double grace = scenario.terms().grace().toHours() / 24.0;
    long seed = scenario.size().seed();
    return new Result(scenario.name(), seed, grace, List.copyOf(points), breakEven(points));
  }

  /** Where the two curves cross, by straight lines between the points. */
  static double breakEven(List<Point> points) {
    for (int i = 1; i < points.size(); i++) {
      Point before = points.get(i - 1);
      Point after = points.get(i);
      double first = before.hops() - before.honest();
      double second = after.hops() - after.honest();
      if (first <= 0 && second > 0) {
        double share = -first / (second - first);
        double days = before.commitmentDays();
        return Report.round(days + share * (after.commitmentDays() - days));
      }
    }
    return Double.NaN;
  }
}
