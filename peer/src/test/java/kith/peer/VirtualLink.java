package kith.peer;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongUnaryOperator;
import kith.codec.CorruptDataException;
import kith.codec.OwnerId;
import kith.codec.PartnerUnavailableException;

/** One end of a link between two nodes of a {@link VirtualNetwork}. */
final class VirtualLink implements Link {
  private final VirtualNetwork network;
  private final VirtualNode here;
  private final VirtualNode there;
  private final AtomicBoolean open;
  private VirtualLink other;
  private VirtualNode relay;
  private LongUnaryOperator meter = bytes -> 0;
  private Runnable whenClosed = () -> {};

  VirtualLink(VirtualNetwork network, VirtualNode here, VirtualNode there) {
    this(network, here, there, new AtomicBoolean(true));
    other = new VirtualLink(network, there, here, open);
    other.other = this;
  }

  private VirtualLink(
      VirtualNetwork network, VirtualNode here, VirtualNode there, AtomicBoolean open) {
    this.network = network;
    this.here = here;
    this.there = there;
    this.open = open;
  }

  VirtualLink otherEnd() {
    return other;
  }

  /** Makes it one through a relay, and lets it begin. */
  void carriedBy(VirtualNode carrying, LongUnaryOperator metering, Runnable closing) {
    for (VirtualLink end : List.of(this, other)) {
      end.relay = carrying;
      end.meter = metering;
      end.whenClosed = closing;
    }
    here.add(this);
    there.add(other);
    carrying.add(this);
  }

  @Override
  public Optional<OwnerId> relay() {
    return Optional.ofNullable(relay).map(VirtualNode::owner);
  }

  private boolean passes(OwnerId from, OwnerId to, long bytes) {
    if (relay != null) {
      long pause = meter.applyAsLong(bytes);
      if (pause < 0) {
        close();
        return false;
      }
      network.clock().advance(Duration.ofNanos(pause));
    }
    return relay == null
        ? network.passes(from, to)
        : network.passes(from, relay.owner()) && network.passes(relay.owner(), to);
  }

  @Override
  public CompletableFuture<Reply> send(Request request, Duration deadline) {
    if (!open.get()) {
      return CompletableFuture.failedFuture(
          new PartnerUnavailableException("the link with " + partner().brief() + " closed"));
    }
    try {
      return CompletableFuture.completedFuture(exchange(request, deadline));
    } catch (CorruptDataException | PartnerUnavailableException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  private Reply exchange(Request request, Duration deadline)
      throws CorruptDataException, PartnerUnavailableException {
    OwnerId me = here.owner();
    Duration latency = network.latencyOf(partner());
    byte[] sent = network.garbled(me, Wire.bytes(request, 1));
    if (!passes(me, partner(), sent.length)) {
      throw late(request, deadline);
    }
    network.arrived(request.kind(), sent.length, List.of(me, partner()));
    Reply reply = answer(sent);
    byte[] back = network.tampered(partner(), request, Wire.bytes(reply, 1));
    if (!open.get()) {
      throw new PartnerUnavailableException("the link with " + partner().brief() + " closed");
    }
    if (!passes(partner(), me, back.length) || latency.compareTo(deadline) > 0) {
      throw late(request, deadline);
    }
    network.clock().advance(latency.plus(network.sending(partner(), back.length)));
    network.arrived(reply.kind(), back.length, List.of(me, partner()));
    if (Wire.read(back) instanceof Reply understood) {
      return understood;
    }
    throw new CorruptDataException("a request in place of a reply");
  }

  private Reply answer(byte[] sent) {
    try {
      if (!(Wire.read(sent) instanceof Request request)) {
        throw new CorruptDataException("a reply in place of a request");
      }
      Reply reply = there.duties().handle(request, other);
      if (request instanceof Request.RelayCall call && reply instanceof Reply.Done) {
        there.duties().called(call, here.owner());
      }
      return reply;
    } catch (CorruptDataException e) {
      return new Reply.Failure(FailureKind.CORRUPT_DATA, e.getMessage(), Duration.ZERO);
    }
  }

  private PartnerUnavailableException late(Request request, Duration deadline) {
    network.clock().advance(deadline);
    return new PartnerUnavailableException(
        "no reply to " + request.kind() + " within " + deadline.toMillis() + " ms");
  }

  @Override
  public Credential peer() {
    return there.self().identity().credential();
  }

  @Override
  public String source() {
    return network.sourceOf(partner());
  }

  @Override
  public boolean isOpen() {
    return open.get();
  }

  @Override
  public void close() {
    if (open.compareAndSet(true, false)) {
      here.remove(this);
      there.remove(other);
      if (relay != null) {
        relay.remove(this);
        relay.remove(other);
      }
      whenClosed.run();
      here.duties().handler().closed(this);
      there.duties().handler().closed(other);
    }
  }
}
