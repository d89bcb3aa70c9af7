package kith.peer;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import kith.codec.CorruptDataException;
import kith.codec.KithException;
import kith.codec.NotPermittedException;
import kith.codec.OwnerId;
import kith.peer.choice.Candidate;
import kith.peer.choice.ChoiceSettings;
import kith.peer.choice.Judgement;
import kith.peer.choice.SearchGroup;
import kith.peer.choice.SearchPlan;
import kith.peer.choice.SearchPolicy;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks for partners while the target is not met: asks those whom the policy names, one after the
 * other, and remembers who said no. Once the target was met, it begins again only when something
 * has been lacking for a while. Partners on other systems are asked when they are heard of, without
 * looking for them. One thread ticks; others may look at the state.
 */
public final class PartnerSearch implements OfferDesk.Judge {
  private static final Logger LOG = LoggerFactory.getLogger(PartnerSearch.class);

  /** How long something must be lacking before the search begins anew. */
  static final Duration SETTLED = Duration.ofMinutes(10);

  private static final int MOST_AT_ONCE = 4;

  /** What the node has and wants, as it is now. */
  public interface Goal {
    SearchGroup group() throws IOException;

    /** A node that was heard of, as the policy judges it. */
    Candidate candidate(NodeRecord record) throws IOException;

    /** A stranger who offers by himself, as the policy judges him. */
    Candidate candidate(Proposer proposer) throws IOException;

    /** Whether the node looks for partners by itself. */
    default boolean isOn() {
      return true;
    }

    /** Bytes that may be kept for the next partner, who is asked to keep as much. */
    long share() throws IOException;
  }

  /** What it works with. */
  public record Means(
      KnownNodes known,
      Negotiator negotiator,
      SearchMemory memory,
      Probing probing,
      InstantSource clock) {}

  /**
   * How the search stands.
   *
   * @param seeking whether it goes on
   * @param known how many others this node has heard of
   * @param open offers that are not answered
   * @param share bytes that are offered to the next one
   */
  public record State(
      boolean seeking, SearchGroup group, SearchPlan plan, int known, int open, long share) {}

  private final Means means;
  private final Goal goal;
  private final SearchPolicy policy;
  private volatile Instant begun;
  private Instant lacking;
  private boolean wasMet;

  public PartnerSearch(Means means, Goal goal, ChoiceSettings settings) {
    this.means = means;
    this.goal = goal;
    this.policy = new SearchPolicy(settings);
  }

  /** Asks a bounded number, if anybody is lacking; returns how many became partners. */
  public int tick() throws IOException {
    int agreed = 0;
    for (int asked = 0; asked < MOST_AT_ONCE; asked++) {
      SearchGroup group = goal.group();
      follow(group);
      boolean asks = begun != null || (group.lack().isMet() && group.lack().unlike() > 0);
      Optional<NodeRecord> next = asks ? next(state(group)) : Optional.empty();
      if (next.isEmpty()) {
        return agreed;
      }
      agreed += ask(next.get()) ? 1 : 0;
    }
    follow(goal.group());
    return agreed;
  }

  /** Begins to look, or ends it. */
  private void follow(SearchGroup group) {
    Instant now = means.clock.instant();
    if (group.lack().isMetWell()) {
      begun = null;
      lacking = null;
      wasMet = true;
    } else if (begun == null && !group.lack().isMet()) {
      lacking = lacking == null || now.isBefore(lacking) ? now : lacking;
      begun = wasMet && now.isBefore(lacking.plus(SETTLED)) ? null : now;
    }
  }

  private Optional<NodeRecord> next(State state) {
    return state.share() < NegotiationLimits.LEAST_SPACE
        ? Optional.empty()
        : state.plan().next().stream().findFirst().flatMap(means.known::find);
  }

  /** Whether somebody is looked for. */
  public boolean isSeeking() {
    return begun != null;
  }

  /** How it stands now, without asking anybody. */
  public State state() throws IOException {
    return state(goal.group());
  }

  /** Judges who offers by what those are judged by whom this node asks. */
  @Override
  public Optional<Judgement> against(Proposer proposer) throws IOException {
    SearchGroup group = goal.group();
    Set<OwnerId> open = means.negotiator.openToStrangers();
    List<Candidate> asked = new ArrayList<>();
    for (NodeRecord record : means.known.all()) {
      if (open.contains(record.owner()) && !record.owner().equals(proposer.side().owner())) {
        asked.add(goal.candidate(record));
      }
    }
    boolean patience = !goal.isOn() || isPatient();
    var progress = new SearchPolicy.Progress(asked, open.size(), Set.of(), patience);
    return policy.against(group, goal.candidate(proposer), progress);
  }

  /** Whether it was looked for long enough for partners that are not near. */
  private boolean isPatient() {
    Instant since = begun;
    return since != null && !means.clock.instant().isBefore(since.plus(SearchPolicy.PATIENCE));
  }

  private State state(SearchGroup group) throws IOException {
    Set<OwnerId> open = means.negotiator.openToStrangers();
    List<Candidate> known = new ArrayList<>();
    List<Candidate> asked = new ArrayList<>();
    Instant now = means.clock.instant();
    for (NodeRecord record : means.known.all()) {
      if (open.contains(record.owner())) {
        asked.add(goal.candidate(record));
      } else if (record.holdsAt(now)) {
        known.add(goal.candidate(record));
      }
    }
    var progress =
        new SearchPolicy.Progress(asked, open.size(), means.memory.resting(), isPatient());
    return new State(
        begun != null,
        group,
        policy.plan(group, known, progress),
        known.size() + asked.size(),
        open.size(),
        goal.share());
  }

  private boolean ask(NodeRecord node) throws IOException {
    OwnerId other = node.owner();
    long space = Math.min(goal.share(), node.facts().offered());
    long least = Math.max(NegotiationLimits.LEAST_SPACE, space / 2);
    try {
      means.probing.before(node.contact());
      if (!isStillNext(other)) {
        return false;
      }
      Optional<Partner> partner =
          means.negotiator.offer(node.contact(), space, space, least).partner();
      if (partner.isPresent()) {
        LOG.info("found a partner: {} keeps {} bytes", other.brief(), partner.get().spaceThere());
        means.memory.forget(other);
      }
      return partner.isPresent();
    } catch (NotPermittedException e) {
      rest(other, SearchRest.Kind.DECLINED, e);
    } catch (CorruptDataException e) {
      rest(other, SearchRest.Kind.WRONG, e);
    } catch (KithException e) {
      rest(other, SearchRest.Kind.SILENT, e);
    }
    return false;
  }

  /** Whoever was measured may be too slow, or no longer the best. */
  private boolean isStillNext(OwnerId other) throws IOException {
    return state(goal.group()).plan().next().contains(other);
  }

  private void rest(OwnerId other, SearchRest.Kind kind, KithException why) throws IOException {
    LOG.debug("{} does not become a partner: {}", other.brief(), why.getMessage());
    means.memory.note(other, kind, String.valueOf(why.getMessage()));
  }
}
