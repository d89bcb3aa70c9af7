package kith.peer;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The threads that handle requests, and look names up. Made, named and closed by a network. */
final class Workers implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Workers.class);
  private static final int THREADS = Math.max(8, 2 * Runtime.getRuntime().availableProcessors());
  private static final int CLOSE_SECONDS = 10;

  private final ExecutorService pool;

  /**
   * @param enter run first by each thread
   */
  Workers(Runnable enter) {
    var number = new AtomicInteger();
    pool =
        Executors.newFixedThreadPool(
            THREADS,
            task -> {
              var thread =
                  new Thread(() -> begin(enter, task), "kith-peer-" + number.incrementAndGet());
              thread.setDaemon(true);
              return thread;
            });
  }

  private static void begin(Runnable enter, Runnable tasks) {
    enter.run();
    tasks.run();
  }

  /** Runs a task; drops it when the workers are closed already. */
  void execute(Runnable task) {
    try {
      pool.execute(() -> run(task));
    } catch (java.util.concurrent.RejectedExecutionException e) {
      LOG.debug("a task came after the end", e);
    }
  }

  private static void run(Runnable task) {
    try {
      task.run();
    } catch (RuntimeException e) {
      LOG.error("a task failed", e);
    }
  }

  @Override
  public void close() {
    pool.shutdown();
    try {
      if (!pool.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS)) {
        LOG.warn("requests are still being handled after {} s", CLOSE_SECONDS);
        pool.shutdownNow();
      }
    } catch (InterruptedException e) {
      pool.shutdownNow();
      Thread.currentThread().interrupt();
    }
  }
}
