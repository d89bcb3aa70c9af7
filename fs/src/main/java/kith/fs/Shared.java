package kith.fs;

import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import kith.codec.KithException;

/**
 * Work that an executor is asked to do, and that whoever needs its result does himself if nobody
 * has begun: so nobody waits for a thread that is not free. Done once. Safe for many threads.
 *
 * @param <T> what comes of it
 */
final class Shared<T> implements Runnable {
  private final Flights.Work<T> work;
  private final AtomicBoolean begun = new AtomicBoolean();
  private final CompletableFuture<T> result = new CompletableFuture<>();

  Shared(Flights.Work<T> work) {
    this.work = work;
  }

  @Override
  public void run() {
    if (begun.compareAndSet(false, true)) {
      try {
        result.complete(work.get());
      } catch (IOException | KithException | RuntimeException | Error e) {
        result.completeExceptionally(e);
      }
    }
  }

  /** What comes of it, or its failure. */
  T result() throws IOException, KithException {
    run();
    return Awaiting.result(result);
  }
}
