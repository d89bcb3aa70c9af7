package kith.fs.simulate;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import kith.codec.OwnerId;
import kith.peer.AgreementDraft;
import kith.peer.AgreementSide;
import kith.peer.AgreementTerms;
import kith.peer.Decision;
import kith.peer.NegotiationLimits;
import kith.peer.NegotiationPolicy;
import kith.peer.Presence;
import kith.peer.choice.Candidate;
import kith.peer.choice.Capacity;
import kith.peer.choice.ChoiceSettings;
import kith.peer.choice.Lack;
import kith.peer.choice.SearchGroup;
import kith.peer.choice.SearchPlan;
import kith.peer.choice.SearchPolicy;
import kith.peer.choice.TrackRecord;
import kith.peer.choice.Wishes;
import kith.peer.conduct.Testimonies;

/**
 * How a node looks for partners and answers those who look for some: the product's policies decide
 * whom to ask and what to agree to. For one thread.
 */
final class HonestSearch {
  private static final int ROUNDS = 6;
  private static final long RECORD_STANDS = 30 * World.DAY;

  private final World world;
  private final Gossip gossip;
  private final HonestGrowth growth;
  private final long quota;
  private final AgreementTerms terms;
  private final SearchPolicy policy = new SearchPolicy(ChoiceSettings.DEFAULT);
  private long[] seeking = new long[0];
  private TrackRecord[] records = new TrackRecord[0];
  private long[] recordTimes = new long[0];
  private NegotiationLimits[] limits = new NegotiationLimits[0];

  /**
   * @param quota bytes that partners keep for each other
   */
  HonestSearch(World world, Gossip gossip, HonestGrowth growth, long quota) {
    this.world = world;
    this.gossip = gossip;
    this.growth = growth;
    this.quota = quota;
    Scenario.Terms all = world.scenario.terms();
    AgreementTerms usual = AgreementTerms.strangers();
    this.terms =
        all.binds()
            ? new AgreementTerms(
                all.grace(),
                all.commitment(),
                false,
                usual.courtesyPerMille(),
                usual.restoresPerYear(),
                usual.auditsPerDay())
            : usual;
  }

  /** What is agreed between strangers. */
  AgreementTerms terms() {
    return terms;
  }

  void add(int node) {
    if (node >= seeking.length) {
      int size = Math.max(64, 2 * node);
      seeking = Arrays.copyOf(seeking, size);
      records = Arrays.copyOf(records, size);
      recordTimes = Arrays.copyOf(recordTimes, size);
      limits = Arrays.copyOf(limits, size);
    }
    seeking[node] = -1;
    var presence = new Presence(world.nodes.schedule(node).toBytes(), 0, 0);
    limits[node] = limits(presence.side(world.nodes.owner(node), "node", quota));
  }

  private NegotiationLimits limits(AgreementSide side) {
    NegotiationLimits usual = NegotiationLimits.of(true, side);
    return new NegotiationLimits(
        true,
        usual.mostPartners(),
        side,
        quota,
        usual.leastGrace(),
        usual.mostGrace(),
        usual.mostCommitment(),
        terms,
        usual.commonHours(),
        0);
  }

  /** A day's search; returns how many became partners. */
  int day(int node) {
    if (seeking[node] < 0 && !world.isStirred(node)) {
      return 0; // nothing that the search goes by has changed
    }
    int agreed = 0;
    for (int round = 0; round < ROUNDS; round++) {
      SearchGroup group = group(node);
      if (seeking[node] < 0 ? group.lack().isMet() : group.lack().isMetWell()) {
        seeking[node] = -1;
        if (group.lack().unlike() == 0) {
          return agreed;
        }
      } else if (seeking[node] < 0) {
        seeking[node] = world.now();
      }
      if (room(node) < quota) {
        return agreed;
      }
      int now = round(node, group);
      if (now < 0) {
        return agreed;
      }
      agreed += now;
    }
    return agreed;
  }

  /** Returns how many agreed; -1 if there was nobody to ask. */
  private int round(int node, SearchGroup group) {
    int[] heard = gossip.heardOf(node);
    List<Candidate> known = new ArrayList<>();
    for (int other : heard) {
      known.add(candidate(other, offered(other)));
    }
    long since = seeking[node] < 0 ? world.now() : seeking[node];
    Duration waited = Duration.ofSeconds(world.now() - since);
    var progress =
        new SearchPolicy.Progress(
            List.of(), 0, Set.of(), waited.compareTo(SearchPolicy.PATIENCE) >= 0);
    SearchPlan plan = policy.plan(group, known, progress);
    world.tally.add(Tally.Count.SEARCHES, 1);
    int agreed = 0;
    for (OwnerId next : plan.next()) {
      agreed += ask(node, find(heard, next)) ? 1 : 0;
    }
    return plan.next().isEmpty() ? -1 : agreed;
  }

  private int find(int[] heard, OwnerId owner) {
    for (int other : heard) {
      if (world.nodes.owner(other).equals(owner)) {
        return other;
      }
    }
    throw new IllegalStateException("the plan names somebody unknown");
  }

  private boolean ask(int node, int other) {
    world.tally.add(Tally.Count.OFFERS, 1);
    if (!world.nodes.isThere(other)) {
      return false;
    }
    var draft = new AgreementDraft(limits[node].most(), limits[other].most(), terms);
    var situation = new NegotiationPolicy.Situation(Optional.empty(), open(other), room(other));
    Decision decision = new NegotiationPolicy(limits[other]).decide(draft, situation);
    if (decision instanceof Decision.Accept) {
      world.tally.add(Tally.Count.AGREED, 1);
      world.agree(node, other, false);
      return true;
    }
    world.tally.add(Tally.Count.DECLINED, 1);
    return false;
  }

  private SearchGroup group(int node) {
    List<Candidate> there = new ArrayList<>();
    for (int at = 0; at < world.nodes.pairCount(node); at++) {
      int pair = world.nodes.pairAt(node, at);
      if (world.pairs.isOpen(pair)) {
        there.add(candidate(world.pairs.holder(world.pairs.sideOf(pair, node)), quota));
      }
    }
    var wishes =
        new Wishes(
            world.nodes.networks(node),
            world.nodes.machine(node),
            world.nodes.schedule(node),
            quota,
            quota,
            0);
    long space = world.scenario.terms().drive();
    Lack lack =
        Lack.of(growth.policy(node, there.size()).growth(), null, wishes.networks(), there, space);
    int most = limits[node].mostPartners();
    return new SearchGroup(world.nodes.owner(node), wishes, there, lack, most);
  }

  /** What a node says that it would keep for one partner more. */
  private long offered(int node) {
    return open(node) < limits[node].mostPartners() && room(node) >= quota ? quota : 0;
  }

  private Candidate candidate(int node, long offered) {
    int uplink = world.nodes.uplink(node);
    return new Candidate(
        world.nodes.owner(node),
        world.nodes.networks(node),
        world.nodes.machine(node),
        new Candidate.Hours(world.nodes.schedule(node), 0, 1000),
        new Candidate.Speed(uplink / 2, uplink, true),
        new Candidate.Space(offered, quota),
        record(node),
        Duration.ofSeconds(world.now() - world.nodes.born(node)),
        1);
  }

  private TrackRecord record(int node) {
    if (records[node] == null || world.now() - recordTimes[node] > RECORD_STANDS) {
      records[node] =
          Testimonies.of(
              world.nodes.owner(node), world.nodes.networks(node), gossip.testimonies(node));
      recordTimes[node] = world.now();
    }
    return records[node];
  }

  /** Something was said of the node. */
  void heard(int node) {
    records[node] = null;
  }

  private int open(int node) {
    int open = 0;
    for (int at = 0; at < world.nodes.pairCount(node); at++) {
      open += world.pairs.isOpen(world.nodes.pairAt(node, at)) ? 1 : 0;
    }
    return open;
  }

  /** Bytes that may still be promised. */
  private long room(int node) {
    var capacity = new Capacity(world.nodes.uplink(node), HonestGrowth.REPAIR);
    long promised = open(node) * quota;
    return capacity.bytes().orElse(Long.MAX_VALUE) - promised;
  }
}
