package kith.fs.node;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import kith.peer.TokenBucket;

/**
 * Holds background threads so that all that the process does but for the mount takes at most a
 * share of a processor over any second. What they can't help - serving partners, encrypting on the
 * wire, collecting garbage - counts, and is made up for by them. Safe for many threads.
 */
final class CpuLimit {
  private static final double BURST_SECONDS = 0.1;

  /** More is forgiven, so that the background gets on beside whatever else the process does. */
  private static final double MOST_DEBT_SECONDS = 1;

  /** Looking costs some microseconds. */
  private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

  /** Where time comes from, and how it is waited for. */
  interface Time {
    long nanos();

    /** Waits on the condition, whose lock the caller holds, for so long at most. */
    void await(Condition condition, long nanos) throws InterruptedException;
  }

  /** That of the machine. */
  static final Time REAL =
      new Time() {
        @Override
        public long nanos() {
          return System.nanoTime();
        }

        @Override
        @SuppressWarnings("WaitNotInLoop") // the caller has the loop
        public void await(Condition condition, long nanos) throws InterruptedException {
          long unused = condition.awaitNanos(nanos);
        }
      };

  private final Time time;
  private final LongSupplier cpuNanos;
  private final TokenBucket bucket = new TokenBucket(BURST_SECONDS);
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private volatile boolean limited;
  private long looked;
  private long used;

  /**
   * @param cpuNanos what the process has taken of processors, but for the mount
   */
  CpuLimit(Time time, LongSupplier cpuNanos) {
    this.time = time;
    this.cpuNanos = cpuNanos;
  }

  /**
   * Sets the limit, from now on, also for those who wait.
   *
   * @param percent of one processor; 0 for no limit
   */
  void limit(int percent) {
    lock.lock();
    try {
      long now = time.nanos();
      if (!limited) {
        used = cpuNanos.getAsLong();
        looked = now;
      }
      bucket.limit(percent * (TimeUnit.SECONDS.toNanos(1) / 100), now);
      limited = percent > 0;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Returns when more is not too much; at once if the thread is interrupted, which it stays. */
  void step() {
    if (!limited) {
      return;
    }
    lock.lock();
    try {
      look();
      for (long debt = debt(); debt > 0; debt = debt()) {
        time.await(changed, debt);
        look();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      lock.unlock();
    }
  }

  private long debt() {
    return bucket.debtNanos(time.nanos());
  }

  private void look() {
    long now = time.nanos();
    if (now - looked < LOOK_NANOS) {
      return;
    }
    looked = now;
    long cpu = cpuNanos.getAsLong();
    bucket.take(Math.max(0, cpu - used), now);
    bucket.forgive(MOST_DEBT_SECONDS);
    used = cpu;
  }
}
