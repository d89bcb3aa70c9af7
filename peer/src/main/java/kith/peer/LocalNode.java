package kith.peer;

import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.function.Supplier;

/**
 * What this node tells of itself on every link.
 *
 * @param identity its key and credential
 * @param software name and version, at most 64 characters
 * @param whereabouts where it can be reached now; empty when it cannot
 * @param clock wall time
 * @param presence as it is stated in agreements
 */
public record LocalNode(
    NodeIdentity identity,
    String software,
    Supplier<List<NodeAddress>> whereabouts,
    InstantSource clock,
    Presence presence) {
  /** A node whose addresses do not change. */
  public LocalNode(
      NodeIdentity identity,
      String software,
      List<NodeAddress> addresses,
      InstantSource clock,
      Presence presence) {
    this(identity, software, fixed(addresses), clock, presence);
  }

  /** A node that says it is always there. */
  public LocalNode(
      NodeIdentity identity, String software, List<NodeAddress> addresses, InstantSource clock) {
    this(identity, software, addresses, clock, Presence.always());
  }

  private static Supplier<List<NodeAddress>> fixed(List<NodeAddress> addresses) {
    List<NodeAddress> copy = List.copyOf(addresses);
    return () -> copy;
  }

  /** Where it can be reached now. */
  public List<NodeAddress> addresses() {
    return whereabouts.get();
  }

  /** This node's side of an agreement. */
  AgreementSide side(String name, long space) {
    return presence.side(identity.owner(), name, space);
  }

  Instant now() {
    return clock.instant();
  }

  Request.Hello hello() {
    return new Request.Hello(Protocol.VERSION, software, now(), Contact.texts(addresses()));
  }

  Reply.Welcome welcome() {
    return new Reply.Welcome(Protocol.VERSION, software, now(), Contact.texts(addresses()));
  }
}
