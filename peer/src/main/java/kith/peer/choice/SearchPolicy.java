package kith.peer.choice;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import kith.codec.OwnerId;

/**
 * Says whom a node asks next to become a partner: first those in other households and networks than
 * its own and its partners', among these the best judged, and rather of operating systems of which
 * it has few. Of those that do about equally well each node has an order of its own, so that not
 * all go to one. Who is near a partner is asked once nobody farther is left, and after {@link
 * #PATIENCE}. The same for the same inputs; immutable.
 */
public final class SearchPolicy {
  /** Offers that are open at once: each may still be signed, so its space is promised. */
  public static final int MOST_OPEN = 4;

  /** How long one looks for partners in other networks before those nearby are asked. */
  public static final Duration PATIENCE = Duration.ofMinutes(30);

  /** Scores that differ by less are alike. */
  private static final int ALIKE = 100;

  private final ChoiceSettings settings;

  public SearchPolicy(ChoiceSettings settings) {
    this.settings = settings;
  }

  /** One who could be asked. */
  private record Able(Candidate candidate, Assessment assessment, Separation nearest, int alike) {
    int distance() {
      return SearchPolicy.distance(nearest);
    }
  }

  /** How much speaks against one for how near the nearest is: 0 for nothing. */
  private static int distance(Separation nearest) {
    return nearest == Separation.SAME_HOUSEHOLD ? 2 : nearest.isClose() ? 1 : 0;
  }

  /**
   * What has been begun.
   *
   * @param asked those to whom an offer is open, as far as they are known
   * @param open how many offers are
   * @param resting those that are not asked again yet
   * @param patience whether it has been waited for those in other networks
   */
  public record Progress(List<Candidate> asked, int open, Set<OwnerId> resting, boolean patience) {
    public Progress {
      asked = List.copyOf(asked);
      resting = Set.copyOf(resting);
    }
  }

  /**
   * Whom to ask.
   *
   * @param known all others that this node has heard of, in any order; who is a partner or was
   *     asked is left out
   */
  public SearchPlan plan(SearchGroup group, List<Candidate> known, Progress progress) {
    List<Candidate> taken =
        Stream.concat(group.there().stream(), progress.asked().stream()).toList();
    Set<OwnerId> ids = taken.stream().map(Candidate::owner).collect(Collectors.toSet());
    Choice choice = new Choice(settings, group.wishes(), taken);
    Map<Criterion, Integer> refused = new EnumMap<>(Criterion.class);
    List<Able> able = new ArrayList<>();
    for (Candidate each : known) {
      if (ids.contains(each.owner()) || each.owner().equals(group.self())) {
        continue;
      }
      Assessment assessment = choice.judge(each);
      if (assessment.isRefused()) {
        refused.merge(refusing(assessment).criterion(), 1, Integer::sum);
      } else {
        able.add(new Able(each, assessment, nearest(group, taken, each), alike(taken, each)));
      }
    }
    List<Able> awake =
        able.stream()
            .filter(each -> !progress.resting().contains(each.candidate.owner()))
            .sorted(order(group.self()))
            .toList();
    int far = (int) awake.stream().filter(each -> each.distance() == 0).count();
    List<OwnerId> next = next(group, awake, progress);
    boolean waits = next.isEmpty() && far == 0 && group.lack().more() > 0 && !progress.patience();
    return new SearchPlan(
        next, able.size(), able.size() - awake.size(), waits ? awake.size() : 0, refused);
  }

  /**
   * What speaks against one who offers by himself: what he would not be asked for, or that he is
   * near this node or a partner while no partner is lacking or others may still be found.
   */
  public Optional<Judgement> against(SearchGroup group, Candidate other, Progress progress) {
    List<Candidate> taken =
        Stream.concat(group.there().stream(), progress.asked().stream()).toList();
    Assessment assessment = new Choice(settings, group.wishes(), taken).judge(other);
    if (assessment.isRefused()) {
      return Optional.of(refusing(assessment));
    }
    boolean welcome = progress.patience() && group.lack().more() > 0;
    if (welcome || distance(nearest(group, taken, other)) == 0) {
      return Optional.empty();
    }
    return assessment.judgements().stream()
        .filter(judgement -> judgement.criterion() == Criterion.NETWORK)
        .findFirst();
  }

  private static Judgement refusing(Assessment assessment) {
    return assessment.judgements().stream()
        .filter(judgement -> judgement.verdict() == Verdict.REFUSED)
        .findFirst()
        .orElseThrow();
  }

  private static Separation nearest(SearchGroup group, List<Candidate> taken, Candidate each) {
    return Stream.concat(
            Stream.of(group.wishes().networks()), taken.stream().map(Candidate::networks))
        .map(networks -> NetworkPrefix.between(each.networks(), networks))
        .min(Comparator.naturalOrder())
        .orElse(Separation.UNKNOWN);
  }

  private static int alike(List<Candidate> taken, Candidate each) {
    OperatingSystem system = each.machine().operatingSystem();
    return (int)
        taken.stream().filter(other -> other.machine().operatingSystem() == system).count();
  }

  /** Each partner of one's system weighs as much as scores that are no longer alike. */
  private static Comparator<Able> order(OwnerId self) {
    return Comparator.comparingInt(Able::distance)
        .thenComparingInt(each -> each.alike - each.assessment.score() / ALIKE)
        .thenComparingLong(each -> Placement.mixed(self, each.candidate.owner()))
        .thenComparing(each -> each.candidate.owner());
  }

  /** Only who is on another system is taken for that, and he lives elsewhere. */
  private static List<OwnerId> next(SearchGroup group, List<Able> awake, Progress progress) {
    int open = progress.open();
    int room = Math.min(MOST_OPEN, group.most() - group.there().size()) - open;
    int far = Math.min(room, group.lack().elsewhere() - open);
    int near = Math.min(room, group.lack().more() - open);
    int unlike = Math.min(room, group.lack().unlike() - open);
    List<Candidate> taken =
        Stream.concat(group.there().stream(), progress.asked().stream()).toList();
    List<OwnerId> next = new ArrayList<>();
    for (Able each : awake) {
      boolean other = next.size() < unlike && Lack.isUnlike(each.candidate, taken);
      boolean may =
          each.distance() == 0 ? next.size() < far || other : isTurnOfNear(next, near, progress);
      if (may) {
        next.add(each.candidate.owner());
      }
    }
    return next;
  }

  /** Those nearby come after all others, and never together with them. */
  private static boolean isTurnOfNear(List<OwnerId> next, int near, Progress progress) {
    return progress.patience() && next.isEmpty() && near > 0;
  }
}
