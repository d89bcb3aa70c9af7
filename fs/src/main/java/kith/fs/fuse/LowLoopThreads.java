package kith.fs.fuse;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/** The threads that serve one mount; started when made, ended by the end of the mount. */
final class LowLoopThreads {
  private final List<LowLoopThread> threads;
  private final AtomicInteger running;
  private final CompletableFuture<Void> ended = new CompletableFuture<>();

  LowLoopThreads(LowSession session, int count, int spinMicros) throws IOException {
    this.running = new AtomicInteger(count);
    var spinner = new AtomicBoolean();
    int fd = session.fuse().fuse_session_fd(session.address());
    var made = new ArrayList<LowLoopThread>();
    for (int i = 0; i < count; i++) {
      var wait = new LowWait(fd, spinner, spinMicros);
      made.add(new LowLoopThread("kith-fuse-" + i, session, wait, this::oneEnded));
    }
    this.threads = List.copyOf(made);
    threads.forEach(Thread::start);
  }

  /** Completed when the last thread has ended. */
  CompletableFuture<Void> ended() {
    return ended;
  }

  /** Waits until the kernel has let go of the mount, or until the time is over. */
  void awaitEnd(Duration atMost) throws InterruptedException {
    Duration each = atMost.dividedBy(threads.size());
    for (LowLoopThread thread : threads) {
      thread.join(Math.max(1, each.toMillis()));
    }
  }

  /**
   * Waits for requests in progress.
   *
   * @throws IOException if one doesn't end in time
   */
  void awaitIdle(Duration atMost) throws IOException, InterruptedException {
    for (LowLoopThread thread : threads) {
      if (!thread.awaitIdle(atMost)) {
        throw new IOException("a request to the drive has not ended within " + atMost);
      }
    }
  }

  /** Gives back the memory of threads that have ended. */
  void free() {
    threads.forEach(LowLoopThread::free);
  }

  private void oneEnded() {
    if (running.decrementAndGet() == 0) {
      ended.complete(null);
    }
  }
}
