package kith.fs.node;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.InstantSource;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import kith.codec.KithException;

/**
 * Tells how far the start of a view is: how many partners have answered, and how much has been read
 * of what leads to the snapshots. Counted by any thread, told by the one that waits.
 */
final class ViewProgress {
  private static final long STEP_MILLIS = 200;

  private final ProgressSink sink;
  private final ProgressMeter meter;
  private final AtomicInteger asked = new AtomicInteger();
  private final AtomicInteger answered = new AtomicInteger();
  private final LongAdder bytes = new LongAdder();

  ViewProgress(ProgressSink sink, InstantSource clock) {
    this.sink = sink;
    this.meter = new ProgressMeter(clock);
  }

  void asked(int partners) {
    asked.addAndGet(partners);
  }

  void answered() {
    answered.incrementAndGet();
  }

  void read(long count) {
    bytes.add(count);
  }

  /** Something that ends with a result, or fails in a way of its own. */
  @FunctionalInterface
  interface Work<T> {
    T run() throws IOException, KithException;
  }

  /** Does something in another thread and tells how far it is. */
  <T> T during(String phase, Executor executor, Work<T> work) throws IOException, KithException {
    return during(
        phase,
        CompletableFuture.supplyAsync(
            () -> {
              try {
                return work.run();
              } catch (IOException | KithException e) {
                throw new CompletionException(e);
              }
            },
            executor));
  }

  /**
   * Waits and tells how far it is.
   *
   * @throws IOException if the work failed so, or nobody waits for it any more
   */
  <T> T during(String phase, CompletableFuture<T> work) throws IOException, KithException {
    while (true) {
      boolean wanted =
          sink.report(
              meter.measure(
                  phase,
                  new Progress.Counted(bytes.sum(), 0),
                  new Progress.Counted(answered.get(), asked.get())));
      if (!wanted) {
        throw new InterruptedIOException("the command that waited has gone away");
      }
      try {
        return work.get(STEP_MILLIS, TimeUnit.MILLISECONDS);
      } catch (TimeoutException stillAtIt) {
        // told again
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new InterruptedIOException("interrupted while a view was started");
      } catch (ExecutionException e) {
        throw failed(e.getCause());
      }
    }
  }

  private static IOException failed(Throwable cause) throws IOException, KithException {
    if (cause instanceof KithException known) {
      throw known;
    }
    if (cause instanceof IOException local) {
      throw local;
    }
    if (cause instanceof RuntimeException fault) {
      throw fault;
    }
    return new IOException(cause);
  }
}
