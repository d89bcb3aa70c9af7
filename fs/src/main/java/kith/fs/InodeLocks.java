package kith.fs;

import java.util.Arrays;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Locks of inodes, striped. Several are taken at once in the order of their stripes, so that no two
 * threads wait for each other. Never held across network I/O.
 */
final class InodeLocks {
  private static final int STRIPES = 1024;

  /** Held locks; closing releases them. */
  interface Held extends AutoCloseable {
    @Override
    void close();
  }

  private final ReentrantLock[] stripes = new ReentrantLock[STRIPES];

  InodeLocks() {
    Arrays.setAll(stripes, i -> new ReentrantLock());
  }

  /** Waits for the lock of one inode. */
  Held lock(long inode) {
    ReentrantLock lock = stripes[stripe(inode)];
    lock.lock();
    return lock::unlock;
  }

  /** Waits for the locks of several inodes. */
  Held lock(long... inodes) {
    int[] order = Arrays.stream(inodes).mapToInt(InodeLocks::stripe).sorted().distinct().toArray();
    for (int stripe : order) {
      stripes[stripe].lock();
    }
    return () -> {
      for (int i = order.length - 1; i >= 0; i--) {
        stripes[order[i]].unlock();
      }
    };
  }

  private static int stripe(long inode) {
    long mixed = inode * 0x9E3779B97F4A7C15L;
    return (int) (mixed >>> 54) & (STRIPES - 1);
  }
}
