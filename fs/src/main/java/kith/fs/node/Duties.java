package kith.fs.node;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import kith.codec.KithException;
import kith.fs.Pace;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs what a node does by itself: each duty in a thread of its own, again and again while there is
 * something to do, and after a pause when there isn't. Owns the threads ("kith-NAME"), which work
 * in the background.
 */
final class Duties implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Duties.class);
  private static final Duration AFTER_FAILURE = Duration.ofSeconds(5);
  private static final Duration UNASKED = Duration.ofSeconds(3);
  private static final Duration END_WITHIN = Duration.ofSeconds(20);

  /** Something that a node does by itself. */
  @FunctionalInterface
  interface Duty {
    /** Returns how much it did; 0 if there is nothing to do for now. */
    int tick() throws IOException, KithException, InterruptedException;
  }

  private final Pace pace;
  private final CountDownLatch ending = new CountDownLatch(1);
  private final List<Thread> threads = new ArrayList<>();

  Duties(Pace pace) {
    this.pace = pace;
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
      while (!ending.await(wait.toMillis(), TimeUnit.MILLISECONDS)) {
        try {
          pace.step();
          wait = duty.tick() > 0 ? Duration.ZERO : pause;
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

  /** Ends all duties; those in the middle of something are interrupted after a while. */
  @Override
  public void close() {
    ending.countDown();
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
