package kith.fs;

import java.io.IOException;
import java.time.Duration;
import java.util.Collection;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import kith.codec.PackId;
import kith.index.RowView;

/** Lets others wait until packs are placed. Safe for many threads. */
final class ShipperWaiters {
  private final RowView rows;
  private final PlacementPolicy policy;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();

  ShipperWaiters(RowView rows, PlacementPolicy policy) {
    this.rows = rows;
    this.policy = policy;
  }

  boolean isPlaced(Collection<PackId> packs) throws IOException {
    for (PackId id : packs) {
      Optional<PackRow> row = PackRows.live(rows, id);
      if (row.isEmpty() || !row.get().safe(policy)) {
        return false;
      }
    }
    return true;
  }

  boolean awaitPlaced(Collection<PackId> packs, Duration atMost)
      throws IOException, InterruptedException {
    long left = atMost.toNanos();
    lock.lock();
    try {
      while (!isPlaced(packs)) {
        if (left <= 0) {
          return false;
        }
        left = changed.awaitNanos(left);
      }
      return true;
    } finally {
      lock.unlock();
    }
  }

  /** To be called after each change of the rows of packs. */
  void changed() {
    lock.lock();
    try {
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }
}
