package kith.peer;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import kith.codec.KithException;
import kith.codec.OwnerId;
import kith.index.MemoryStorage;

/** A broker on loopback that relays, and networks whose every link goes through it. */
final class RelayForTests implements AutoCloseable {
  static final RelayBounds AMPLE = new RelayBounds(64, 0, 1L << 40, 1L << 40);
  private static final Duration LONG = Duration.ofSeconds(20);

  final BrokerService service;
  final Contact contact;
  private final NettyNetwork network;
  private final Map<NodeAddress, OwnerId> listening = new ConcurrentHashMap<>();
  private final AtomicInteger ports = new AtomicInteger();

  /** Gets each side of a circuit before it is joined with the other. */
  volatile Consumer<NettyCircuitEnd> tampering = end -> {};

  RelayForTests(RelayBounds bounds) {
    InstantSource clock = InstantSource.system();
    var key = TestNode.keyOf("relay");
    var identity = NodeIdentity.create(key, Role.NODE, 1, clock, new SecureRandom());
    var self = new LocalNode(identity, "kith relay", List.of(), clock);
    try {
      var rows = new MemoryStorage().rows(() -> {});
      var known = new KnownNodes(rows, key.id(), clock, KnownNodes.Bounds.NODE);
      var means = new RelayService.Means(System::nanoTime, new SecureRandom());
      service = new BrokerService(self, known, bounds, means);
      network = new NettyNetwork(self, new Tampering(service), TransportLimits.DEFAULT, true);
      var loopback = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
      contact = new Contact(key.id(), List.of(NodeAddress.of(network.listen(loopback).address())));
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  /** A broker that relays nothing. */
  static BrokerService broker(LocalNode self, KnownNodes known) {
    var means = new RelayService.Means(System::nanoTime, new SecureRandom());
    return new BrokerService(self, known, RelayBounds.NONE, means);
  }

  /** Handles as another does. */
  private static class Behind implements RequestHandler {
    final RequestHandler handler;

    Behind(RequestHandler handler) {
      this.handler = handler;
    }

    @Override
    public Reply handle(Request request, Link from) {
      return handler.handle(request, from);
    }

    @Override
    public boolean knows(OwnerId owner) {
      return handler.knows(owner);
    }

    @Override
    public void opened(Link link) {
      handler.opened(link);
    }

    @Override
    public void closed(Link link) {
      handler.closed(link);
    }
  }

  private final class Tampering extends Behind {
    Tampering(RequestHandler handler) {
      super(handler);
    }

    @Override
    public void joined(byte[] ticket, CircuitEnd end) {
      tampering.accept((NettyCircuitEnd) end);
      handler.joined(ticket, end);
    }
  }

  /** A node that comes when this relay calls. */
  private final class Called extends Behind {
    Called(RequestHandler handler) {
      super(handler);
    }

    @Override
    public Reply handle(Request request, Link from) {
      boolean call = request instanceof Request.RelayCall && from.partner().equals(contact.owner());
      return call ? new Reply.Done() : super.handle(request, from);
    }

    @Override
    public Optional<Contact> contact(OwnerId relay) {
      return relay.equals(contact.owner()) ? Optional.of(contact) : Optional.empty();
    }
  }

  /** A network that reaches nobody but through this relay. */
  final class Through implements Network {
    private final LocalNode self;
    final NettyNetwork plain;
    private Link post;

    Through(LocalNode self, RequestHandler handler, TransportLimits limits) {
      this.self = self;
      this.plain = new NettyNetwork(self, new Called(handler), limits, true);
    }

    /** The link on which this node waits to be called, and calls others. */
    private synchronized Link post() throws KithException {
      if (post == null) {
        post = Calls.join(plain.connect(contact));
        Calls.ask(post, new Request.RelayWait(), LONG, Reply.Done.class);
      }
      return post;
    }

    /** A ticket for a circuit to that node. */
    byte[] ticket(OwnerId other) throws KithException {
      return Calls.ask(post(), new Request.RelayOpen(other), LONG, Reply.RelayOpened.class)
          .ticket();
    }

    @Override
    public CompletableFuture<Link> connect(Contact wanted) {
      KithException last =
          new kith.codec.PartnerUnavailableException("no address of " + wanted.owner().brief());
      for (NodeAddress address : wanted.addresses()) {
        try {
          byte[] ticket = ticket(listening.get(address));
          var circuit = new Circuit(contact, ticket, wanted.owner(), true);
          return CompletableFuture.completedFuture(Calls.join(plain.join(circuit)));
        } catch (KithException e) {
          last = e;
        }
      }
      return CompletableFuture.failedFuture(last);
    }

    @Override
    public CompletableFuture<Link> connect(NodeAddress address) {
      return plain.connect(address);
    }

    @Override
    public CompletableFuture<Link> join(Circuit circuit) {
      return plain.join(circuit);
    }

    /** Waits at the relay instead. */
    NodeAddress listen(String host) throws KithException {
      post();
      var address = new NodeAddress(host, ports.incrementAndGet());
      listening.put(address, self.identity().owner());
      return address;
    }

    @Override
    public Server listen(InetSocketAddress address) {
      throw new UnsupportedOperationException("waits at the relay instead");
    }

    @Override
    public Bandwidth bandwidth() {
      return plain.bandwidth();
    }

    @Override
    public void close() {
      plain.close();
    }
  }

  @Override
  public void close() {
    network.close();
  }
}
