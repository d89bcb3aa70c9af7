package kith.peer;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongUnaryOperator;
import kith.codec.KithException;
import kith.codec.PartnerUnavailableException;

/** One side of a circuit of a {@link VirtualNetwork}; the caller's makes the link through it. */
final class VirtualCircuitEnd implements CircuitEnd {
  private final Ends ends;
  private final Circuit circuit;
  private final CompletableFuture<Link> link;
  private final List<Runnable> whenClosed = new ArrayList<>();
  private VirtualLink carried;
  private boolean closed;

  /** Who is there: the node whose side this is, and the relay. */
  record Ends(VirtualNetwork network, VirtualNode node, VirtualNode relay) {}

  /**
   * @param link gets the link with the other side
   */
  VirtualCircuitEnd(Ends ends, Circuit circuit, CompletableFuture<Link> link) {
    this.ends = ends;
    this.circuit = circuit;
    this.link = link;
  }

  @Override
  public void splice(CircuitEnd joined, LongUnaryOperator meter) {
    var other = (VirtualCircuitEnd) joined;
    if (!circuit.calling() || closed || other.closed) {
      return;
    }
    VirtualNode there = other.ends.node();
    try {
      PeerTrust.check(
          there.self().identity().credential(), circuit.other(), ends.node().self().clock());
      carried = new VirtualLink(ends.network(), ends.node(), there);
      other.carried = carried;
      carried.carriedBy(ends.relay(), meter, () -> closeBoth(other));
      ends.node().greet(carried);
      there.duties().handler().opened(carried.otherEnd());
      other.link.complete(carried.otherEnd());
      link.complete(carried);
    } catch (KithException e) {
      closeBoth(other);
      link.completeExceptionally(e);
    }
  }

  private void closeBoth(VirtualCircuitEnd other) {
    close();
    other.close();
  }

  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    if (carried != null) {
      carried.close();
    }
    link.completeExceptionally(new PartnerUnavailableException("the circuit was closed"));
    whenClosed.forEach(Runnable::run);
  }

  @Override
  public void whenClosed(Runnable then) {
    if (closed) {
      then.run();
    } else {
      whenClosed.add(then);
    }
  }
}
