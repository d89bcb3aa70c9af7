package kith.fs.fuse;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The threads that serve one mount; started when made, ended by the end of the mount. */
final class LoopThreads {
  private static final Logger LOG = LoggerFactory.getLogger(LoopThreads.class);

  private final Session session;
  private final List<LoopThread> threads;
  private final AtomicInteger running;
  private final CompletableFuture<Void> ended = new CompletableFuture<>();

  LoopThreads(Libfuse libfuse, Session session, int count) {
    this.session = session;
    this.running = new AtomicInteger(count);
    this.threads =
        IntStream.range(0, count)
            .mapToObj(
                i -> new LoopThread("kith-fuse-" + i, libfuse, session.address(), this::oneEnded))
            .toList();
    threads.forEach(Thread::start);
  }

  /** Completed when the last thread has ended. */
  CompletableFuture<Void> ended() {
    return ended;
  }

  /** Waits until the kernel has let go of the mount, or until the time is over. */
  void awaitEnd(Duration atMost) throws InterruptedException {
    Duration each = atMost.dividedBy(threads.size());
    for (LoopThread thread : threads) {
      thread.join(Math.max(1, each.toMillis()));
    }
  }

  /**
   * Waits for requests in progress.
   *
   * @throws IOException if one doesn't end in time
   */
  void awaitIdle(Duration atMost) throws IOException, InterruptedException {
    for (LoopThread thread : threads) {
      if (!thread.awaitIdle(atMost)) {
        throw new IOException("a request to the drive has not ended within " + atMost);
      }
    }
  }

  /** Gives back all memory, unless somebody who has files open keeps the mount alive unseen. */
  void free() {
    if (ended.isDone()) {
      session.close();
      threads.forEach(LoopThread::free);
    } else {
      LOG.info("files of the mount are still open; it ends with this process");
    }
  }

  private void oneEnded() {
    if (running.decrementAndGet() == 0) {
      ended.complete(null);
    }
  }
}
