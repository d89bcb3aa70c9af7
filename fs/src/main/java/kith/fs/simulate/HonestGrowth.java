package kith.fs.simulate;

import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import kith.fs.PlacementPolicy;
import kith.peer.choice.Growth;
import kith.peer.choice.LossModel;
import kith.peer.choice.Target;

/**
 * Which code each owner uses, by what he has seen of his partners. What follows from the same
 * observations is computed once. For one thread.
 */
final class HonestGrowth {
  /** What a node assumes before it has seen anything. */
  static final double ASSUMED = 0.2;

  /** Within which a lost partner's shards are elsewhere, after its grace. */
  static final Duration REPAIR = Duration.ofDays(2);

  private final Optional<Target> target;
  private final Duration window;
  private final Map<LossModel, PlacementPolicy[]> policies = new HashMap<>();
  private final double boost;
  private int[] lost = new int[0];
  private double[] partnerDays = new double[0];

  /**
   * @param boost how many times as often as really partners are lost: for so much less they count
   */
  HonestGrowth(Scenario.Terms terms, double boost) {
    this.target = Optional.of(new Target.AnnualLoss(terms.annualLoss()));
    this.window = terms.grace().plus(REPAIR);
    this.boost = boost;
  }

  void add(int node) {
    if (node >= lost.length) {
      lost = Arrays.copyOf(lost, Math.max(64, 2 * node));
      partnerDays = Arrays.copyOf(partnerDays, lost.length);
    }
  }

  void day(int node, int partners) {
    partnerDays[node] += partners;
  }

  void partnerGone(int node) {
    lost[node]++;
  }

  private LossModel model(int node) {
    return new LossModel(observedRate(node), window);
  }

  private double observedRate(int node) {
    int seen = (int) Math.round(lost[node] / boost);
    return LossModel.observedRate(ASSUMED, seen, partnerDays[node] / 365);
  }

  /**
   * How many partners the node wants, and by which code it spreads its drive over so many.
   *
   * @param partners that there are
   */
  PlacementPolicy policy(int node, int partners) {
    LossModel model = model(node);
    PlacementPolicy[] byCount =
        policies.computeIfAbsent(model, same -> new PlacementPolicy[Growth.MAX_PARTNERS + 1]);
    if (byCount[partners] == null) {
      var own = new Growth(target, () -> model);
      byCount[partners] = new PlacementPolicy(Optional.empty(), OptionalInt.empty(), own);
    }
    return byCount[partners];
  }
}
