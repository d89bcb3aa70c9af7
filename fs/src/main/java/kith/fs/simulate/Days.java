package kith.fs.simulate;

import java.time.Duration;
import kith.fs.simulate.EventQueue.Event;
import kith.fs.simulate.Tally.Of;
import kith.peer.choice.Schedule;
import kith.peer.conduct.Standing;

/**
 * What a node does once a day, at an hour of its own: it audits, judges, looks for partners, ships
 * and repairs. What the others answer is drawn here, as one binomial for a pair and day; what
 * follows from it is decided by the product's classes behind those called Honest. For one thread.
 */
final class Days {
  private static final double FLAPPING = 0.5;
  private static final double BYTES_OF_BLOCK = 66_600;
  private static final double BYTES_OF_PROOF = 1_400;
  private static final double READS_A_DAY = 0.1;

  /** What passes from one day to the next for whoever looks at all. */
  private static final Duration DAY = Duration.ofDays(1);

  /** What an owner has moved elsewhere is dropped by a holder who keeps his word. */
  private static final long TRASH = 14 * World.DAY;

  private final World world;
  private final HonestConduct conduct;
  private final HonestGrowth growth;
  private final HonestSearch search;
  private final HonestRepair repair;
  private final Gossip gossip;
  private final Duration[] onLine = new Duration[Schedule.HOURS + 1];

  Days(World world) {
    this.world = world;
    Scenario.Terms terms = world.scenario.terms();
    long quota = terms.quota();
    this.conduct = new HonestConduct(terms.grace());
    this.growth = new HonestGrowth(terms, world.cycles.boost());
    this.gossip = new Gossip(world, conduct);
    this.search = new HonestSearch(world, gossip, growth, quota);
    this.repair = new HonestRepair(world, conduct, growth, quota);
    double uptime = world.scenario.churn().uptime();
    for (int hours = 0; hours <= Schedule.HOURS; hours++) {
      onLine[hours] = Duration.ofSeconds(Math.round(World.DAY * uptime * hours / Schedule.HOURS));
    }
  }

  void add(int node) {
    gossip.add(node);
    growth.add(node);
    search.add(node);
  }

  void day(int node) {
    if (!world.nodes.isAlive(node)) {
      return;
    }
    world.later(World.DAY, Event.DAY, node);
    boolean hasHopped = world.nodes.kind(node) == Kind.HOPS && !world.nodes.isFaithful(node);
    if (world.nodes.isThere(node) && !hasHopped) {
      observe(node);
      search.day(node);
      world.write(node);
      repair.day(node, (long) (world.nodes.uplink(node) * (double) ownTime(node).toSeconds()));
      world.evict(node);
      read(node);
    }
    account(node);
  }

  private Duration ownTime(int node) {
    Duration time = onLine[world.nodes.schedule(node).size()];
    return world.nodes.kind(node) == Kind.FLAPS ? time.dividedBy(2) : time;
  }

  private void observe(int node) {
    int open = 0;
    for (int at = 0; at < world.nodes.pairCount(node); at++) {
      int pair = world.nodes.pairAt(node, at);
      if (world.pairs.isOpen(pair)) {
        open++;
        observe(world.pairs.sideOf(pair, node), ownTime(node));
      }
    }
    growth.day(node, open);
  }

  private void observe(int side, Duration time) {
    int holder = world.pairs.holder(side);
    boolean owes = world.pairs.shards(side) > 0;
    boolean answered = answers(holder) && world.pairs.together(side) > 0;
    conduct.passed(side, DAY, answered, owes);
    if (answered && owes) {
      audit(side, time);
    }
    boolean doubted = conduct.isDoubtful(side);
    Standing standing = conduct.standing(side);
    if (standing.isReneged()) {
      end(side);
    } else if (doubted != standing.isDoubtful()) {
      world.stir(world.pairs.owner(side));
    }
  }

  /** Whoever hops is not there any more by its old name. */
  private boolean answers(int node) {
    boolean hopped = world.nodes.kind(node) == Kind.HOPS && !world.nodes.isFaithful(node);
    return world.nodes.isThere(node) && !hopped;
  }

  private void audit(int side, Duration time) {
    int owner = world.pairs.owner(side);
    int holder = world.pairs.holder(side);
    long age = world.now() - world.pairs.since(Pairs.pairOf(side));
    int rounds = conduct.rounds(age, search.terms().auditsPerDay());
    int asked = (int) Math.round(rounds * (double) time.toSeconds() / World.DAY);
    double block = 1 - world.scenario.terms().local();
    world.tally.add(
        Of.AUDITS,
        world.nodes.kind(owner),
        asked * (block * BYTES_OF_BLOCK + (1 - block) * BYTES_OF_PROOF));
    if (!world.nodes.isFaithful(holder)) {
      return;
    }
    double uptime = world.scenario.churn().uptime();
    double there = world.nodes.kind(holder) == Kind.FLAPS ? FLAPPING : uptime;
    int answered = world.dice.binomial(asked, world.pairs.together(side) * there);
    int lost = 0;
    if (world.pairs.there(side) < world.pairs.shards(side)) {
      double lacks = 1 - (double) world.pairs.there(side) / world.pairs.shards(side);
      lost = world.dice.binomial(answered, lacks);
    }
    conduct.audited(side, answered - lost, lost);
    if (lost > 0) {
      world.admit(side);
    }
  }

  /** The owner has found the holder to have reneged. */
  private void end(int side) {
    int pair = Pairs.pairOf(side);
    int owner = world.pairs.owner(side);
    int holder = world.pairs.holder(side);
    world.pairs.end(pair, world.now());
    gossip.accuse(owner, holder);
    search.heard(holder);
    growth.partnerGone(owner);
    world.noteEnd(side);
    world.stir(owner);
    world.stir(holder);
    world.later(TRASH, Event.RELEASE, side);
    Duration estate = conduct.estate(side, commitment(pair));
    world.later(estate.toSeconds(), Event.RELEASE, Pairs.mirrored(side));
  }

  private Duration commitment(int pair) {
    return world.pairs.isWaived(pair) ? Duration.ZERO : world.scenario.terms().commitment();
  }

  /** Whether the holder of a side would have what is kept for its owner read back. */
  private boolean isServed(int side) {
    int pair = Pairs.pairOf(side);
    return world.pairs.isOpen(pair)
        && !world.isCommitted(pair)
        && conduct.mayReadBack(Pairs.mirrored(side), commitment(pair));
  }

  /** A node that was away is back; those who had given it up may forgive that. */
  void back(int node) {
    for (int at = 0; at < world.nodes.pairCount(node); at++) {
      int pair = world.nodes.pairAt(node, at);
      int side = Pairs.mirrored(world.pairs.sideOf(pair, node));
      int owner = world.pairs.owner(side);
      boolean there = world.nodes.isThere(owner) && world.pairs.isUntouched(pair);
      if (there && !world.pairs.isOpen(pair) && conduct.returned(side, world.now())) {
        world.pairs.reopen(pair);
        world.stir(owner);
      }
    }
    world.stir(node);
  }

  /** A machine was lost, and its owner is back and says so to his partners. */
  void recovered(int node) {
    for (int at = 0; at < world.nodes.pairCount(node); at++) {
      int pair = world.nodes.pairAt(node, at);
      int side = Pairs.mirrored(world.pairs.sideOf(pair, node));
      if (world.pairs.isOpen(pair)) {
        conduct.disaster(side, world.now());
        world.forget(side);
        world.stir(world.pairs.owner(side));
      }
    }
    world.stir(node);
  }

  /** Something is read that is at partners only. */
  private void read(int node) {
    if (!world.dice.chance(READS_A_DAY) || !world.drives.isCoded(node)) {
      return;
    }
    int group = world.dice.below(Drives.GROUPS);
    int pair = world.drives.holder(node, group, world.dice.below(world.drives.n(node)));
    boolean due = pair != Drives.NOBODY && world.pairs.isOpen(pair) && !world.isCommitted(pair);
    if (due && !world.drives.isLocal(node, group)) {
      int side = world.pairs.sideOf(pair, node);
      int holder = world.pairs.holder(side);
      if (world.nodes.isThere(holder)) {
        conduct.read(side, !World.refuses(world.nodes.kind(holder)));
        world.noteRead(side);
      }
    }
  }

  private void account(int node) {
    Kind kind = world.nodes.kind(node);
    world.tally.add(Of.DAYS, kind, 1);
    double shard = world.drives.shardBytes(node);
    int lacking = 0;
    int open = 0;
    for (int at = 0; at < world.nodes.pairCount(node); at++) {
      int pair = world.nodes.pairAt(node, at);
      int side = world.pairs.sideOf(pair, node);
      open += world.pairs.isOpen(pair) ? 1 : 0;
      lend(side);
      lacking += world.pairs.there(side) < world.pairs.shards(side) ? 1 : 0;
      if (world.pairs.there(side) > 0) {
        account(side, shard * world.pairs.there(side));
      }
    }
    int before = world.cycles.lacking(node);
    world.cycles.day(node, Math.max(0, open - lacking), lacking);
    boolean coded = world.drives.isCoded(node) && kind == Kind.HONEST;
    if (coded && before <= world.drives.k(node) && lacking > world.drives.k(node)) {
      world.tally.setLost(world.cycles.weight(node));
    }
  }

  /** A day of an agreement, by one side of it: what was lent is the quota, used or not. */
  private void lend(int side) {
    int pair = Pairs.pairOf(side);
    int holder = world.pairs.holder(side);
    if (!world.pairs.isOpen(pair) || !world.nodes.isAlive(holder)) {
      return;
    }
    double quota = world.scenario.terms().quota();
    if (world.nodes.isFaithful(holder)) {
      world.tally.add(Tally.Of.LENT, world.nodes.kind(holder), quota);
    }
    if (world.nodes.kind(holder).isHonest() && isServed(side)) {
      world.tally.add(Tally.Of.USABLE, world.nodes.kind(world.pairs.owner(side)), quota);
    }
  }

  /** A day of what one holder really keeps for one owner. */
  private void account(int side, double bytes) {
    int pair = Pairs.pairOf(side);
    Kind owner = world.nodes.kind(world.pairs.owner(side));
    Kind holder = world.nodes.kind(world.pairs.holder(side));
    boolean waived = world.pairs.isWaived(pair);
    world.tally.add(Tally.Of.KEPT, holder, holder == Kind.MIDDLEMAN ? 0 : bytes);
    if (waived) {
      world.tally.add(Tally.Of.KEPT_WAIVED, holder, bytes);
    }
    if (!holder.isHonest()) {
      return;
    }
    world.tally.add(Tally.Of.TAKEN, owner, bytes);
    if (!world.pairs.isOpen(pair)) {
      world.tally.add(Tally.Of.ESTATE, owner, bytes);
    } else if (isServed(side)) {
      world.tally.add(Tally.Of.SERVED, owner, bytes);
      world.tally.add(Tally.Of.SERVED_WAIVED, owner, waived ? bytes : 0);
    }
  }
}
