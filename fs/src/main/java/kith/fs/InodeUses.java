package kith.fs;

import java.util.Arrays;

/**
 * Counts who uses an inode: the kernel's references and open handles. Takes 16 to 32 bytes for each
 * inode in use: open addressing with linear probing, in stripes that grow and shrink alone. Safe
 * for many threads.
 */
final class InodeUses {
  private static final int STRIPE_BITS = 6;

  private final Stripe[] stripes = new Stripe[1 << STRIPE_BITS];

  InodeUses() {
    Arrays.setAll(stripes, i -> new Stripe());
  }

  /** Counts one more. */
  void add(long inode) {
    stripe(inode).add(inode, 1);
  }

  /** Counts that many less; returns whether none is left. */
  boolean remove(long inode, long count) {
    return stripe(inode).remove(inode, count);
  }

  boolean contains(long inode) {
    return stripe(inode).contains(inode);
  }

  /** How many inodes are in use. */
  long size() {
    return Arrays.stream(stripes).mapToLong(Stripe::size).sum();
  }

  void clear() {
    Arrays.stream(stripes).forEach(Stripe::clear);
  }

  private Stripe stripe(long inode) {
    return stripes[(int) (mix(inode) >>> (64 - STRIPE_BITS))];
  }

  private static long mix(long inode) {
    return inode * 0x9E3779B97F4A7C15L;
  }

  /** One table. A key of 0 marks a free slot: no inode has that number. */
  private static final class Stripe {
    private static final int MIN_CAPACITY = 16;

    private long[] inodes = new long[MIN_CAPACITY];
    private int[] counts = new int[MIN_CAPACITY];
    private int used;

    synchronized void add(long inode, int count) {
      if (used >= inodes.length / 4 * 3) {
        resize(inodes.length * 2);
      }
      put(inode, count);
    }

    private void put(long inode, int count) {
      int slot = find(inode);
      if (inodes[slot] == 0) {
        inodes[slot] = inode;
        used++;
      }
      counts[slot] += count;
    }

    synchronized boolean remove(long inode, long count) {
      int slot = find(inode);
      if (inodes[slot] == 0) {
        return true;
      }
      if (counts[slot] > count) {
        counts[slot] -= (int) count;
        return false;
      }
      free(slot);
      if (inodes.length > MIN_CAPACITY && used < inodes.length / 8) {
        resize(inodes.length / 2);
      }
      return true;
    }

    synchronized boolean contains(long inode) {
      return inodes[find(inode)] != 0;
    }

    synchronized int size() {
      return used;
    }

    synchronized void clear() {
      inodes = new long[MIN_CAPACITY];
      counts = new int[MIN_CAPACITY];
      used = 0;
    }

    /** The slot of an inode, or the free one where it would be. */
    private int find(long inode) {
      int slot = home(inode);
      while (inodes[slot] != 0 && inodes[slot] != inode) {
        slot = next(slot);
      }
      return slot;
    }

    private int home(long inode) {
      return (int) (mix(inode) >>> 16) & (inodes.length - 1);
    }

    private int next(int slot) {
      return (slot + 1) & (inodes.length - 1);
    }

    /** Frees a slot, and moves up what would no longer be found behind it. */
    private void free(int slot) {
      int free = slot;
      for (int at = next(slot); inodes[at] != 0; at = next(at)) {
        int distance = (at - home(inodes[at])) & (inodes.length - 1);
        if (distance >= ((at - free) & (inodes.length - 1))) {
          inodes[free] = inodes[at];
          counts[free] = counts[at];
          free = at;
        }
      }
      inodes[free] = 0;
      counts[free] = 0;
      used--;
    }

    private void resize(int capacity) {
      long[] oldInodes = inodes;
      int[] oldCounts = counts;
      inodes = new long[capacity];
      counts = new int[capacity];
      used = 0;
      for (int i = 0; i < oldInodes.length; i++) {
        if (oldInodes[i] != 0) {
          put(oldInodes[i], oldCounts[i]);
        }
      }
    }
  }
}
