package kith.fs.simulate;

import java.util.Arrays;

/**
 * Which shards are really where their owners think they are. Only the world knows; what it tells an
 * owner are the outcomes of audits and reads. For one thread.
 */
final class Truth {
  private final Drives drives;
  private final Pairs pairs;
  private int[] there = new int[0];

  Truth(Drives drives, Pairs pairs) {
    this.drives = drives;
    this.pairs = pairs;
  }

  void add(int node) {
    if ((node + 1) * Drives.GROUPS > there.length) {
      there = Arrays.copyOf(there, Math.max(64, 2 * node) * Drives.GROUPS);
    }
  }

  boolean isThere(int node, int group, int index) {
    return (there[node * Drives.GROUPS + group] & 1 << index) != 0;
  }

  /** How many shards of the group are somewhere. */
  int good(int node, int group) {
    return Integer.bitCount(there[node * Drives.GROUPS + group]);
  }

  /** The shard has come to a holder who keeps it. */
  void keep(int node, int group, int index) {
    int at = node * Drives.GROUPS + group;
    if ((there[at] & 1 << index) == 0) {
      there[at] |= 1 << index;
      pairs.addThere(side(node, group, index), 1);
    }
  }

  /** The shard is lost, or dropped. */
  void lose(int node, int group, int index) {
    int at = node * Drives.GROUPS + group;
    if ((there[at] & 1 << index) != 0) {
      there[at] &= ~(1 << index);
      pairs.addThere(side(node, group, index), -1);
    }
  }

  private int side(int node, int group, int index) {
    return pairs.sideOf(drives.holder(node, group, index), node);
  }
}
