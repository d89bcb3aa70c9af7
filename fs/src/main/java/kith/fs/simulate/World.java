package kith.fs.simulate;

import java.util.Arrays;
import kith.fs.simulate.EventQueue.Event;

/**
 * What there is, and what really happens to it: shards come to holders, are lost with them, and are
 * kept or not. It decides nothing for a node that keeps its word. For one thread.
 */
final class World {
  static final long MINUTE = 60;
  static final long HOUR = 60 * MINUTE;
  static final long DAY = 24 * HOUR;
  static final long YEAR = 365 * DAY;

  private static final double KEPT_OF_MOST = 0.9;

  final Scenario scenario;
  final Dice dice;
  final EventQueue queue = new EventQueue();
  final Nodes nodes;
  final Pairs pairs = new Pairs();
  final Drives drives;
  final Truth truth;
  final Tally tally;
  final Cycles cycles;
  private boolean[] stirred = new boolean[0];
  private boolean[] writes = new boolean[0];
  private int[] written = new int[0];
  private long now;

  World(Scenario scenario, double boost) {
    this.scenario = scenario;
    this.dice = new Dice(scenario.size().seed());
    this.nodes = new Nodes(scenario.size().seed());
    this.drives = new Drives(scenario.terms().drive());
    this.truth = new Truth(drives, pairs);
    this.tally = new Tally();
    this.cycles = new Cycles(boost, scenario.churn().losses());
  }

  /** Seconds since the beginning. */
  long now() {
    return now;
  }

  void goTo(long time) {
    now = time;
  }

  void later(double seconds, Event event, int subject) {
    if (seconds < 2e9) {
      queue.put(now + Math.max(1, (long) seconds), event, subject);
    }
  }

  void later(long seconds, Event event, int subject) {
    later((double) seconds, event, subject);
  }

  int join(Nodes.Made made) {
    int node = nodes.add(made, now);
    drives.add(node);
    truth.add(node);
    cycles.add(node);
    if (node >= stirred.length) {
      stirred = Arrays.copyOf(stirred, Math.max(64, 2 * node));
      writes = Arrays.copyOf(writes, stirred.length);
      written = Arrays.copyOf(written, stirred.length);
    }
    stirred[node] = true;
    for (int group = 0; group < Drives.GROUPS; group++) {
      drives.setLocal(node, group, true);
    }
    return node;
  }

  /** Whether the group's packs stay on the owner's machine once they are safe. */
  boolean staysLocal(int group) {
    return group < scenario.terms().local() * Drives.GROUPS;
  }

  /** A shard has been shipped: the holder keeps it, or only says so. */
  void arrive(int node, int group, int index, int pair) {
    int side = pairs.sideOf(pair, node);
    drives.setHolder(node, group, index, pair);
    pairs.addShards(side, 1);
    int holder = pairs.holder(side);
    Kind kind = nodes.kind(holder);
    boolean drops = kind == Kind.KEEPS_MOST && !dice.chance(KEPT_OF_MOST);
    if (!kind.isHonest()
        && (!nodes.isFaithful(holder) || kind == Kind.KEEPS_MOST || refuses(kind))) {
      cheat(side);
    }
    if (nodes.isFaithful(holder) && !drops) {
      truth.keep(node, group, index);
    } else if (nodes.kind(node) == Kind.HONEST) {
      tally.oracle(drives.shardBytes(node), 0);
    }
  }

  /** From now on the holder cheats the owner. */
  private void cheat(int side) {
    if (pairs.turnBad(side, now) && nodes.kind(pairs.owner(side)) == Kind.HONEST) {
      tally.add(Tally.Of.CHEATS, nodes.kind(pairs.holder(side)), 1);
    }
  }

  /** A node keeps nothing any more of what it was given. */
  void turnFaithless(int node) {
    nodes.turnFaithless(node);
    for (int at = 0; at < nodes.pairCount(node); at++) {
      int pair = nodes.pairAt(node, at);
      if (pairs.isOpen(pair)) {
        cheat(Pairs.mirrored(pairs.sideOf(pair, node)));
      }
    }
    loseHeldBy(node);
  }

  /** Whether it gives nothing back, though it has it. */
  static boolean refuses(Kind kind) {
    return kind == Kind.MIDDLEMAN || kind == Kind.REFUSES;
  }

  /** The shard has no holder any more: it is dropped where it was. */
  void takeAway(int node, int group, int index) {
    int pair = drives.holder(node, group, index);
    if (pair != Drives.NOBODY) {
      truth.lose(node, group, index);
      pairs.addShards(pairs.sideOf(pair, node), -1);
      drives.setHolder(node, group, index, Drives.NOBODY);
    }
  }

  /** A shard on its way to the other of a pair. */
  record Shipped(int node, int group, int index, int pair) {}

  /**
   * The owner ships a shard; where another has it, or had, it is dropped there.
   *
   * @param read whether the group has to be read for that, if it is not here
   * @param early whether its holder may yet return
   */
  void ship(Shipped shard, boolean read, boolean early) {
    int node = shard.node();
    long bytes = drives.shardBytes(node);
    boolean again = drives.wasWhole(node, shard.group());
    long fetched = read && !drives.isLocal(node, shard.group()) ? drives.groupBytes() : 0;
    takeAway(node, shard.group(), shard.index());
    arrive(node, shard.group(), shard.index(), shard.pair());
    tally.add(Tally.Of.SENT, nodes.kind(node), bytes);
    int holder = pairs.holder(pairs.sideOf(shard.pair(), node));
    tally.add(Tally.Of.RECEIVED, nodes.kind(holder), bytes);
    if (nodes.kind(node) == Kind.HONEST) {
      tally.add(again ? Tally.Count.REPAIR_SENT : Tally.Count.PLACED_BYTES, bytes);
      tally.add(Tally.Count.REPAIR_READ, fetched);
      tally.add(Tally.Count.REPAIR_EARLY, again && early ? bytes : 0);
    }
  }

  /** The owner has done what he could for a group today. */
  void afterWork(int node, int group) {
    for (int index = 0; index < drives.n(node); index++) {
      if (drives.holder(node, group, index) == Drives.NOBODY) {
        return;
      }
    }
    drives.setWhole(node, group, true);
  }

  boolean isAllLocal(int node) {
    for (int group = 0; group < Drives.GROUPS; group++) {
      if (!drives.isLocal(node, group)) {
        return false;
      }
    }
    return true;
  }

  /** All packs are coded anew, from the owner's machine. */
  void uncode(int node) {
    if (nodes.kind(node) == Kind.HONEST) {
      tally.add(
          Tally.Count.RECODED_BYTES,
          (double) drives.shardBytes(node) * drives.n(node) * Drives.GROUPS);
    }
    for (int group = 0; group < Drives.GROUPS; group++) {
      for (int index = 0; index < drives.n(node); index++) {
        takeAway(node, group, index);
      }
      drives.setWhole(node, group, false);
    }
  }

  /** All that a node held for others is lost, or dropped by it. */
  void loseHeldBy(int node) {
    for (int at = 0; at < nodes.pairCount(node); at++) {
      int pair = nodes.pairAt(node, at);
      loseSide(Pairs.mirrored(pairs.sideOf(pair, node)));
    }
  }

  /** All that one holder has of one owner is lost. */
  void loseSide(int side) {
    int owner = pairs.owner(side);
    if (pairs.there(side) == 0 || !nodes.isAlive(owner)) {
      return;
    }
    cycles.partnerLost(owner);
    int pair = Pairs.pairOf(side);
    int width = drives.n(owner);
    for (int group = 0; group < Drives.GROUPS; group++) {
      for (int index = 0; index < width; index++) {
        if (drives.holder(owner, group, index) == pair && truth.isThere(owner, group, index)) {
          truth.lose(owner, group, index);
          afterLoss(owner, group);
        }
      }
    }
  }

  private void afterLoss(int owner, int group) {
    if (!drives.wasWhole(owner, group)) {
      return;
    }
    boolean here = drives.isLocal(owner, group);
    boolean honest = nodes.kind(owner) == Kind.HONEST;
    if (honest) {
      tally.oracle(drives.shardBytes(owner), here ? 0 : drives.groupBytes());
    }
    if (truth.good(owner, group) >= drives.m(owner)) {
      return;
    }
    if (honest && !hasReneged(owner)) {
      tally.partnersLost(owner, now, cycles.weight(owner));
      blame(owner, group);
    }
    if (here) {
      drives.setWhole(owner, group, false); // it is shipped again from here
    } else {
      loseGroup(owner, group, false);
    }
  }

  /** Whether the owner has been away for longer than his partners have agreed to bear. */
  private boolean hasReneged(int owner) {
    long since = nodes.awaySince(owner);
    return since >= 0 && now - since > scenario.terms().grace().toSeconds();
  }

  /** Whose shards of a lost group were not there though they had been acknowledged. */
  private void blame(int owner, int group) {
    for (int index = 0; index < drives.n(owner); index++) {
      int pair = drives.holder(owner, group, index);
      if (pair != Drives.NOBODY && !truth.isThere(owner, group, index)) {
        tally.harm(nodes.kind(pairs.holder(pairs.sideOf(pair, owner))));
      }
    }
  }

  /** Nobody has it any more. The owner goes on with other content. */
  void loseGroup(int owner, int group, boolean atRestore) {
    if (nodes.kind(owner) == Kind.HONEST) {
      if (hasReneged(owner)) {
        tally.add(Tally.Count.LOST_ABSENT, 1);
      } else {
        tally.dataLost(owner, now, cycles.weight(owner), atRestore);
      }
    }
    for (int index = 0; index < drives.n(owner); index++) {
      takeAway(owner, group, index);
    }
    drives.setWhole(owner, group, false);
    drives.setLocal(owner, group, true);
  }

  /** The two are partners. */
  int agree(int proposer, int acceptor, boolean waived) {
    float[] together = {together(proposer, acceptor), together(acceptor, proposer)};
    int pair = pairs.add(proposer, acceptor, now, waived, together);
    nodes.addPair(proposer, pair);
    nodes.addPair(acceptor, pair);
    tally.add(Tally.Of.AGREED, nodes.kind(proposer), 1);
    tally.add(Tally.Of.AGREED, nodes.kind(acceptor), 1);
    writeSoon(proposer);
    writeSoon(acceptor);
    return pair;
  }

  private float together(int owner, int holder) {
    int own = Math.max(1, nodes.schedule(owner).size());
    return (float) nodes.schedule(owner).overlap(nodes.schedule(holder)) / own;
  }

  /** What was still kept of an ended agreement, by one side of it, is gone. */
  void release(int side) {
    int pair = Pairs.pairOf(side);
    if (pairs.isOpen(pair)) {
      return; // they are partners again
    }
    loseSide(side);
    forget(side);
    if (pairs.release(side)) {
      nodes.removePair(pairs.owner(side), pair);
      nodes.removePair(pairs.holder(side), pair);
    }
  }

  /** The owner knows that nothing of his is there any more. */
  void forget(int side) {
    int owner = pairs.owner(side);
    for (int group = 0; group < Drives.GROUPS && pairs.shards(side) > 0; group++) {
      for (int index = 0; index < drives.n(owner); index++) {
        if (drives.holder(owner, group, index) == Pairs.pairOf(side)) {
          takeAway(owner, group, index);
        }
      }
    }
  }

  /** Drives change all the time: the next packs may go to a new partner, too. */
  private void writeSoon(int node) {
    writes[node] = true;
    stir(node);
  }

  /** The owner writes a group anew, one after the other, if he has a new partner. */
  void write(int node) {
    int group = written[node] % Drives.GROUPS;
    if (writes[node] && drives.isCoded(node) && drives.wasWhole(node, group)) {
      for (int index = 0; index < drives.n(node); index++) {
        takeAway(node, group, index);
      }
      drives.setWhole(node, group, false);
      drives.setLocal(node, group, true);
      written[node]++;
    }
    writes[node] = false;
  }

  /** Something has changed for the node, so that it looks again whether all is well. */
  void stir(int node) {
    stirred[node] = true;
  }

  void settle(int node) {
    stirred[node] = false;
  }

  boolean isStirred(int node) {
    return stirred[node];
  }

  /** The holder has said of a shard that it is lost. */
  void admit(int side) {
    int owner = pairs.owner(side);
    for (int group = 0; group < Drives.GROUPS; group++) {
      for (int index = 0; index < drives.n(owner); index++) {
        if (drives.holder(owner, group, index) == Pairs.pairOf(side)
            && !truth.isThere(owner, group, index)) {
          takeAway(owner, group, index);
          stir(owner);
          return;
        }
      }
    }
  }

  /** Packs leave the owner's machine once they are restorable from partners. */
  void evict(int node) {
    if (now / DAY % 7 != 0 || !drives.isCoded(node)) {
      return;
    }
    for (int group = 0; group < Drives.GROUPS; group++) {
      if (!staysLocal(group)
          && drives.isLocal(node, group)
          && drives.wasWhole(node, group)
          && isRestorable(node, group)) {
        drives.setLocal(node, group, false);
      }
    }
  }

  private boolean isRestorable(int node, int group) {
    for (int index = 0; index < drives.n(node); index++) {
      int pair = drives.holder(node, group, index);
      if (pair == Drives.NOBODY || !pairs.isOpen(pair) || isCommitted(pair)) {
        return false;
      }
    }
    return true;
  }

  /** Whether it is too early for restores under the agreement. */
  boolean isCommitted(int pair) {
    long until = pairs.since(pair) + scenario.terms().commitment().toSeconds();
    return !pairs.isWaived(pair) && now < until;
  }

  /** An owner has ended the agreement for the holder's conduct. */
  void noteEnd(int side) {
    Kind kind = nodes.kind(pairs.holder(side));
    if (nodes.kind(pairs.owner(side)) != Kind.HONEST) {
      return;
    }
    tally.add(Tally.Of.ENDED, kind, 1);
    tally.add(Tally.Count.REPLACED, 1);
    if (pairs.badSince(side) >= 0) {
      notice(side);
    } else if (nodes.isAlive(pairs.holder(side))) {
      tally.add(Tally.Count.FALSE_ALARMS, 1);
    }
  }

  /** The owner reads from the holder; one who refuses is noticed. */
  void noteRead(int side) {
    Kind kind = nodes.kind(pairs.holder(side));
    if (refuses(kind) && nodes.isThere(pairs.holder(side))) {
      tally.add(Tally.Of.REFUSED, kind, 1);
      notice(side);
    }
  }

  private void notice(int side) {
    if (!pairs.isNoticed(side)) {
      pairs.notice(side);
      Kind kind = nodes.kind(pairs.holder(side));
      tally.caught(kind, (now - pairs.badSince(side)) / (double) DAY);
    }
  }

  /** A burnt machine's drive comes back from its holders, as far as these give it. */
  void restore(int node) {
    boolean honest = nodes.kind(node) == Kind.HONEST;
    boolean late = false;
    double bytes = 0;
    for (int group = 0; group < Drives.GROUPS; group++) {
      if (!drives.wasWhole(node, group)) {
        continue;
      }
      int[] serving = serving(node, group);
      if (serving[0] + serving[1] < drives.m(node)) {
        loseGroup(node, group, true);
      } else {
        late |= serving[0] < drives.m(node);
        bytes += drives.groupBytes();
        drives.setLocal(node, group, staysLocal(group));
      }
    }
    if (honest) {
      tally.add(Tally.Count.RESTORES, 1);
      tally.add(Tally.Count.RESTORES_LATE, late ? 1 : 0);
      tally.add(Tally.Count.RESTORE_BYTES, bytes);
    }
  }

  /** How many holders give a shard of the group back: now, and once the commitment is over. */
  private int[] serving(int node, int group) {
    int[] serving = new int[2];
    for (int index = 0; index < drives.n(node); index++) {
      if (truth.isThere(node, group, index)) {
        int pair = drives.holder(node, group, index);
        int side = pairs.sideOf(pair, node);
        noteRead(side);
        if (!refuses(nodes.kind(pairs.holder(side)))) {
          serving[isCommitted(pair) ? 1 : 0]++;
        }
      }
    }
    return serving;
  }
}
