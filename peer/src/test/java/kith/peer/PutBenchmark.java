package kith.peer;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.random.RandomGenerator;
import kith.codec.KithException;
import kith.codec.OwnerId;
import kith.codec.SealedShard;
import kith.codec.ShardLayout;
import kith.index.FileHoldingStore;
import kith.index.HoldingStore;
import kith.index.Home;
import kith.index.Rows;
import kith.peer.conduct.ConductRules;

/**
 * How fast shards go to holders over TLS on loopback and come back, all in one process. Run by
 * hand: arguments are the number of holders and of mebibytes.
 */
public final class PutBenchmark {
  private static final int SHARD = 64 * ShardLayout.SEALED_BLOCK;
  private static final int AHEAD = 8;

  private PutBenchmark() {}

  /** A node with everything on disk. */
  private record Node(LocalNode self, Rows rows, PartnerBook book, Links links, Network network) {
    static Node start(Path directory, String name) throws IOException, KithException {
      Home home = Home.open(directory);
      Rows rows = Rows.open(home, () -> {});
      var identity =
          NodeIdentity.create(
              TestNode.keyOf(name), Role.NODE, 1, InstantSource.system(), new SecureRandom());
      var self = new LocalNode(identity, "kith bench", List.of(), InstantSource.system());
      HoldingStore store = new FileHoldingStore(home, identity.owner(), rows);
      var book = new PartnerBook(rows, identity.owner());
      HolderService.Ways ways = TestNode.ways(self, book);
      var invitations = new Invitations(self, rows, book, new SecureRandom());
      var known = new KnownNodes(rows, identity.owner(), self.clock(), KnownNodes.Bounds.NODE);
      var conducts = new ConductBook(rows, book, ConductRules.DEFAULT, self.clock());
      var reading = new ReadingBack(self, rows, store, book, ReadingBack.Settings.usual(conducts));
      var disk =
          new HolderService.Disk(
              store, HolderService.Room.ENDLESS, TestNode.audits(self, store, rows), reading);
      var desk =
          new OfferDesk(
              self,
              new OfferBook(rows, book),
              TestNode.limits(self),
              OfferDesk.Room.ENDLESS,
              OfferDesk.Judge.LENIENT);
      var conduct =
          new ConductDesk(self, book, conducts, new ReceiptBook(rows, self.clock()), store);
      var agreeing = new HolderService.Agreeing(invitations, desk, conduct);
      var holder = new HolderService(self, disk, book, agreeing, ways, known);
      return new Node(
          self, rows, book, ways.links(), new NettyNetwork(self, holder, NetworkThreads.PLAIN));
    }

    OwnerId id() {
      return self.identity().owner();
    }
  }

  /** Measures. */
  public static void main(String[] arguments) throws IOException, KithException {
    int holders = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 1;
    int mebibytes = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 1024;
    Path root = Files.createTempDirectory("kith-bench");
    Node owner = Node.start(root.resolve("owner"), "owner");
    var nodes = new ArrayList<Node>();
    for (int i = 0; i < holders; i++) {
      nodes.add(holder(root, owner, i));
    }
    var client =
        new PeerClient(
            owner.self,
            owner.network,
            owner.links,
            PeerTimeouts.DEFAULT,
            Optional.empty(),
            Runnable::run);
    RandomGenerator random = Shards.random(1);
    for (int round = 0; round < 4; round++) {
      List<SealedShard> shards = new ArrayList<>();
      for (int i = 0; i < mebibytes / 4; i++) {
        shards.add(
            i < 16
                ? Shards.make(random, nodes.get(i % holders).id(), SHARD)
                : again(random, shards.get(i % 16), nodes.get(i % holders).id()));
      }
      put(client, shards);
      get(client, shards);
    }
    nodes.forEach(node -> node.network.close());
    owner.network.close();
  }

  private static SealedShard again(RandomGenerator random, SealedShard like, OwnerId holder) {
    SealedShard named = Shards.make(random, holder, 1);
    return new SealedShard(
        named.name(), holder, like.descriptor(), like.sealed(), like.merkleRoot());
  }

  private static Node holder(Path root, Node owner, int number) throws IOException, KithException {
    String name = "holder" + number;
    Node node = Node.start(root.resolve(name), name);
    Server server = node.network.listen(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    var agreement =
        new Agreement(
                new AgreementId(new byte[16]),
                1,
                AgreementSide.always(owner.id(), "owner", 1L << 40),
                AgreementSide.always(node.id(), name, 1L << 40),
                AgreementTerms.friends(),
                node.self.now())
            .signedBy(owner.self.identity())
            .signedBy(node.self.identity());
    owner.book.agree(agreement, List.of(NodeAddress.of(server.address())), new kith.index.Update());
    node.book.agree(agreement, List.of(), new kith.index.Update());
    return node;
  }

  private static void put(PeerClient client, List<SealedShard> shards) {
    long start = System.nanoTime();
    startCpuNanos = cpuNanos();
    var waiting = new java.util.ArrayDeque<CompletableFuture<PutReceipt>>();
    for (SealedShard shard : shards) {
      if (waiting.size() == AHEAD) {
        waiting.remove().join();
      }
      waiting.add(client.putAsync(shard));
    }
    waiting.forEach(CompletableFuture::join);
    report("put", shards.size(), start);
  }

  private static void get(PeerClient client, List<SealedShard> shards) {
    long start = System.nanoTime();
    startCpuNanos = cpuNanos();
    var waiting = new java.util.ArrayDeque<CompletableFuture<byte[]>>();
    for (SealedShard shard : shards) {
      if (waiting.size() == AHEAD) {
        waiting.remove().join();
      }
      waiting.add(client.getAsync(shard.holder(), shard.name(), 0, 64));
    }
    waiting.forEach(CompletableFuture::join);
    report("get", shards.size(), start);
  }

  private static void report(String what, int shards, long startNanos) {
    Duration took = Duration.ofNanos(System.nanoTime() - startNanos);
    double megabytes = shards * (double) SHARD / 1e6;
    double cpuSeconds = (cpuNanos() - startCpuNanos) / 1e9;
    System.out.printf(
        "%s %.0f MB/s, %.0f MB per CPU second of both ends%n",
        what, megabytes * 1e3 / Math.max(1, took.toMillis()), megabytes / cpuSeconds);
  }

  private static long startCpuNanos;

  private static long cpuNanos() {
    return ((com.sun.management.OperatingSystemMXBean)
            java.lang.management.ManagementFactory.getOperatingSystemMXBean())
        .getProcessCpuTime();
  }
}
