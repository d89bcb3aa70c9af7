package kith.fs.fuse;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

/**
 * The threads ("kith-read-N", "kith-write-N") for calls that may have to wait for partners, or for
 * room, so that the threads that take requests never wait. Threads are started when needed, and end
 * with the mount. Safe for any number of threads.
 */
final class LowWorkers {
  private static final int MAX_QUEUED = 4096;

  private record Task(LowRequest request, LowWork work) {}

  private final BlockingQueue<Task> queue = new ArrayBlockingQueue<>(MAX_QUEUED);
  private final List<Thread> threads;
  private final AtomicInteger unfinished = new AtomicInteger();
  private int started;
  private volatile boolean closed;

  /**
   * @param name of the threads, before their number
   */
  LowWorkers(String name, int count) {
    threads =
        IntStream.range(0, count)
            .mapToObj(
                i -> {
                  var thread = new Thread(this::serve, name + i);
                  thread.setDaemon(true);
                  return thread;
                })
            .toList();
  }

  /** Has the work done and the request answered: EAGAIN if too many wait already. */
  void submit(LowRequest request, LowWork work) {
    boolean allBusy = unfinished.incrementAndGet() > running();
    if (!queue.offer(new Task(request, work))) {
      unfinished.decrementAndGet();
      request.status(Errno.EAGAIN);
    } else if (allBusy) {
      startOne();
    }
  }

  private synchronized int running() {
    return started;
  }

  private synchronized void startOne() {
    if (started < threads.size() && !closed) {
      threads.get(started++).start();
    }
  }

  private void serve() {
    try (var scratch = new LowScratch()) {
      while (!closed) {
        Task task = queue.poll(1, TimeUnit.SECONDS);
        if (task != null) {
          serve(task, scratch);
        }
      }
    } catch (InterruptedException e) {
      // nobody interrupts these threads: a channel of the drive that is in use would be closed
      Thread.currentThread().interrupt();
    }
  }

  private void serve(Task task, LowScratch scratch) {
    try {
      task.work.run(task.request, scratch);
    } catch (Throwable e) {
      task.request.fail(e);
    } finally {
      unfinished.decrementAndGet();
    }
  }

  /**
   * Does no more work: what waits is answered with ENOTCONN, what is in progress may end.
   *
   * @throws IOException if something doesn't end in time
   */
  void close(Duration atMost) throws IOException, InterruptedException {
    closed = true;
    for (Task task = queue.poll(); task != null; task = queue.poll()) {
      task.request.status(Errno.ENOTCONN);
    }
    long end = System.nanoTime() + atMost.toNanos();
    for (Thread thread : threads.subList(0, running())) {
      thread.join(Math.max(1, (end - System.nanoTime()) / 1_000_000));
      if (thread.isAlive()) {
        throw new IOException("a call of the drive has not ended within " + atMost);
      }
    }
  }
}
