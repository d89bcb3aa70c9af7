package kith.peer;

import java.util.Optional;
import kith.codec.OwnerId;

/** Answers what other nodes ask. Called on threads that may block on the disk, not on a partner. */
public interface RequestHandler {
  /**
   * Requests of one {@link Request#lane} come one after the other, in the order in which they were
   * sent; others in any order and at once. A payload is valid only until this returns.
   */
  Reply handle(Request request, Link from);

  /** Whether this owner is a partner: of strangers only few are let in, and not for long. */
  default boolean knows(OwnerId owner) {
    return true;
  }

  /** A link that the other side opened is up. */
  default void opened(Link link) {}

  /** A link, whoever opened it, is gone; nothing comes from it any more. */
  default void closed(Link link) {}

  /** Where a relay is that may call this node. */
  default Optional<Contact> contact(OwnerId relay) {
    return Optional.empty();
  }

  /** A connection that was let join a circuit here is now a side of it. */
  default void joined(byte[] ticket, CircuitEnd end) {
    end.close();
  }
}
