package kith.index;

import java.io.IOException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Shares one slow force among callers that come together: each returns when a force has ended well
 * that began after its call. Safe for any number of threads.
 */
final class GroupForce {
  private final Barrier action;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition ended = lock.newCondition();
  private long begun;
  private long done;
  private boolean running;

  GroupForce(Barrier action) {
    this.action = action;
  }

  /**
   * @throws IOException if a force that this caller made itself failed
   */
  void force() throws IOException {
    lock.lock();
    try {
      long wanted = begun + 1; // the one that runs may have begun before our bytes were written
      while (done < wanted) {
        if (running) {
          ended.awaitUninterruptibly();
        } else {
          run();
        }
      }
    } finally {
      lock.unlock();
    }
  }

  /** Called and returns with the lock held, which is let go meanwhile. */
  private void run() throws IOException {
    running = true;
    long mine = ++begun;
    boolean well = false;
    lock.unlock();
    try {
      action.force();
      well = true;
    } finally {
      lock.lock();
      running = false;
      if (well) {
        done = mine;
      }
      ended.signalAll();
    }
  }
}
