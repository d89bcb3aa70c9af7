package kith.fs.simulate;

import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import kith.peer.choice.LossModel;

/** Turns counted losses into rates, and puts the closed formula beside them. Stateless. */
final class Measured {
  private static final double CERTAINTY = 0.95;
  private static final double NORMAL_95 = 1.645;

  private Measured() {}

  static Report.Durability durability(World world) {
    Tally tally = world.tally;
    double years = tally.get(Tally.Of.DAYS, Kind.HONEST) / 365;
    var codes = new TreeMap<String, Integer>();
    double formula = 0;
    double partners = 0;
    int counted = 0;
    Map<Integer, Double> known = new HashMap<>();
    for (int i = 0; i < world.nodes.living(); i++) {
      int node = world.nodes.livingAt(i);
      if (world.nodes.kind(node) == Kind.HONEST && world.drives.isCoded(node)) {
        int open = open(world, node);
        int k = world.drives.k(node);
        formula += known.computeIfAbsent(open << 8 | k, same -> formula(world, open, k));
        partners += open;
        counted++;
        codes.merge(world.drives.code(node).toString(), 1, Integer::sum);
      }
    }
    return new Report.Durability(
        Report.round(years),
        world.scenario.terms().annualLoss(),
        tally.data().count(),
        tally.atRestore(),
        Report.round(upper(tally.data().count()) / years),
        tally.atPartners().count(),
        Report.round(upper(tally.atPartners().count()) / years),
        tally.sets().count(),
        Report.round(rate(world, tally.sets())),
        Report.round(upperRate(world, tally.sets())),
        Report.round(formula / Math.max(1, counted)),
        Report.round(partners / Math.max(1, counted)),
        (long) tally.get(Tally.Count.LOST_ABSENT),
        codes);
  }

  private static int open(World world, int node) {
    int open = 0;
    for (int at = 0; at < world.nodes.pairCount(node); at++) {
      open += world.pairs.isOpen(world.nodes.pairAt(node, at)) ? 1 : 0;
    }
    return open;
  }

  private static double formula(World world, int partners, int tolerated) {
    var window = world.scenario.terms().grace().plus(HonestGrowth.REPAIR);
    var model = new LossModel(world.scenario.churn().losses(), window);
    return partners < 1 ? 1 : model.annualLoss(partners, Math.min(partners, tolerated));
  }

  /**
   * Losses a year and node: of a plain run by counting; of a boosted one, how often cycles begin
   * really, if all partners were always there, times what a cycle loses by weight.
   */
  static double rate(World world, Tally.Losses losses) {
    double years = tallied(world);
    if (world.cycles.boost() == 1) {
      return losses.count() / years;
    }
    return begins(world) / years * losses.weights() / Math.max(1, world.cycles.count());
  }

  /** The 95% upper bound of {@link #rate}. */
  static double upperRate(World world, Tally.Losses losses) {
    if (world.cycles.boost() == 1) {
      return upper(losses.count()) / tallied(world);
    }
    double cycles = Math.max(1, world.cycles.count());
    double spread = NORMAL_95 * Math.sqrt(losses.squares()) / cycles;
    return rate(world, losses) + begins(world) / tallied(world) * spread;
  }

  private static double tallied(World world) {
    return Math.max(1e-9, world.tally.get(Tally.Of.DAYS, Kind.HONEST) / 365);
  }

  private static double begins(World world) {
    return world.cycles.partnerDays() / 365 * world.scenario.churn().losses();
  }

  /** The 95% upper bound of the mean of what is distributed as Poisson's law, once seen. */
  static double upper(long count) {
    double low = (double) count;
    double high = low + 10 + 5 * Math.sqrt(low);
    for (int i = 0; i < 60; i++) {
      double middle = (low + high) / 2;
      if (atMost(count, middle) > 1 - CERTAINTY) {
        low = middle;
      } else {
        high = middle;
      }
    }
    return high;
  }

  private static double atMost(long count, double mean) {
    double term = Math.exp(-mean);
    double sum = term;
    for (int i = 1; i <= count; i++) {
      term *= mean / i;
      sum += term;
    }
    return sum;
  }
}
