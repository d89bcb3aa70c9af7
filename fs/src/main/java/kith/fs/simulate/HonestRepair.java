package kith.fs.simulate;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import kith.codec.CodeParameters;
import kith.codec.OwnerId;
import kith.fs.PlacementPolicy;
import kith.peer.choice.Place;
import kith.peer.choice.Placement;
import kith.peer.choice.Separating;
import kith.peer.conduct.RepairOrder;
import kith.peer.conduct.RepairOrder.Haste;

/**
 * Ships what has no holder, and makes again elsewhere what lost and doubted holders have, or what
 * lies too close together: which groups, in which order and whereto, the product's classes say. For
 * one thread.
 */
final class HonestRepair {
  /** The node ships a shard of a pack each ten seconds where there is no haste. */
  private static final long UNHURRIED_A_DAY = World.DAY / 10 * (16L << 20);

  private final World world;
  private final HonestConduct conduct;
  private final HonestGrowth growth;
  private final long quota;

  /**
   * @param quota bytes that partners keep for each other
   */
  HonestRepair(World world, HonestConduct conduct, HonestGrowth growth, long quota) {
    this.world = world;
    this.conduct = conduct;
    this.growth = growth;
    this.quota = quota;
  }

  /** A group that lacks something. */
  private record Job(int group, RepairOrder order) {}

  /**
   * A day's work.
   *
   * @param budget bytes that the uplink takes in a day
   */
  void day(int node, long budget) {
    if (!world.isStirred(node)) {
      return;
    }
    var partners = new Partners(node);
    Optional<CodeParameters> code =
        growth.policy(node, partners.places.size()).codeFor(partners.places.size());
    if (code.isEmpty()) {
      return;
    }
    recode(node, code.get(), partners.places.size());
    List<Job> jobs = jobs(node);
    long left = carryOut(jobs, Haste.NOW, partners, budget);
    if (left == budget) {
      carryOut(jobs, Haste.IDLE, partners, Math.min(budget, UNHURRIED_A_DAY / code.get().m()));
    }
    boolean all = begin(partners, jobs);
    if (jobs.isEmpty() && separate(partners, UNHURRIED_A_DAY / code.get().m()) == 0 && all) {
      world.settle(node);
    }
  }

  /**
   * Gives each partner who holds nothing a shard of what lacks nothing; returns whether none is
   * left.
   */
  private boolean begin(Partners partners, List<Job> jobs) {
    Set<Integer> busy = jobs.stream().map(Job::group).collect(Collectors.toSet());
    var separating = new Separating(partners.places);
    boolean all = true;
    for (Place place : partners.places) {
      long sent = place.untried() ? 0 : 1;
      for (int group = 0; group < Drives.GROUPS && sent == 0; group++) {
        var work = new Work(partners, new Job(group, RepairOrder.NONE));
        sent = busy.contains(group) ? 0 : work.begin(separating, place);
      }
      all &= sent > 0;
    }
    return all;
  }

  /** Moves what lies too close together; returns the bytes that were sent. */
  private long separate(Partners partners, long budget) {
    var separating = new Separating(partners.places);
    long sent = 0;
    for (int group = 0; group < Drives.GROUPS && sent < budget; group++) {
      sent += new Work(partners, new Job(group, RepairOrder.NONE)).separate(separating);
    }
    return sent;
  }

  private long carryOut(List<Job> jobs, Haste haste, Partners partners, long budget) {
    long left = budget;
    for (Job job : jobs) {
      if (job.order().haste() == haste && left > 0) {
        left -= new Work(partners, job).carryOut();
      }
    }
    return left;
  }

  /** As long as all packs are here they are coded anew where the code has become too weak. */
  private void recode(int node, CodeParameters code, int partners) {
    boolean fresh = !world.drives.isCoded(node);
    CodeParameters now = fresh ? code : world.drives.code(node);
    boolean anew = PlacementPolicy.isTooWide(now, partners) || PlacementPolicy.isWeaker(now, code);
    if (!fresh && !(anew && world.isAllLocal(node))) {
      return;
    }
    if (!fresh) {
      world.uncode(node);
    }
    world.drives.setCode(node, code);
  }

  private List<Job> jobs(int node) {
    List<Job> jobs = new ArrayList<>();
    for (int group = 0; group < Drives.GROUPS; group++) {
      int good = 0;
      int doubtful = 0;
      for (int index = 0; index < world.drives.n(node); index++) {
        int pair = world.drives.holder(node, group, index);
        if (pair != Drives.NOBODY && world.pairs.isOpen(pair)) {
          boolean doubted = conduct.isDoubtful(world.pairs.sideOf(pair, node));
          doubtful += doubted ? 1 : 0;
          good += doubted ? 0 : 1;
        }
      }
      RepairOrder order = RepairOrder.of(world.drives.code(node), good, doubtful);
      if (order.haste() != Haste.NOT) {
        jobs.add(new Job(group, order));
      }
    }
    jobs.sort(Comparator.comparing(Job::order).thenComparingInt(Job::group));
    return jobs;
  }

  /** A node's partners as places for shards. */
  private final class Partners {
    private final int node;
    private final List<Place> places = new ArrayList<>();
    private final Map<OwnerId, Integer> pairs = new HashMap<>();

    private Partners(int node) {
      this.node = node;
      for (int at = 0; at < world.nodes.pairCount(node); at++) {
        int pair = world.nodes.pairAt(node, at);
        if (world.pairs.isOpen(pair)) {
          int side = world.pairs.sideOf(pair, node);
          int holder = world.pairs.holder(side);
          long used = world.pairs.shards(side) * world.drives.shardBytes(node);
          boolean reachable = world.nodes.isThere(holder) && !conduct.isDoubtful(side);
          OwnerId owner = world.nodes.owner(holder);
          pairs.put(owner, pair);
          places.add(
              new Place(
                  owner,
                  Math.max(0, quota - used),
                  reachable,
                  world.nodes.networks(holder),
                  world.nodes.machine(holder).operatingSystem(),
                  world.pairs.shards(side) == 0));
        }
      }
    }

    private boolean takes(int pair) {
      int holder = world.pairs.holder(world.pairs.sideOf(pair, node));
      return world.nodes.isThere(holder);
    }
  }

  /** The work on one group, once. */
  private final class Work {
    private final Partners partners;
    private final int node;
    private final int group;
    private final Placement.Load load;
    private boolean read;
    private long sent;

    private Work(Partners partners, Job job) {
      this.partners = partners;
      this.node = partners.node;
      this.group = job.group();
      this.load = new Placement.Load(Drives.pack(node, group), world.drives.shardBytes(node));
    }

    private boolean isLost(int index) {
      int pair = world.drives.holder(node, group, index);
      return pair == Drives.NOBODY || !world.pairs.isOpen(pair);
    }

    private boolean isDoubted(int index) {
      int pair = world.drives.holder(node, group, index);
      return pair != Drives.NOBODY && conduct.isDoubtful(world.pairs.sideOf(pair, node));
    }

    /** Returns the bytes that were sent. */
    private long carryOut() {
      List<Place> others = others();
      if (others.isEmpty()) {
        List<OwnerId> chosen = Placement.choose(load, world.drives.n(node), partners.places);
        for (int index = 0; index < chosen.size(); index++) {
          ship(index, chosen.get(index));
        }
      } else {
        for (int index = 0; index < world.drives.n(node); index++) {
          if (isLost(index) || isDoubted(index)) {
            List<OwnerId> spares = Placement.spares(load, others(), partners.places);
            if (!spares.isEmpty()) {
              ship(index, spares.get(0));
            }
          }
        }
      }
      world.afterWork(node, group);
      return sent;
    }

    /** Moves the shard that lies closest to others, if it lies too close. */
    private long separate(Separating separating) {
      separating.swap(load, spread()).ifPresent(swap -> ship(swap.index(), swap.holders().get(0)));
      return sent;
    }

    /** Moves a shard to one who holds nothing. */
    private long begin(Separating separating, Place to) {
      separating
          .first(load, spread(), to.owner())
          .filter(swap -> maySpare(swap.index(), partners.pairs.get(to.owner())))
          .ifPresent(swap -> ship(swap.index(), to.owner()));
      return sent;
    }

    private boolean maySpare(int moved, int to) {
      int free = 0;
      for (int index = 0; index < world.drives.n(node); index++) {
        free += world.isCommitted(world.drives.holder(node, group, index)) ? 0 : 1;
      }
      int less = world.isCommitted(world.drives.holder(node, group, moved)) ? 0 : 1;
      int then = free - less + (world.isCommitted(to) ? 0 : 1);
      PlacementPolicy policy = growth.policy(node, partners.places.size());
      return policy.maySpare(world.drives.code(node), free, then);
    }

    private Separating.Spread spread() {
      List<OwnerId> holders = new ArrayList<>();
      for (int index = 0; index < world.drives.n(node); index++) {
        int pair = world.drives.holder(node, group, index);
        holders.add(world.nodes.owner(world.pairs.holder(world.pairs.sideOf(pair, node))));
      }
      return new Separating.Spread(holders, world.drives.code(node));
    }

    /** Who holds a shard of the group and stays. */
    private List<Place> others() {
      List<Place> others = new ArrayList<>();
      for (Place place : partners.places) {
        int pair = partners.pairs.get(place.owner());
        for (int index = 0; index < world.drives.n(node); index++) {
          if (world.drives.holder(node, group, index) == pair) {
            others.add(place);
            break;
          }
        }
      }
      return others;
    }

    private void ship(int index, OwnerId to) {
      int pair = partners.pairs.get(to);
      if (!partners.takes(pair)) {
        return;
      }
      boolean early = !isLost(index);
      world.ship(new World.Shipped(node, group, index, pair), !read, early);
      read = true;
      sent += world.drives.shardBytes(node);
    }
  }
}
