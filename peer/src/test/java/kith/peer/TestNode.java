package kith.peer;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import kith.codec.CorruptDataException;
import kith.codec.KithException;
import kith.codec.OwnerId;
import kith.codec.OwnerKey;
import kith.codec.RootSecret;
import kith.index.HoldingStore;
import kith.index.MemoryHoldingStore;
import kith.index.MemoryStorage;
import kith.index.Rows;
import kith.index.Update;

/**
 * A whole node but for the drive, with everything in memory: what tests of many nodes are made of.
 */
public final class TestNode implements AutoCloseable {
  private static final String SOFTWARE = "kith test";

  public final LocalNode self;
  public final OwnerKey ownerKey;
  public final Rows rows;
  public final MemoryHoldingStore store;
  public final PartnerBook book;
  public final Invitations invitations;
  public final Links links;
  public final OfferDesk desk;
  public final Negotiator negotiator;
  public final HolderService holder;
  public final Network network;
  public final PeerClient client;

  /** What a node is made from. */
  record Plan(
      OwnerKey key,
      Role role,
      long epoch,
      List<NodeAddress> addresses,
      InstantSource clock,
      Optional<LedgerMirrors> mirrors) {}

  TestNode(Plan plan, BiFunction<LocalNode, RequestHandler, Network> network) {
    ownerKey = plan.key();
    NodeIdentity identity =
        NodeIdentity.create(
            plan.key(), plan.role(), plan.epoch(), plan.clock(), new SecureRandom());
    self = new LocalNode(identity, SOFTWARE, plan.addresses(), plan.clock());
    rows = new MemoryStorage().rows(() -> {});
    store = new MemoryHoldingStore(identity.owner());
    try {
      book = new PartnerBook(rows, identity.owner());
      desk = new OfferDesk(self, rows, book, limits(identity.owner()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (CorruptDataException e) {
      throw new IllegalStateException(e);
    }
    invitations = new Invitations(self, rows, book, new SecureRandom());
    links = new Links(self, book);
    var agreeing = new HolderService.Agreeing(invitations, desk);
    holder = new HolderService(self, (HoldingStore) store, book, agreeing, links);
    this.network = network.apply(self, holder);
    negotiator = new Negotiator(self, this.network, links, desk, new SecureRandom());
    client =
        new PeerClient(
            self, this.network, links, PeerTimeouts.DEFAULT, plan.mirrors(), Runnable::run);
  }

  /**
   * A node on a virtual network that listens at {@code host}.
   *
   * @param host also what its owner key is made from
   */
  public static TestNode virtual(VirtualNetwork network, String host) {
    return virtual(network, host, Optional.empty());
  }

  static TestNode virtual(VirtualNetwork network, String host, Optional<LedgerMirrors> mirrors) {
    var address = new NodeAddress(host, NodeAddress.DEFAULT_PORT);
    var plan = new Plan(keyOf(host), Role.NODE, 1, List.of(address), network.clock(), mirrors);
    var node = new TestNode(plan, network::node);
    node.listen(address);
    return node;
  }

  /** Strangers are taken, a GiB is kept for each partner. */
  static NegotiationLimits limits(OwnerId owner) {
    return NegotiationLimits.of(true, AgreementSide.always(owner, "node", 1L << 30));
  }

  /** Opens a virtual address. */
  void listen(NodeAddress address) {
    try {
      network.listen(InetSocketAddress.createUnresolved(address.host(), address.port()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The owner key that follows from a name. */
  public static OwnerKey keyOf(String name) {
    byte[] seed = Hash.of(name.getBytes(java.nio.charset.StandardCharsets.UTF_8)).toBytes();
    try (RootSecret root = RootSecret.of(seed)) {
      return OwnerKey.derive(root);
    }
  }

  /** For accepting invitations; while it waits for letters, {@code waiting} works. */
  public Acceptance acceptance(Waiting waiting) {
    return new Acceptance(self, network, book, new SecureRandom(), waiting);
  }

  public Acceptance acceptance() {
    return acceptance(time -> {});
  }

  public OwnerId id() {
    return self.identity().owner();
  }

  public NodeIdentity identity() {
    return self.identity();
  }

  /** Makes two nodes partners, each keeping {@code space} bytes for the other. */
  public static void befriend(TestNode inviter, TestNode invited, long space) {
    try {
      String code =
          inviter.invitations.create(InvitationTerms.friends("inviter", space), Invitations.LIFE);
      invited.acceptance().accept(code, "invited", space);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (KithException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Enters the agreement that another node has with this one's owner. */
  void knows(TestNode other) {
    try {
      SignedRecord record = other.book.find(id()).orElseThrow().record();
      book.agree(record, other.self.addresses(), new Update());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (CorruptDataException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    links.close();
    network.close();
    try {
      rows.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
