package kith.fs.simulate;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import kith.peer.conduct.Testimony;

/**
 * Who hears of whom, and what they say of each other, true or not. A word against a node counts
 * only if it cannot show what it had signed for, which whoever hears it tries himself: lies about
 * one who can come to nothing. For one thread.
 */
final class Gossip {
  /** Others that a node considers at a time. */
  static final int HEARD = 32;

  private static final long YOUNG = 7 * World.DAY;
  private static final int MOST_WORDS = 16;
  private static final int VOUCHING = 8;

  private final World world;
  private final HonestConduct conduct;
  private int[][] against = new int[0][];
  private long[][] times = new long[0][];

  Gossip(World world, HonestConduct conduct) {
    this.world = world;
    this.conduct = conduct;
  }

  void add(int node) {
    if (node >= against.length) {
      against = Arrays.copyOf(against, Math.max(64, 2 * node));
      times = Arrays.copyOf(times, against.length);
    }
  }

  /** Different others that the node has heard of and could ask; some may be off-line. */
  int[] heardOf(int node) {
    int[] heard = new int[Math.min(HEARD, Math.max(0, world.nodes.living() - 1))];
    int count = 0;
    for (int tries = 0; count < heard.length && tries < 3 * HEARD; tries++) {
      int other = world.nodes.anyLiving(world.dice);
      if (other != node && !contains(heard, count, other)) {
        heard[count++] = other;
      }
    }
    return Arrays.copyOf(heard, count);
  }

  private static boolean contains(int[] heard, int count, int node) {
    for (int i = 0; i < count; i++) {
      if (heard[i] == node) {
        return true;
      }
    }
    return false;
  }

  /** An owner has ended the agreement with a holder, and says why. */
  void accuse(int reporter, int node) {
    if (against[node] == null) {
      against[node] = new int[0];
      times[node] = new long[0];
    }
    int size = against[node].length;
    int from = size < MOST_WORDS ? 0 : 1;
    int[] words = Arrays.copyOf(Arrays.copyOfRange(against[node], from, size), size - from + 1);
    long[] when = Arrays.copyOf(Arrays.copyOfRange(times[node], from, size), size - from + 1);
    words[size - from] = reporter;
    when[size - from] = world.now();
    against[node] = words;
    times[node] = when;
  }

  /** What can be heard of a node. */
  List<Testimony> testimonies(int node) {
    List<Testimony> all = new ArrayList<>();
    for (int at = 0; at < world.nodes.pairCount(node); at++) {
      int pair = world.nodes.pairAt(node, at);
      int side = Pairs.mirrored(world.pairs.sideOf(pair, node));
      long age = world.now() - world.pairs.since(pair);
      boolean good = world.pairs.isOpen(pair) && age > YOUNG && !conduct.isDoubtful(side);
      if (good && conduct.isProved(side)) {
        all.add(word(world.pairs.owner(side), true, 0));
      }
    }
    if (against[node] != null && !canShow(node)) {
      for (int at = 0; at < against[node].length; at++) {
        all.add(word(against[node][at], false, world.now() - times[node][at]));
      }
    }
    if (world.nodes.kind(node) == Kind.COLLUDES) {
      vouch(node, all);
    }
    return all;
  }

  private Testimony word(int reporter, boolean kept, long age) {
    return new Testimony(
        world.nodes.owner(reporter), world.nodes.networks(reporter), kept, 1000 * age);
  }

  /** Whoever keeps his word can show the blocks even where he was put away as lost. */
  private boolean canShow(int node) {
    return world.nodes.isFaithful(node) && world.nodes.kind(node) != Kind.KEEPS_MOST;
  }

  /** The others of its group, who have numbers near its own. */
  private void vouch(int node, List<Testimony> all) {
    int first = world.nodes.person(node);
    int last = Math.min(world.nodes.count(), first + world.scenario.mischief().group());
    int said = 0;
    for (int other = first; other < last && said < VOUCHING; other++) {
      if (other != node && world.nodes.person(other) == first && world.nodes.isAlive(other)) {
        all.add(word(other, true, 0));
        said++;
      }
    }
  }
}
