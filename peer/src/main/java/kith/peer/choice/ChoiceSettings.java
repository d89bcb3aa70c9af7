package kith.peer.choice;

import java.time.Duration;
import java.util.Map;

/**
 * What counts how much, and from where on it does.
 *
 * @param weights of the criteria, 0 to 100; one that is not named has its default
 * @param limits below which a candidate is refused or thought little of
 */
public record ChoiceSettings(Map<Criterion, Integer> weights, Limits limits) {
  /** Sane for friends and strangers. */
  public static final ChoiceSettings DEFAULT = new ChoiceSettings(Map.of(), Limits.DEFAULT);

  private static final int MAX_WEIGHT = 100;

  /**
   * Thresholds.
   *
   * @param commonHours hours a week that are enough; none at all is refused
   * @param leastSpeed bytes per second at any time, under which a candidate is refused
   * @param meanSpeed the same on average
   * @param space bytes under which what it offers is refused
   * @param renegedPerMille of its agreements, above which it is refused if two say so
   * @param young until that age it counts little how old it is
   */
  public record Limits(
      int commonHours,
      long leastSpeed,
      long meanSpeed,
      long space,
      int renegedPerMille,
      Duration young) {
    /** 28 hours, 16 KiB/s and 64 KiB/s, 1 MiB, one in three, 28 days. */
    public static final Limits DEFAULT =
        new Limits(28, 16 << 10, 64 << 10, 1 << 20, 333, Duration.ofDays(28));

    public Limits {
      if (commonHours < 1 || commonHours > Schedule.HOURS || leastSpeed < 0 || meanSpeed < 0) {
        throw new IllegalArgumentException("no hours of a week, or speeds, to ask for");
      }
      if (space < 0 || renegedPerMille < 0 || renegedPerMille > 1000 || young.isNegative()) {
        throw new IllegalArgumentException("no space, share or age to ask for");
      }
    }
  }

  public ChoiceSettings {
    weights = Map.copyOf(weights);
    for (var weight : weights.entrySet()) {
      if (weight.getValue() < 0 || weight.getValue() > MAX_WEIGHT) {
        throw new IllegalArgumentException(
            "the weight of '" + weight.getKey().word() + "' must be from 0 to " + MAX_WEIGHT);
      }
    }
  }

  /** The weight of a criterion. */
  public int weight(Criterion criterion) {
    Integer given = weights.get(criterion);
    return given != null ? given : defaultWeight(criterion);
  }

  /** Where nothing else is configured. */
  public static int defaultWeight(Criterion criterion) {
    return switch (criterion) {
      case NETWORK -> 30;
      case SCHEDULE, SPACE -> 15;
      case SYSTEM, BANDWIDTH, RECORD -> 10;
      case AGE, PROTOCOL -> 5;
    };
  }
}
