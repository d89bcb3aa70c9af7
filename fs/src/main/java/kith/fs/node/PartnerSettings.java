package kith.fs.node;

import static kith.fs.node.NodeConfig.require;

import java.time.Duration;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import kith.peer.Presence;
import kith.peer.choice.ChoiceSettings;
import kith.peer.choice.Criterion;
import kith.peer.choice.Schedule;
import kith.peer.choice.Target;

/**
 * What is wanted of partners, and given to them; null stands for the default. Immutable.
 *
 * @param schedule when this node is on-line, in UTC
 * @param leastPerSecond bytes that this node promises each partner at any time; 0: nothing
 * @param meanPerSecond bytes that it promises each on average; 0: nothing
 * @param target what the drive shall survive; null to follow the number of partners
 * @param uplink of this node; null to take {@code limits.uploadRate}
 * @param repairHours within which all that is kept for others must fit through the uplink, and a
 *     lost partner's shards are elsewhere
 * @param lossesPerYear of one partner, assumed until more is known
 * @param unavailability of one partner at any moment, assumed until more is known
 * @param weights of criteria by their names
 * @param thresholds below which a candidate is refused or thought little of
 * @param seek whether the node looks for partners by itself; null: if it has brokers or takes
 *     strangers
 * @param space that the drive shall have at its partners at least; null for any
 */
public record PartnerSettings(
    String schedule,
    ByteSize leastPerSecond,
    ByteSize meanPerSecond,
    String target,
    Rate uplink,
    Integer repairHours,
    Double lossesPerYear,
    Double unavailability,
    Map<String, Integer> weights,
    Thresholds thresholds,
    Boolean seek,
    ByteSize space) {
  private static final int MAX_HOURS = 366 * 24;

  public PartnerSettings {
    schedule = schedule == null ? Schedule.ALWAYS.toString() : utc(schedule).toString();
    leastPerSecond = leastPerSecond == null ? new ByteSize(0) : leastPerSecond;
    meanPerSecond = meanPerSecond == null ? new ByteSize(0) : meanPerSecond;
    target = target == null ? null : Target.parse(target).toString();
    repairHours = repairHours == null ? 48 : repairHours;
    lossesPerYear = lossesPerYear == null ? 0.2 : lossesPerYear;
    unavailability = unavailability == null ? 0.01 : unavailability;
    weights = weights == null ? Map.of() : new TreeMap<>(weights);
    thresholds =
        thresholds == null ? new Thresholds(null, null, null, null, null, null) : thresholds;
    require(!schedule.equals("never"), "'partners.schedule' has no hour at all");
    require(
        meanPerSecond.bytes() == 0 || leastPerSecond.bytes() <= meanPerSecond.bytes(),
        "'partners.leastPerSecond' is more than 'partners.meanPerSecond'");
    require(
        repairHours >= 1 && repairHours <= MAX_HOURS,
        "'partners.repairHours' is " + repairHours + ": give a number from 1 to " + MAX_HOURS);
    require(
        lossesPerYear >= 0.001 && lossesPerYear <= 100,
        "'partners.lossesPerYear' is " + lossesPerYear + ": give a number from 0.001 to 100");
    require(
        unavailability >= 0 && unavailability <= 1,
        "'partners.unavailability' is " + unavailability + ": give a number from 0 to 1");
    choice(weights, thresholds);
  }

  private static Schedule utc(String schedule) {
    try {
      return Schedule.parse(schedule);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("'partners.schedule', in UTC: " + e.getMessage(), e);
    }
  }

  /** Everything at its default. */
  static PartnerSettings none() {
    return new PartnerSettings(
        null, null, null, null, null, null, null, null, null, null, null, null);
  }

  /** In the form that choosing needs. */
  ChoiceSettings choice() {
    return choice(weights, thresholds);
  }

  private static ChoiceSettings choice(Map<String, Integer> weights, Thresholds thresholds) {
    Map<Criterion, Integer> byCriterion = new EnumMap<>(Criterion.class);
    List<String> words = Arrays.stream(Criterion.values()).map(Criterion::word).toList();
    for (var weight : weights.entrySet()) {
      var criterion = Criterion.of(weight.getKey());
      require(
          criterion.isPresent() && weight.getValue() != null,
          "'partners.weights." + weight.getKey() + "' is not known; known here are " + words);
      byCriterion.put(criterion.get(), weight.getValue());
    }
    return new ChoiceSettings(byCriterion, thresholds.limits());
  }

  Schedule hours() {
    return Schedule.parse(schedule);
  }

  /** As agreements state it. */
  Presence presence() {
    return new Presence(hours().toBytes(), leastPerSecond.bytes(), meanPerSecond.bytes());
  }

  Optional<Target> aim() {
    return Optional.ofNullable(target).map(Target::parse);
  }

  Duration repair() {
    return Duration.ofHours(repairHours);
  }

  /**
   * Where a candidate begins to be refused, or to count; null stands for the default.
   *
   * @param commonHours a week that are enough
   * @param leastPerSecond bytes a second at any time
   * @param meanPerSecond bytes a second on average
   * @param space that it must offer
   * @param renegedPercent of its agreements, as others tell
   * @param youngDays until which its age counts little
   */
  public record Thresholds(
      Integer commonHours,
      ByteSize leastPerSecond,
      ByteSize meanPerSecond,
      ByteSize space,
      Integer renegedPercent,
      Integer youngDays) {
    private static final ChoiceSettings.Limits DEFAULT = ChoiceSettings.Limits.DEFAULT;

    public Thresholds {
      commonHours = commonHours == null ? DEFAULT.commonHours() : commonHours;
      leastPerSecond = leastPerSecond == null ? new ByteSize(DEFAULT.leastSpeed()) : leastPerSecond;
      meanPerSecond = meanPerSecond == null ? new ByteSize(DEFAULT.meanSpeed()) : meanPerSecond;
      space = space == null ? new ByteSize(DEFAULT.space()) : space;
      renegedPercent = renegedPercent == null ? DEFAULT.renegedPerMille() / 10 : renegedPercent;
      youngDays = youngDays == null ? (int) DEFAULT.young().toDays() : youngDays;
      require(
          commonHours >= 1 && commonHours <= Schedule.HOURS,
          "'partners.thresholds.commonHours' is "
              + commonHours
              + ": a week has hours from 1 to "
              + Schedule.HOURS);
      require(
          renegedPercent >= 0 && renegedPercent <= 100,
          "'partners.thresholds.renegedPercent' is " + renegedPercent + ": give 0 to 100");
      require(
          youngDays >= 0 && youngDays <= 36_600,
          "'partners.thresholds.youngDays' is " + youngDays + ": give 0 to 36600");
    }

    private ChoiceSettings.Limits limits() {
      return new ChoiceSettings.Limits(
          commonHours,
          leastPerSecond.bytes(),
          meanPerSecond.bytes(),
          space.bytes(),
          10 * renegedPercent,
          Duration.ofDays(youngDays));
    }
  }
}
