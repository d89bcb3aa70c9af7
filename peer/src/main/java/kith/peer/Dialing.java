package kith.peer;

import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import kith.codec.KithException;
import kith.codec.NotPermittedException;
import kith.codec.OwnerId;
import kith.codec.PartnerUnavailableException;

/** One attempt to reach a node: its addresses in order, until one says welcome. */
final class Dialing {
  private final NettyNetwork network;
  private final OwnerId owner;
  private final Deque<NodeAddress> left;
  private final List<KithException> failures = new ArrayList<>();
  private final CompletableFuture<Link> result = new CompletableFuture<>();

  /**
   * @param owner whose node it must be; null for any
   * @param addresses tried in this order
   */
  Dialing(NettyNetwork network, OwnerId owner, List<NodeAddress> addresses) {
    this.network = network;
    this.owner = owner;
    this.left = new ArrayDeque<>(addresses);
  }

  CompletableFuture<Link> start() {
    network.workers().execute(this::next);
    return result;
  }

  /** On a worker, since looking a name up may block. */
  private void next() {
    NodeAddress address = left.poll();
    if (address == null) {
      result.completeExceptionally(failure());
      return;
    }
    InetSocketAddress resolved = address.resolve();
    if (resolved.isUnresolved()) {
      failed(new PartnerUnavailableException("the name " + address.host() + " is not known"));
      return;
    }
    var unused =
        network
            .open(resolved, owner)
            .whenComplete(
                (link, failure) -> {
                  if (link == null) {
                    failed(TlsErrors.explain(failure, address.toString()));
                  } else {
                    greet(link, address);
                  }
                });
  }

  private void greet(NettyLink link, NodeAddress address) {
    var unused =
        link.send(network.self().hello(), network.limits().hello())
            .whenComplete(
                (reply, failure) -> {
                  if (reply instanceof Reply.Welcome) {
                    result.complete(link);
                  } else if (reply instanceof Reply.Failure refused) {
                    link.close();
                    failed(
                        refused.reason().exception(address + " refuses us: " + refused.message()));
                  } else {
                    link.close();
                    Throwable cause =
                        failure == null
                            ? new IllegalStateException("no welcome: " + reply)
                            : failure;
                    failed(TlsErrors.explain(cause, address.toString()));
                  }
                });
  }

  private void failed(KithException failure) {
    failures.add(failure);
    network.workers().execute(this::next);
  }

  private KithException failure() {
    for (KithException each : failures) {
      if (each instanceof NotPermittedException) {
        return each;
      }
    }
    if (failures.isEmpty()) {
      return new PartnerUnavailableException("no address of " + name() + " is known");
    }
    KithException last = failures.get(failures.size() - 1);
    return new PartnerUnavailableException(
        name() + " cannot be reached: " + last.getMessage(), last);
  }

  private String name() {
    return owner == null ? "the node there" : owner.brief();
  }
}
