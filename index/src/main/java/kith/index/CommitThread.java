package kith.index;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Commits rows by itself: an interval after the first change, or at once when there are many. Owns
 * one thread; ends with {@link #close()}.
 */
final class CommitThread implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(CommitThread.class);

  private final Rows rows;
  private final Duration interval;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition wake = lock.newCondition();
  private final Thread thread;

  /** Read without the lock by every update, so that most need not take it. */
  private volatile boolean changed;

  private volatile boolean urgent;
  private boolean closed;
  private boolean failing;

  CommitThread(Rows rows, Duration interval) {
    this.rows = rows;
    this.interval = interval;
    this.thread = new Thread(this::run, "kith-commit");
    thread.setDaemon(true);
    thread.start();
  }

  /**
   * Tells that there are changes.
   *
   * @param many whether to commit at once
   */
  void changed(boolean many) {
    if (changed && (urgent || !many)) {
      return;
    }
    lock.lock();
    try {
      changed = true;
      urgent |= many;
      wake.signal();
    } finally {
      lock.unlock();
    }
  }

  private void run() {
    while (awaitWork()) {
      try {
        rows.sync();
        if (failing) {
          failing = false;
          log.info("changes are being written to the index again");
        }
      } catch (IOException | RuntimeException e) {
        failed(e);
      }
    }
  }

  private void failed(Exception e) {
    if (!failing) {
      failing = true;
      log.error("cannot write changes to the index; they stay in memory and are tried again", e);
    }
    changed(false);
  }

  /** Returns true when there is something to commit, false when closed. */
  private boolean awaitWork() {
    lock.lock();
    try {
      while (!changed && !closed) {
        wake.awaitUninterruptibly();
      }
      pause();
      changed = false;
      urgent = false;
      return !closed;
    } finally {
      lock.unlock();
    }
  }

  private void pause() {
    long left = interval.toNanos();
    try {
      while (left > 0 && !closed && (!urgent || failing)) {
        left = wake.awaitNanos(left);
      }
    } catch (InterruptedException e) {
      log.debug("interrupted; commits early", e);
    }
  }

  /** Ends the thread; the caller commits what is left. */
  @Override
  public void close() {
    lock.lock();
    try {
      closed = true;
      wake.signal();
    } finally {
      lock.unlock();
    }
    boolean interrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
