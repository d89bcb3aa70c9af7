package kith.fs.simulate;

import java.util.Arrays;

/**
 * All agreements that there ever were, one column for each property. A pair p has two sides: in
 * side 2p its proposer owns what the other holds, in side 2p + 1 the other way round. For one
 * thread.
 */
final class Pairs {
  private static final byte BOTH = 3;

  private int count;
  private int[] proposers = new int[0];
  private int[] acceptors = new int[0];
  private long[] since = new long[0];
  private long[] ended = new long[0];
  private boolean[] waived = new boolean[0];
  private float[] together = new float[0];
  private int[] shards = new int[0];
  private int[] there = new int[0];
  private long[] badSince = new long[0];
  private boolean[] noticed = new boolean[0];
  private byte[] released = new byte[0];

  /**
   * @param shared the share of each one's hours in which the other is there, too
   */
  int add(int proposer, int acceptor, long now, boolean isWaived, float[] shared) {
    int pair = count++;
    if (pair == proposers.length) {
      grow(Math.max(256, 2 * pair));
    }
    proposers[pair] = proposer;
    acceptors[pair] = acceptor;
    since[pair] = now;
    ended[pair] = -1;
    waived[pair] = isWaived;
    together[2 * pair] = shared[0];
    together[2 * pair + 1] = shared[1];
    badSince[2 * pair] = -1;
    badSince[2 * pair + 1] = -1;
    return pair;
  }

  private void grow(int size) {
    proposers = Arrays.copyOf(proposers, size);
    acceptors = Arrays.copyOf(acceptors, size);
    since = Arrays.copyOf(since, size);
    ended = Arrays.copyOf(ended, size);
    waived = Arrays.copyOf(waived, size);
    together = Arrays.copyOf(together, 2 * size);
    shards = Arrays.copyOf(shards, 2 * size);
    there = Arrays.copyOf(there, 2 * size);
    badSince = Arrays.copyOf(badSince, 2 * size);
    noticed = Arrays.copyOf(noticed, 2 * size);
    released = Arrays.copyOf(released, size);
  }

  int count() {
    return count;
  }

  /** The side in which a node is the owner. */
  int sideOf(int pair, int owner) {
    return proposers[pair] == owner ? 2 * pair : 2 * pair + 1;
  }

  static int pairOf(int side) {
    return side >> 1;
  }

  /** The side in which the two have changed their roles. */
  static int mirrored(int side) {
    return side ^ 1;
  }

  int owner(int side) {
    return (side & 1) == 0 ? proposers[side >> 1] : acceptors[side >> 1];
  }

  int holder(int side) {
    return owner(side ^ 1);
  }

  long since(int pair) {
    return since[pair];
  }

  boolean isOpen(int pair) {
    return ended[pair] < 0;
  }

  long ended(int pair) {
    return ended[pair];
  }

  void end(int pair, long now) {
    ended[pair] = now;
  }

  /** Whether restores are served from the beginning. */
  boolean isWaived(int pair) {
    return waived[pair];
  }

  /** The share of the owner's hours in which the holder is there, too. */
  float together(int side) {
    return together[side];
  }

  /** Shards that the owner has placed with the holder. */
  int shards(int side) {
    return shards[side];
  }

  void addShards(int side, int more) {
    shards[side] += more;
  }

  /** How many of these are really there. */
  int there(int side) {
    return there[side];
  }

  void addThere(int side, int more) {
    there[side] += more;
  }

  /** Since when the holder has cheated the owner; -1 if it has not. */
  long badSince(int side) {
    return badSince[side];
  }

  /** Returns whether it had not before. */
  boolean turnBad(int side, long now) {
    boolean first = badSince[side] < 0;
    if (first) {
      badSince[side] = now;
    }
    return first;
  }

  /** Whether the owner has noticed that. */
  boolean isNoticed(int side) {
    return noticed[side];
  }

  void notice(int side) {
    noticed[side] = true;
  }

  /** Whether all that was kept of an ended pair still is. */
  boolean isUntouched(int pair) {
    return released[pair] == 0;
  }

  /** The two are partners again. */
  void reopen(int pair) {
    ended[pair] = -1;
  }

  /** One side of an ended pair is done with; returns whether that makes both. */
  boolean release(int side) {
    byte before = released[side >> 1];
    released[side >> 1] |= (byte) (1 << (side & 1));
    return before != BOTH && released[side >> 1] == BOTH;
  }
}
