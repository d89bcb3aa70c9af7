package kith.peer;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.List;
import java.util.function.UnaryOperator;
import kith.codec.CorruptDataException;
import kith.codec.KithException;
import kith.codec.OwnerId;
import kith.codec.ShardName;
import kith.index.FileHoldingStore;
import kith.index.HoldingStore;
import kith.index.Home;
import kith.index.MemoryStorage;
import kith.index.Rows;
import kith.peer.conduct.ConductRules;

/** A holder on a virtual network whose files are real, and that can be started again. */
final class DiskHolder implements AutoCloseable {
  private static final NodeAddress ADDRESS = new NodeAddress("disk", NodeAddress.DEFAULT_PORT);

  final LocalNode self;
  final Home home;
  private final VirtualNetwork virtual;

  MemoryStorage storage = new MemoryStorage();
  long room = Long.MAX_VALUE;

  /** What is put around the store at the next start. */
  UnaryOperator<HoldingStore> around = store -> store;

  PartnerBook book;
  HolderService service;
  HoldingStore store;
  private Rows rows;
  private Network network;
  private Invitations invitations;

  DiskHolder(Path folder, VirtualNetwork virtual) throws IOException, CorruptDataException {
    this.virtual = virtual;
    var identity =
        NodeIdentity.create(
            TestNode.keyOf("disk"), Role.NODE, 1, virtual.clock(), new SecureRandom());
    self = new LocalNode(identity, "kith test", List.of(ADDRESS), virtual.clock());
    home = Home.open(folder);
    start();
  }

  private void start() throws IOException, CorruptDataException {
    rows = storage.rows(() -> {});
    store = around.apply(new FileHoldingStore(home, id(), rows));
    book = new PartnerBook(rows, id(), home.root().resolve("agreements"));
    invitations = new Invitations(self, rows, book, new SecureRandom());
    var known = new KnownNodes(rows, id(), virtual.clock(), KnownNodes.Bounds.NODE);
    var conducts = new ConductBook(rows, book, ConductRules.DEFAULT, virtual.clock());
    var reading = new ReadingBack(self, rows, store, book, ReadingBack.Settings.usual(conducts));
    var disk =
        new HolderService.Disk(store, () -> room, TestNode.audits(self, store, rows), reading);
    var desk =
        new OfferDesk(
            self,
            new OfferBook(rows, book),
            TestNode.limits(self),
            OfferDesk.Room.ENDLESS,
            OfferDesk.Judge.LENIENT);
    var conduct =
        new ConductDesk(self, book, conducts, new ReceiptBook(rows, virtual.clock()), store);
    var agreeing = new HolderService.Agreeing(invitations, desk, conduct);
    service = new HolderService(self, disk, book, agreeing, TestNode.ways(self, book), known);
    network = virtual.node(self, service);
    network.listen(InetSocketAddress.createUnresolved(ADDRESS.host(), ADDRESS.port()));
  }

  /** Starts anew over what is durable, after a crash. */
  void restart() throws IOException, CorruptDataException {
    network.close();
    store.close();
    start();
  }

  OwnerId id() {
    return self.identity().owner();
  }

  /** Becomes the partner of a node, for which it keeps {@code space} bytes. */
  void befriend(TestNode node, long space) throws IOException, KithException {
    String code = invitations.create(InvitationTerms.friends("disk", space), Invitations.LIFE);
    node.acceptance().accept(code, "owner", space);
  }

  /** The file of a shard. */
  Path file(OwnerId owner, ShardName name) {
    HexFormat hex = HexFormat.of();
    return home.held()
        .resolve(hex.formatHex(owner.toBytes()))
        .resolve(hex.formatHex(name.toBytes()) + ".shard");
  }

  @Override
  public void close() throws IOException {
    network.close();
    store.close();
    rows.close();
    home.close();
  }
}
