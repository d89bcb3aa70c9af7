package kith.peer;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import kith.codec.OwnerId;

/**
 * A connection to another node, both of which have proved who they are. Either side may ask,
 * whoever opened it; many requests may be under way at once. Safe for any number of threads.
 */
public interface Link extends AutoCloseable {
  /**
   * Asks. Nothing of the request's payload may be changed until the future completes. The future
   * yields the reply, a {@link Reply.Failure} among them; it fails with PartnerUnavailableException
   * when there is no reply within {@code deadline} or the link closes, and with
   * CorruptDataException when the reply is not understood. Dependent actions must not block.
   */
  CompletableFuture<Reply> send(Request request, Duration deadline);

  /** What the other side has shown. */
  Credential peer();

  /** Whose node is on the other side. */
  default OwnerId partner() {
    return peer().owner();
  }

  /** Where the other side is, so that limits can be for each place; not to be believed further. */
  default String source() {
    return partner().toString();
  }

  /** Whose node carries it, sealed, where the two cannot reach each other; empty if they do. */
  default Optional<OwnerId> relay() {
    return Optional.empty();
  }

  boolean isOpen();

  /** Requests under way fail. */
  @Override
  void close();
}
