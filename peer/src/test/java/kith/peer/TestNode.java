package kith.peer;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
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
import kith.peer.choice.Schedule;
import kith.peer.conduct.ConductRules;

/**
 * A whole node but for the drive, with everything in memory: what tests of many nodes are made of.
 */
public final class TestNode implements AutoCloseable {
  private static final String SOFTWARE = "kith test";

  private final Plan plan;
  final Disk disk;
  public final LocalNode self;
  public final OwnerKey ownerKey;
  public final Rows rows;
  public final MemoryHoldingStore store;
  public final PartnerBook book;
  public final KnownNodes known;
  public final Invitations invitations;
  public final Links links;
  final RelayService relays;
  final RelayPosts posts;

  /** Without relays. */
  final Network plain;

  final OfferBook offers;
  final ReceiptBook receipts;
  final ConductBook conducts;
  final ConductDesk conduct;
  public final OfferDesk desk;
  final Promises promises;

  /** What others may read back here. */
  final AgreementAge words;

  public final ReadingBack reading;

  /** Bytes that it keeps for others in all. */
  long capacity = Long.MAX_VALUE;

  /** Judges strangers who offer. */
  OfferDesk.Judge judge = OfferDesk.Judge.LENIENT;

  public final Negotiator negotiator;
  final AuditDesk audits;
  public final HolderService holder;
  public final Network network;
  public final PeerClient client;
  final Leaver leaver;

  /** What this node's drive would say of holders. */
  final Leaver.Handover handover = new Handover();

  /** Partners who have something that this node's owner needs. */
  final Set<OwnerId> needed = new HashSet<>();

  /** Partners whose agreements have ended. */
  final List<OwnerId> ended = new ArrayList<>();

  /** What a node is made from. */
  record Plan(
      OwnerKey key,
      Role role,
      long epoch,
      List<NodeAddress> addresses,
      InstantSource clock,
      Optional<LedgerMirrors> mirrors,
      KnownNodes.Check check,
      Presence presence,
      Relaying relaying) {
    Plan(
        OwnerKey key,
        Role role,
        long epoch,
        List<NodeAddress> addresses,
        InstantSource clock,
        Optional<LedgerMirrors> mirrors) {
      this(
          key,
          role,
          epoch,
          addresses,
          clock,
          mirrors,
          NodeRecord::parse,
          Presence.always(),
          Relaying.PARTNERS);
    }

    private static Plan of(String host, VirtualNetwork network) {
      var address = new NodeAddress(host, NodeAddress.DEFAULT_PORT);
      return new Plan(
          keyOf(host), Role.NODE, 1, List.of(address), network.clock(), Optional.empty());
    }

    private Plan with(Optional<LedgerMirrors> own, KnownNodes.Check checking) {
      return new Plan(key, role, epoch, addresses, clock, own, checking, presence, relaying);
    }

    private Plan with(Presence stated) {
      return new Plan(key, role, epoch, addresses, clock, mirrors, check, stated, relaying);
    }

    private Plan with(Relaying other) {
      return new Plan(key, role, epoch, addresses, clock, mirrors, check, presence, other);
    }

    private Plan at(String host) {
      return at(new NodeAddress(host, NodeAddress.DEFAULT_PORT));
    }

    private Plan at(NodeAddress address) {
      return new Plan(
          key, role, epoch, List.of(address), clock, mirrors, check, presence, relaying);
    }

    private TestNode listening(VirtualNetwork network, Optional<Disk> disk) {
      var node = new TestNode(this, disk.orElseGet(() -> Disk.of(this)), network::node);
      node.listen(addresses.get(0));
      return node;
    }
  }

  /** What a node carries for its partners, and the brokers that may carry for it. */
  record Relaying(RelayBounds carries, List<Contact> brokers) {
    static final Relaying PARTNERS = new Relaying(RelayBounds.MODEST, List.of());
  }

  /** What a node has on disk. */
  record Disk(NodeIdentity identity, MemoryStorage storage, MemoryHoldingStore store) {
    private static Disk of(Plan plan) {
      var identity =
          NodeIdentity.create(
              plan.key(), plan.role(), plan.epoch(), plan.clock(), new SecureRandom());
      return new Disk(identity, new MemoryStorage(), new MemoryHoldingStore(identity.owner()));
    }
  }

  TestNode(Plan plan, BiFunction<LocalNode, RequestHandler, Network> network) {
    this(plan, Disk.of(plan), network);
  }

  private Links links() {
    return new Links(
        self,
        new PartnerContacts(book, known, plan.relaying().brokers()),
        machine -> book.isNode(machine, store.observedMillis()));
  }

  private KnownNodes known() throws IOException {
    return new KnownNodes(
        rows,
        self.identity().owner(),
        plan.clock(),
        KnownNodes.Bounds.NODE,
        id -> book.find(id).isPresent(),
        plan.check());
  }

  private TestNode(Plan plan, Disk disk, BiFunction<LocalNode, RequestHandler, Network> network) {
    this.plan = plan;
    this.disk = disk;
    ownerKey = plan.key();
    NodeIdentity identity = disk.identity();
    self = new LocalNode(identity, SOFTWARE, plan.addresses(), plan.clock(), plan.presence());
    rows = disk.storage().rows(() -> {});
    store = disk.store();
    try {
      book = new PartnerBook(rows, identity.owner());
      known = known();
      receipts = new ReceiptBook(rows, plan.clock());
      conducts = new ConductBook(rows, book, ConductRules.DEFAULT, plan.clock());
      offers = new OfferBook(rows, book);
      desk = new OfferDesk(self, offers, limits(self), this::mayPromise, who -> judge.against(who));
      words = new AgreementAge(plan.clock());
      reading = new ReadingBack(self, rows, store, book, ReadingBack.Settings.usual(words));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (CorruptDataException e) {
      throw new IllegalStateException(e);
    }
    invitations = new Invitations(self, rows, book, new SecureRandom());
    promises = new Promises(offers, invitations, plan.clock());
    links = links();
    relays = carrying();
    audits = audits(self, store, rows);
    var kept = new HolderService.Disk(store, HolderService.Room.ENDLESS, audits, reading);
    conduct = new ConductDesk(self, book, conducts, receipts, store);
    var agreeing = new HolderService.Agreeing(invitations, desk, conduct);
    holder =
        new HolderService(self, kept, book, agreeing, new HolderService.Ways(links, relays), known);
    plain = network.apply(self, holder);
    posts = new RelayPosts(self, book, invitations, links, plain, plan.relaying().brokers());
    this.network = new RelayedNetwork(self, plain, links, posts::relays);
    negotiator = new Negotiator(self, this.network, links, desk, new SecureRandom());
    client = client();
    leaver = new Leaver(self, book, client, store, handover);
  }

  private PeerClient client() {
    return new PeerClient(
        self, network, links, PeerTimeouts.DEFAULT, plan.mirrors(), Runnable::run);
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
    return virtual(network, host, mirrors, NodeRecord::parse);
  }

  static TestNode virtual(
      VirtualNetwork network,
      String host,
      Optional<LedgerMirrors> mirrors,
      KnownNodes.Check check) {
    return Plan.of(host, network).with(mirrors, check).listening(network, Optional.empty());
  }

  /** Another machine of the owner whose key is made from {@code name}. */
  static TestNode machine(VirtualNetwork network, String name, String host, long epoch) {
    var addresses = List.of(new NodeAddress(host, NodeAddress.DEFAULT_PORT));
    var plan =
        new Plan(keyOf(name), Role.NODE, epoch, addresses, network.clock(), Optional.empty());
    return plan.listening(network, Optional.empty());
  }

  /** When a node is there, and how it checks records. */
  record Ways(Presence presence, KnownNodes.Check check) {}

  /** A node whose owner key is made from {@code name}, listening at an address. */
  static TestNode at(VirtualNetwork network, String name, NodeAddress address, Ways ways) {
    return Plan.of(name, network)
        .with(Optional.empty(), ways.check)
        .with(ways.presence)
        .at(address)
        .listening(network, Optional.empty());
  }

  /** The node after a start at another address. */
  TestNode moved(VirtualNetwork network, NodeAddress address) {
    links.close();
    this.network.close();
    return plan.at(address).listening(network, Optional.of(disk));
  }

  /** Strangers are taken, a GiB is kept for each partner. */
  static NegotiationLimits limits(LocalNode self) {
    return NegotiationLimits.of(true, self.side("node", 1L << 30));
  }

  /** As {@link #virtual(VirtualNetwork, String)}, and it states when it is there. */
  static TestNode present(VirtualNetwork network, String host, Presence presence) {
    return Plan.of(host, network).with(presence).listening(network, Optional.empty());
  }

  /** The node on a machine that has moved elsewhere. */
  TestNode moved(VirtualNetwork network, String host) {
    links.close();
    this.network.close();
    return plan.at(host).listening(network, Optional.of(disk));
  }

  /** The node after a crash: it has what was on disk, and another presence perhaps. */
  TestNode restarted(VirtualNetwork network, Presence presence) {
    links.close();
    this.network.close();
    disk.storage().failWith(null);
    disk.storage().duringWrite(() -> {});
    return plan.with(presence).listening(network, Optional.of(disk));
  }

  TestNode restarted(VirtualNetwork network) {
    return restarted(network, plan.presence());
  }

  /** What this node's drive would say. */
  private final class Handover implements Leaver.Handover {
    @Override
    public OptionalLong clearOf(OwnerId holder) {
      return needed.contains(holder) ? OptionalLong.empty() : OptionalLong.of(7);
    }

    @Override
    public void ended(OwnerId partner) {
      ended.add(partner);
    }
  }

  /** As {@link #virtual(VirtualNetwork, String)}, and relays as it says. */
  static TestNode relaying(VirtualNetwork network, String host, Relaying relaying) {
    return Plan.of(host, network).with(relaying).listening(network, Optional.empty());
  }

  private RelayService carrying() {
    return new RelayService(
        self,
        plan.relaying().carries(),
        id -> book.find(id).flatMap(partner -> links.direct(id)),
        new RelayService.Means(() -> nanos(plan.clock()), new SecureRandom()));
  }

  private static long nanos(InstantSource clock) {
    return clock.millis() * 1_000_000;
  }

  private long mayPromise(OwnerId other) throws IOException {
    return capacity - promises.bytesBut(other);
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
    var ways = new Acceptance.Ways(posts::takeUp, known::nearby);
    return new Acceptance(self, network, book, new SecureRandom(), waiting, ways);
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

  /** Answers audits; its disk is probed when it is asked for anything in it. */
  static AuditDesk audits(LocalNode self, HoldingStore store, Rows rows) {
    var health =
        new HolderHealth(() -> store.list(self.identity().owner(), null, 1), System::nanoTime);
    try {
      var damaged = new DamagedShards(rows);
      return new AuditDesk(self, store, rows, health, damaged, new SecureRandom());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Links, and no relay. */
  static HolderService.Ways ways(LocalNode self, PartnerBook book) {
    var means = new RelayService.Means(System::nanoTime, new SecureRandom());
    var relays = new RelayService(self, RelayBounds.NONE, id -> Optional.empty(), means);
    return new HolderService.Ways(new Links(self, book), relays);
  }

  /** What this node says of itself; it offers 2^30 bytes and wants as many. */
  NodeRecord.Announcement says() {
    var facts =
        new NodeFacts(
            Protocol.VERSION,
            SOFTWARE,
            "",
            NodeFacts.Platform.ofThisMachine(),
            Schedule.ALWAYS,
            0,
            0,
            1L << 30,
            1L << 30,
            VirtualClock.START);
    return new NodeRecord.Announcement(self.addresses(), facts);
  }

  /** What makes this node known, and finds others. */
  RecordExchange exchange(RecordExchange.Sources sources) {
    var means = new RecordExchange.Means(known, book, client, network);
    return new RecordExchange(self, means, sources, this::says, Shards.random(id().prefix()));
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
