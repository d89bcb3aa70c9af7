package kith.peer;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import kith.codec.CorruptDataException;
import kith.codec.KithException;
import kith.codec.OwnerId;
import kith.codec.PartnerUnavailableException;

/** Futures of links as straight calls. No state. */
final class Calls {
  private Calls() {}

  /**
   * Waits; whoever completes the future keeps its deadline.
   *
   * @throws PartnerUnavailableException also when this thread is interrupted, which stays set
   */
  static <T> T join(CompletableFuture<T> future) throws KithException {
    try {
      return future.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new PartnerUnavailableException("interrupted while waiting for a partner", e);
    } catch (ExecutionException e) {
      throw kith(e);
    }
  }

  /** The exception that a future failed with. */
  static KithException kith(Throwable failure) {
    Throwable cause = failure;
    while ((cause instanceof CompletionException || cause instanceof ExecutionException)
        && cause.getCause() != null) {
      cause = cause.getCause();
    }
    if (cause instanceof KithException known) {
      return known;
    }
    if (cause instanceof Error error) {
      throw error;
    }
    throw new IllegalStateException("a call to a partner failed", cause);
  }

  /** Asks and waits for a reply of one type; a failure becomes the exception that it stands for. */
  static <T extends Reply> T ask(Link link, Request request, Duration deadline, Class<T> type)
      throws KithException {
    return expect(link.partner(), join(link.send(request, deadline)), type);
  }

  static <T extends Reply> T expect(Link link, Reply reply, Class<T> type) throws KithException {
    return expect(link.partner(), reply, type);
  }

  static <T extends Reply> T expect(OwnerId from, Reply reply, Class<T> type) throws KithException {
    if (type.isInstance(reply)) {
      return type.cast(reply);
    }
    if (reply instanceof Reply.Failure failure) {
      throw failure.exception(from.brief() + ": " + failure.message());
    }
    throw new CorruptDataException(from.brief() + " answered " + reply.kind());
  }
}
