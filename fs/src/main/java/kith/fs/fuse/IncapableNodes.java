package kith.fs.fuse;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * Files known to have no security.capability, for which the kernel asks before each write: looking
 * it up would take a third of the time of small writes. A fixed number of places by the kernel's
 * node number, which names one file for as long as the drive is mounted. Safe for any number of
 * threads.
 */
final class IncapableNodes {
  private static final int PLACES = 1024;

  private final AtomicLongArray nodes = new AtomicLongArray(PLACES);
  private final AtomicLong changes = new AtomicLong();

  boolean contains(long node) {
    return nodes.get(place(node)) == node;
  }

  /** To be taken before the drive is asked, and handed to {@link #add}. */
  long stamp() {
    return changes.get();
  }

  /** Remembers, unless some capability was set since the stamp was taken. */
  void add(long stamp, long node) {
    nodes.set(place(node), node);
    if (stamp != changes.get()) {
      nodes.set(place(node), 0);
    }
  }

  /** Some file has one now. */
  void clear() {
    changes.incrementAndGet();
    for (int i = 0; i < PLACES; i++) {
      nodes.set(i, 0);
    }
  }

  private static int place(long node) {
    return (int) node & (PLACES - 1);
  }
}
