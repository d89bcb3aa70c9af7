package kith.fs.node;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import kith.codec.KithException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs what a node does by itself: each duty in a thread of its own, again and again while there is
 * something to do, and after a pause when there isn't. Owns the threads ("kith-NAME").
 */
final class Duties implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Duties.class);
  private static final Duration AFTER_FAILURE = Duration.ofSeconds(5);
  private static final long END_MILLIS = 30_000;

  /** Something that a node does by itself. */
  @FunctionalInterface
  interface Duty {
    /** Returns how much it did; 0 if there is nothing to do for now. */
    int tick() throws IOException, KithException, InterruptedException;
  }

  private final CountDownLatch ending = new CountDownLatch(1);
  private final List<Thread> threads = new ArrayList<>();

  /** Starts a duty. */
  void start(String name, Duration pause, Duty duty) {
    Thread thread = new Thread(() -> run(name, pause, duty), "kith-" + name);
    thread.setDaemon(true);
    threads.add(thread);
    thread.start();
  }

  private void run(String name, Duration pause, Duty duty) {
    Duration wait = Duration.ZERO;
    String lastFailure = "";
    try {
      while (!ending.await(wait.toMillis(), TimeUnit.MILLISECONDS)) {
        try {
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
    boolean interrupted = false;
    for (Thread thread : threads) {
      try {
        thread.join(END_MILLIS / 10);
        if (thread.isAlive()) {
          thread.interrupt();
          thread.join(END_MILLIS);
        }
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
