package kith.peer.choice;

import java.util.Comparator;
import java.util.List;
import java.util.function.ToIntFunction;
import java.util.stream.Stream;
import kith.peer.choice.Judgement.Finding;

/**
 * Judges candidates, criterion by criterion, against what this node wishes and whom it has already.
 * All in whole numbers, so that the same inputs give the same choice everywhere. Immutable.
 */
public final class Choice {
  /** Nobody keeps more than this for another: 2^50 bytes. */
  private static final long MAX_SPACE = 1L << 50;

  private static final int ENOUGH_REPORTERS = 2;

  /** What is hardly known counts for a fourth. */
  private static final int LITTLE = 4;

  private final ChoiceSettings settings;
  private final Wishes wishes;
  private final List<Candidate> present;

  /**
   * @param present the partners that there are; in any order
   */
  public Choice(ChoiceSettings settings, Wishes wishes, List<Candidate> present) {
    this.settings = settings;
    this.wishes = wishes;
    this.present = present.stream().sorted(Comparator.comparing(Candidate::owner)).toList();
  }

  /** All of them, the best first. One of the present partners is judged against the others. */
  public List<Assessment> rank(List<Candidate> candidates) {
    return candidates.stream().map(this::judge).sorted().toList();
  }

  /** One candidate. */
  public Assessment judge(Candidate candidate) {
    List<Judgement> judgements =
        Stream.of(Criterion.values())
            .map(
                criterion -> find(criterion, candidate).by(criterion, weight(criterion, candidate)))
            .toList();
    return Assessment.of(candidate.owner(), judgements);
  }

  private int weight(Criterion criterion, Candidate candidate) {
    int weight = settings.weight(criterion);
    boolean little =
        (criterion == Criterion.RECORD && candidate.record().reporters() < ENOUGH_REPORTERS)
            || (criterion == Criterion.AGE && isYoung(candidate));
    return little ? (weight + LITTLE - 1) / LITTLE : weight;
  }

  private boolean isYoung(Candidate candidate) {
    return candidate.age().compareTo(settings.limits().young()) < 0;
  }

  private Finding find(Criterion criterion, Candidate candidate) {
    return switch (criterion) {
      case NETWORK -> network(candidate);
      case SYSTEM -> system(candidate);
      case SCHEDULE -> schedule(candidate.hours());
      case BANDWIDTH -> bandwidth(candidate.speed());
      case SPACE -> space(candidate.space());
      case RECORD -> record(candidate.record());
      case AGE -> age(candidate);
      case PROTOCOL -> protocol(candidate.protocol());
    };
  }

  private Stream<Candidate> others(Candidate than) {
    return present.stream().filter(partner -> !partner.owner().equals(than.owner()));
  }

  private Finding network(Candidate candidate) {
    Separation fromUs = NetworkPrefix.between(candidate.networks(), wishes.networks());
    List<Separation> fromOthers =
        others(candidate)
            .map(other -> NetworkPrefix.between(candidate.networks(), other.networks()))
            .toList();
    Separation closest =
        Stream.concat(Stream.of(fromUs), fromOthers.stream())
            .min(Comparator.naturalOrder())
            .orElse(fromUs);
    String value =
        candidate.networks().isEmpty()
            ? "not known"
            : candidate.networks().stream().sorted().findFirst().orElseThrow().toString();
    long same = fromOthers.stream().filter(separation -> separation == closest).count();
    String than = same == 0 ? "yours" : same == 1 ? "a partner's" : same + " partners'";
    return switch (closest) {
      case SAME_HOUSEHOLD -> Finding.of(value, 0, "the household is " + than + " too");
      case SAME_NETWORK -> Finding.of(value, 200, "the network (/16, /32) is " + than + " too");
      case SAME_FIRST_BYTE -> Finding.of(value, 700, "the address begins like " + than);
      case UNKNOWN -> Finding.of(value, Verdict.FAIR, "how far from others cannot be told");
      case DISTINCT -> Finding.of(value, Verdict.GOOD, "far from you and all partners");
    };
  }

  private Finding system(Candidate candidate) {
    MachineKind kind = candidate.machine();
    if (!kind.isKnown()) {
      return Finding.of(kind.toString(), Verdict.FAIR, "it says nothing of its machine");
    }
    ToIntFunction<Candidate> likeness = other -> kind.likeness(other.machine());
    int others = others(candidate).mapToInt(likeness).sum();
    long count = 1 + others(candidate).count();
    int like = (int) ((others + kind.likeness(wishes.machine())) / count);
    String reason =
        like == 0
            ? "unlike yours and all partners'"
            : like / 10 + "% like yours and your partners' on average";
    return Finding.of(kind.toString(), 1000 - like * 3 / 4, reason);
  }

  private Finding schedule(Candidate.Hours hours) {
    int common = hours.stated().overlap(wishes.schedule());
    String value = common + " h/week";
    if (common == 0) {
      return Finding.refused(value, "no hour of the week in common: " + hours.stated());
    }
    int points = (int) Math.min(1000L, 1000L * common / settings.limits().commonHours());
    if (hours.known() == 0) {
      return Finding.of(value, points, "in common, as stated; not observed yet");
    }
    int kept = hours.keptPerMille();
    String reason = "in common; there for " + kept / 10 + "% of the stated hours that are known";
    // Who is there for half of what he states is worth nothing by it.
    int honest = Math.max(0, 2 * kept - 1000);
    return Finding.of(value, points * honest / 1000, reason);
  }

  private Finding bandwidth(Candidate.Speed speed) {
    if (speed.mean() <= 0) {
      return Finding.of("not known", Verdict.FAIR, "neither stated nor measured yet");
    }
    String value = rate(speed.least()) + ", mean " + rate(speed.mean());
    String how = speed.measured() ? "measured" : "stated";
    long least = settings.limits().leastSpeed();
    long mean = settings.limits().meanSpeed();
    if (speed.least() < least || speed.mean() < mean) {
      return Finding.refused(
          value, how + ", under " + rate(least) + " at any time or " + rate(mean) + " on average");
    }
    long times = mean == 0 ? 4 : Math.min(4, speed.mean() / mean);
    int points = (int) (400 + 150 * times) - (speed.measured() ? 0 : 200);
    return Finding.of(value, points, how + ", over the threshold");
  }

  private Finding space(Candidate.Space space) {
    String value = ShownSize.of(space.offered()) + " for " + ShownSize.of(space.wanted());
    if (space.offered() > MAX_SPACE || space.wanted() > MAX_SPACE) {
      return Finding.refused(value, "nobody has that much");
    }
    if (space.offered() <= 0 || space.wanted() < 0) {
      return Finding.refused(value, "it keeps nothing for you");
    }
    if (space.offered() < settings.limits().space()) {
      return Finding.refused(
          value, "it keeps less than " + ShownSize.of(settings.limits().space()));
    }
    if (space.wanted() > wishes.spaceGiven()) {
      return Finding.of(
          value,
          Verdict.POOR,
          "it wants more than the " + ShownSize.of(wishes.spaceGiven()) + " you give");
    }
    long wanted = Math.max(1, Math.min(MAX_SPACE, wishes.spaceWanted()));
    int points = (int) Math.min(1000, space.offered() * 1000 / wanted);
    return Finding.of(value, points, points == 1000 ? "as much as you want" : "less than you want");
  }

  private Finding record(TrackRecord record) {
    String value = record.kept() + " kept, " + record.reneged() + " broken";
    if (record.reporters() < ENOUGH_REPORTERS) {
      return Finding.of(value, Verdict.FAIR, "fewer than two others tell: counts little");
    }
    long all = (long) record.kept() + record.reneged();
    int broken = all == 0 ? 0 : (int) (1000L * record.reneged() / all);
    String reason = "as " + record.reporters() + " others tell";
    return broken > settings.limits().renegedPerMille()
        ? Finding.refused(value, "breaks its word, " + reason)
        : Finding.of(value, 1000 - Math.min(1000, 3 * broken), reason);
  }

  private Finding age(Candidate candidate) {
    long days = Math.max(0, candidate.age().toDays());
    String value = days + (days == 1 ? " day" : " days");
    return isYoung(candidate)
        ? Finding.of(value, Verdict.FAIR, "young: counts little")
        : Finding.of(value, (int) Math.min(1000, 500 + 500 * days / 365), "known for so long");
  }

  private Finding protocol(int version) {
    String value = String.valueOf(version);
    return version < wishes.leastProtocol()
        ? Finding.refused(value, "older than " + wishes.leastProtocol() + ", which you need")
        : Finding.of(value, Verdict.GOOD, "understood");
  }

  private static String rate(long bytesPerSecond) {
    return ShownSize.of(bytesPerSecond) + "/s";
  }
}
