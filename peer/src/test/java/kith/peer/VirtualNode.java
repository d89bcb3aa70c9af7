package kith.peer;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import kith.codec.KithException;
import kith.codec.NotPermittedException;
import kith.codec.OwnerId;
import kith.codec.PartnerUnavailableException;

/** One node of a {@link VirtualNetwork}. */
final class VirtualNode implements Network {
  private final VirtualNetwork network;
  private final LocalNode self;
  private final LinkDuties duties;
  private final Bandwidth bandwidth;
  private final List<VirtualLink> links = new ArrayList<>();

  VirtualNode(VirtualNetwork network, LocalNode self, RequestHandler handler) {
    this.network = network;
    this.self = self;
    this.bandwidth = new Bandwidth(network.clock());
    this.duties = new LinkDuties(handler, Runnable::run, bandwidth, this::come);
  }

  @Override
  public Bandwidth bandwidth() {
    return bandwidth;
  }

  OwnerId owner() {
    return self.identity().owner();
  }

  LocalNode self() {
    return self;
  }

  LinkDuties duties() {
    return duties;
  }

  @Override
  public CompletableFuture<Link> connect(Contact contact) {
    KithException failure =
        new PartnerUnavailableException("no address of " + contact.owner().brief() + " is known");
    for (NodeAddress address : contact.addresses()) {
      try {
        return CompletableFuture.completedFuture(open(address, contact.owner()));
      } catch (KithException e) {
        failure = failure instanceof NotPermittedException ? failure : e;
      }
    }
    return CompletableFuture.failedFuture(failure);
  }

  @Override
  public CompletableFuture<Link> connect(NodeAddress address) {
    try {
      return CompletableFuture.completedFuture(open(address, null));
    } catch (KithException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  @Override
  public CompletableFuture<Link> join(Circuit circuit) {
    OwnerId owner = circuit.relay().owner();
    VirtualNode relay =
        circuit.relay().addresses().stream()
            .map(address -> network.at(address, owner()))
            .filter(node -> node != null && node.owner().equals(owner))
            .findFirst()
            .orElse(null);
    var link = new CompletableFuture<Link>();
    try {
      if (relay == null) {
        throw new PartnerUnavailableException("the relay " + owner.brief() + " is not there");
      }
      var outer = new VirtualLink(network, this, relay);
      var join = new Request.RelayJoin(circuit.ticket());
      Calls.ask(outer, join, TransportLimits.DEFAULT.hello(), Reply.RelayJoined.class);
      var end =
          new VirtualCircuitEnd(new VirtualCircuitEnd.Ends(network, this, relay), circuit, link);
      relay.duties.handler().joined(circuit.ticket(), end);
    } catch (KithException e) {
      link.completeExceptionally(e);
    }
    return link;
  }

  private void come(Circuit circuit) {
    var unused = join(circuit);
  }

  /** Says hello over a link that came about through a relay. */
  void greet(VirtualLink link) throws KithException {
    greet(link, new NodeAddress("relayed", 1));
  }

  private Link open(NodeAddress address, OwnerId owner) throws KithException {
    VirtualNode other = network.at(address, owner());
    if (other == null) {
      network.clock().advance(TransportLimits.DEFAULT.handshake());
      throw new PartnerUnavailableException(
          (owner == null ? "the node" : owner.brief())
              + " cannot be reached: nobody answers at "
              + address);
    }
    network.clock().advance(network.latencyOf(other.owner()));
    PeerTrust.check(other.self.identity().credential(), owner, self.clock());
    PeerTrust.check(self.identity().credential(), null, other.self.clock());
    var here = new VirtualLink(network, this, other);
    var there = here.otherEnd();
    add(here);
    other.add(there);
    greet(here, address);
    other.duties.handler().opened(there);
    return here;
  }

  private void greet(VirtualLink link, NodeAddress address) throws KithException {
    try {
      Reply reply = Calls.join(link.send(self.hello(), TransportLimits.DEFAULT.hello()));
      if (reply instanceof Reply.Failure refused) {
        throw refused.reason().exception(address + " refuses us: " + refused.message());
      }
    } catch (KithException e) {
      link.close();
      throw e;
    }
  }

  synchronized void add(VirtualLink link) {
    links.add(link);
  }

  synchronized void remove(VirtualLink link) {
    links.remove(link);
  }

  void breakLinks() {
    List<VirtualLink> all;
    synchronized (this) {
      all = new ArrayList<>(links);
    }
    all.forEach(VirtualLink::close);
  }

  @Override
  public Server listen(InetSocketAddress address) throws IOException {
    NodeAddress place = NodeAddress.of(address);
    network.listen(place, this);
    return new Server() {
      @Override
      public InetSocketAddress address() {
        return address;
      }

      @Override
      public void close() {
        network.silence(place, VirtualNode.this);
      }
    };
  }

  @Override
  public void close() {
    breakLinks();
    network.leave(this);
  }
}
