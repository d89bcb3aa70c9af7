package kith.fs;

import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import kith.codec.KithException;

/** Waits for results of other threads, and throws what went wrong there as what it was. */
final class Outcomes {
  private Outcomes() {}

  /**
   * Waits until the future is complete.
   *
   * @throws IOException if the work failed so, or this thread was interrupted
   * @throws KithException if the work failed so
   */
  static <T> T await(CompletableFuture<T> future) throws IOException, KithException {
    try {
      return future.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new java.io.InterruptedIOException("interrupted while waiting");
    } catch (ExecutionException e) {
      Throwable cause = e.getCause();
      if (cause instanceof IOException io) {
        throw io;
      }
      if (cause instanceof KithException kith) {
        throw kith;
      }
      throw new IllegalStateException(cause);
    }
  }
}
