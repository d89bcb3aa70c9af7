package kith.fs;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import kith.codec.KithException;

/** Waits for what other threads do, and throws what went wrong there as what it was. */
final class Awaiting {
  private Awaiting() {}

  /**
   * @throws IOException if the work failed so, or this thread was interrupted
   * @throws KithException if the work failed so
   */
  static <T> T result(CompletableFuture<T> future) throws IOException, KithException {
    try {
      return future.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while waiting");
    } catch (ExecutionException e) {
      Throwable cause = cause(e);
      if (cause instanceof KithException known) {
        throw known;
      }
      throw new IOException(cause.getMessage(), cause);
    }
  }

  /** As {@link #result} for work that only the local disk can make fail. */
  static <T> T local(CompletableFuture<T> future) throws IOException {
    try {
      return result(future);
    } catch (KithException e) {
      throw new IOException(e.getMessage(), e);
    }
  }

  /** What really happened, without the wrappers of futures. */
  static Throwable cause(Throwable failure) {
    Throwable cause = failure;
    while (cause.getCause() != null
        && (cause instanceof CompletionException || cause instanceof ExecutionException)) {
      cause = cause.getCause();
    }
    return cause;
  }

  /** Waits for a thread to end, and keeps an interrupt for later. */
  static void end(Thread thread) {
    boolean interrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
