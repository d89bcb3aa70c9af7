package kith.peer;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import kith.codec.KithException;
import kith.codec.NotPermittedException;
import kith.codec.OwnerId;
import kith.codec.PartnerUnavailableException;

/**
 * One attempt to reach a node: its addresses in order, each a while after the one before or when
 * that has failed, until one says what is hoped for. Guarded by itself.
 */
final class Dialing {
  private static final Duration NEXT_AFTER = Duration.ofMillis(2500);

  private final NettyNetwork network;
  private final OwnerId owner;
  private final Deque<NodeAddress> left;
  private final List<KithException> failures = new ArrayList<>();
  private final Opening opening;
  private int underWay;
  private final CompletableFuture<NettyLink> result = new CompletableFuture<>();

  /** The first request on a connection, and the reply that lets it go on. */
  record Opening(Request first, Class<? extends Reply> hoped) {}

  /**
   * @param owner whose node it must be; null for any
   * @param addresses tried in this order
   */
  Dialing(NettyNetwork network, OwnerId owner, List<NodeAddress> addresses, Opening opening) {
    this.network = network;
    this.owner = owner;
    this.left = new ArrayDeque<>(addresses);
    this.opening = opening;
  }

  CompletableFuture<NettyLink> start() {
    network.workers().execute(this::next);
    return result;
  }

  /** On a worker, since looking a name up may block. */
  private void next() {
    NodeAddress address;
    synchronized (this) {
      address = result.isDone() ? null : left.poll();
      underWay += address == null ? 0 : 1;
    }
    if (address == null) {
      end();
      return;
    }
    InetSocketAddress resolved = address.resolve();
    if (resolved.isUnresolved()) {
      failed(new PartnerUnavailableException("the name " + address.host() + " is not known"));
      return;
    }
    network.later(NEXT_AFTER, () -> network.workers().execute(this::overtake));
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

  /** One who does not answer soon need not keep the others waiting. */
  private void overtake() {
    boolean others;
    synchronized (this) {
      others = !left.isEmpty();
    }
    if (others) {
      next();
    }
  }

  /** Fails if nothing is left to hope for. */
  private void end() {
    KithException failure;
    synchronized (this) {
      if (underWay > 0 || !left.isEmpty() || result.isDone()) {
        return;
      }
      failure = failure();
    }
    result.completeExceptionally(failure);
  }

  private void greet(NettyLink link, NodeAddress address) {
    var unused =
        greeted(link, opening, network.limits().hello(), address.toString())
            .whenComplete(
                (same, failure) -> {
                  if (failure != null) {
                    failed(Calls.kith(failure));
                  } else if (!result.complete(same)) {
                    same.close(); // another was faster
                  }
                });
  }

  /** Says the first words; closes the link if the answer is another than is hoped for. */
  static CompletableFuture<NettyLink> greeted(
      NettyLink link, Opening opening, Duration deadline, String where) {
    return link.send(opening.first, deadline)
        .handle(
            (reply, failure) -> {
              if (opening.hoped.isInstance(reply)) {
                return link;
              }
              link.close();
              throw new CompletionException(
                  reply instanceof Reply.Failure refused
                      ? refused.reason().exception(where + " refuses us: " + refused.message())
                      : TlsErrors.explain(
                          failure == null
                              ? new IllegalStateException("no welcome: " + reply)
                              : failure,
                          where));
            });
  }

  private void failed(KithException failure) {
    synchronized (this) {
      failures.add(failure);
      underWay--;
    }
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
