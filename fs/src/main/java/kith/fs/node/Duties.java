package kith.fs.node;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import kith.codec.KithException;
import kith.fs.Pace;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs what a node does by itself: each duty in a thread of its own, again and again while there is
 * something to do, and after a pause when there isn't. When nothing was done and nothing was asked
 * of the node for a while, short pauses become longer, so that an idle machine may sleep. Owns the
 * threads ("kith-NAME"), which work in the background. Safe for many threads.
 */
final class Duties implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Duties.class);
  private static final Duration AFTER_FAILURE = Duration.ofSeconds(5);
  private static final Duration UNASKED = Duration.ofSeconds(3);
  private static final Duration END_WITHIN = Duration.ofSeconds(20);

  /** So many times as long are pauses when the node is idle, as far as {@link #LONGEST}. */
  private static final int IDLE_FACTOR = 5;

  /** Pauses that are longer anyway stay as they are. */
  private static final Duration LONGEST = Duration.ofSeconds(2);

  /** Something that a node does by itself. */
  @FunctionalInterface
  interface Duty {
    /** Returns how much it did; 0 if there is nothing to do for now. */
    int tick() throws IOException, KithException, InterruptedException;
  }

  private final Pace pace;
  private final long idleNanos;
  private final List<Thread> threads = new ArrayList<>();
  private final ReentrantLock lock = new ReentrantLock();

  /** That the node is idle no more, or ends. */
  private final Condition changed = lock.newCondition();

  private long stirred = System.nanoTime();
  private boolean ending;

  Duties(Pace pace) {
    this(pace, Duration.ofSeconds(5));
  }

  /**
   * @param idleAfter of nothing done and nothing asked
   */
  Duties(Pace pace, Duration idleAfter) {
    this.pace = pace;
    this.idleNanos = idleAfter.toNanos();
  }

  /** Starts a duty. */
  void start(String name, Duration pause, Duty duty) {
    Thread thread = new Thread(() -> run(name, pause, duty), "kith-" + name);
    thread.setDaemon(true);
    threads.add(thread);
    thread.start();
  }

  private void run(String name, Duration pause, Duty duty) {
    pace.enter();
    Duration wait = Duration.ZERO;
    String lastFailure = "";
    try {
      while (rest(wait)) {
        try {
          pace.step();
          boolean did = duty.tick() > 0;
          if (did) {
            stir();
          }
          wait = did ? Duration.ZERO : pause;
          lastFailure = "";
        } catch (IOException | KithException | RuntimeException e) {
          wait = AFTER_FAILURE;
          // Once for each trouble, not every five seconds.
          if (!String.valueOf(e.getMessage()).equals(lastFailure)) {
            LOG.warn("{} will be tried again: {}", name, e.toString(), e);
            lastFailure = String.valueOf(e.getMessage());
          }
        }
      }
    } catch (InterruptedException e) {
      LOG.debug("{} was interrupted", name);
    }
  }

  /** Something happened that duties may have to do with: none makes a longer pause for a while. */
  void stir() {
    lock.lock();
    try {
      if (isIdle()) {
        changed.signalAll();
      }
      stirred = System.nanoTime();
    } finally {
      lock.unlock();
    }
  }

  private boolean isIdle() {
    return System.nanoTime() - stirred > idleNanos;
  }

  /** Pauses; false if the duties end. */
  private boolean rest(Duration pause) throws InterruptedException {
    long begun = System.nanoTime();
    lock.lockInterruptibly();
    try {
      while (!ending) {
        Duration whole = isIdle() ? idle(pause) : pause;
        long left = begun + whole.toNanos() - System.nanoTime();
        if (left <= 0) {
          return true;
        }
        var unused = changed.awaitNanos(left);
      }
      return false;
    } finally {
      lock.unlock();
    }
  }

  private static Duration idle(Duration pause) {
    Duration longer = pause.multipliedBy(IDLE_FACTOR);
    Duration most = pause.compareTo(LONGEST) > 0 ? pause : LONGEST;
    return longer.compareTo(most) < 0 ? longer : most;
  }

  /** Ends all duties; those in the middle of something are interrupted after a while. */
  @Override
  public void close() {
    end();
    boolean interrupted = !await(UNASKED);
    threads.forEach(Thread::interrupt);
    interrupted |= !await(END_WITHIN);
    for (Thread thread : threads) {
      if (thread.isAlive()) {
        LOG.warn("{} does not end and is left alone", thread.getName());
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void end() {
    lock.lock();
    try {
      ending = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Waits for all of them together; false if this thread was interrupted. */
  private boolean await(Duration atMost) {
    long latest = System.nanoTime() + atMost.toNanos();
    try {
      for (Thread thread : threads) {
        long left = TimeUnit.NANOSECONDS.toMillis(latest - System.nanoTime());
        if (left > 0) {
          thread.join(left);
        }
      }
      return true;
    } catch (InterruptedException e) {
      return false;
    }
  }
}
