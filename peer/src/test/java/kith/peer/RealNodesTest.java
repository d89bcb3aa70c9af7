package kith.peer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.random.RandomGenerator;
import kith.codec.KithException;
import kith.codec.PartnerUnavailableException;
import kith.codec.SealedShard;
import kith.codec.ShardLayout;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** An owner and seven holders that talk TLS over loopback. */
@Timeout(60)
final class RealNodesTest {
  private static final int HOLDERS = 7;
  private static final long SPACE = 1L << 30;

  private final RandomGenerator random = Shards.random(4);
  private final List<TestNode> holders = new ArrayList<>();
  private TestNode owner;

  private static TestNode start(String name, NodeAddress address) {
    var plan =
        new TestNode.Plan(
            TestNode.keyOf(name),
            Role.NODE,
            1,
            List.of(address),
            InstantSource.system(),
            Optional.empty());
    return new TestNode(
        plan, (self, handler) -> new NettyNetwork(self, handler, NetworkThreads.PLAIN));
  }

  /** A holder at a port that is free: found by opening it for a moment. */
  private static TestNode holder(String name) throws IOException {
    var loopback = InetAddress.getLoopbackAddress();
    int port;
    try (var free = new java.net.ServerSocket(0, 1, loopback)) {
      port = free.getLocalPort();
    }
    TestNode node = start(name, new NodeAddress(loopback.getHostAddress(), port));
    node.network.listen(new InetSocketAddress(loopback, port));
    return node;
  }

  @BeforeEach
  void befriend() throws IOException {
    owner = start("owner", new NodeAddress("127.0.0.1", 1));
    for (int i = 0; i < HOLDERS; i++) {
      TestNode holder = holder("holder" + i);
      TestNode.befriend(holder, owner, SPACE);
      holders.add(holder);
    }
  }

  @AfterEach
  void close() {
    owner.close();
    holders.forEach(TestNode::close);
  }

  @Test
  void putsToAllHoldersAtOnceFromSeveralThreadsAndReadsBack() throws Exception {
    var failures = new ArrayList<CompletableFuture<Void>>();
    for (int thread = 0; thread < 3; thread++) {
      long seed = thread;
      failures.add(CompletableFuture.runAsync(() -> putAndGet(seed)));
    }
    for (var failure : failures) {
      failure.get();
    }
    for (TestNode holder : holders) {
      assertEquals(6, owner.client.list(holder.id(), null, 100).shards().size());
      assertEquals(0, ((NettyNetwork) holder.plain).intakeTaken());
    }
  }

  private void putAndGet(long seed) {
    RandomGenerator own = Shards.random(seed);
    var shards = new ArrayList<SealedShard>();
    var puts = new ArrayList<CompletableFuture<PutReceipt>>();
    for (int i = 0; i < 2 * HOLDERS; i++) {
      var shard = Shards.make(own, holders.get(i % HOLDERS).id(), 1_500_000 + i);
      shards.add(shard);
      puts.add(owner.client.putAsync(shard));
    }
    for (int i = 0; i < shards.size(); i++) {
      SealedShard shard = shards.get(i);
      assertEquals(shard.merkleRoot(), puts.get(i).join().ack().merkleRoot());
      int blocks =
          (shard.sealed().length + ShardLayout.SEALED_BLOCK - 1) / ShardLayout.SEALED_BLOCK;
      assertArrayEquals(
          shard.sealed(), owner.client.getAsync(shard.holder(), shard.name(), 0, blocks).join());
    }
  }

  @Test
  void whatOurOwnLimitsHoldBackMissesNoDeadline() throws Exception {
    int length = 4 << 20;
    Duration deadline = Duration.ofSeconds(2);
    var hasty = new PeerTimeouts(deadline, deadline, deadline, 1L << 40);
    var client =
        new PeerClient(
            owner.self, owner.network, owner.links, hasty, Optional.empty(), Runnable::run);
    SealedShard shard = Shards.make(random, holders.get(0).id(), length);
    client.ping(shard.holder());
    owner.network.bandwidth().limit(1 << 20, 0);
    long begun = System.nanoTime();
    client.put(shard);
    assertTrue(System.nanoTime() - begun > deadline.toNanos(), "there was no limit");
    owner.network.bandwidth().limit(0, 1 << 20);
    begun = System.nanoTime();
    int blocks = (length + ShardLayout.SEALED_BLOCK - 1) / ShardLayout.SEALED_BLOCK;
    assertArrayEquals(shard.sealed(), client.get(shard.holder(), shard.name(), 0, blocks));
    assertTrue(System.nanoTime() - begun > deadline.toNanos(), "there was no limit");
  }

  @Test
  void aHolderThatDiesFailsItsRequestsAndNoOthers() throws KithException {
    TestNode dying = holders.get(0);
    owner.client.ping(dying.id());
    dying.network.close();
    assertThrows(PartnerUnavailableException.class, () -> owner.client.ping(dying.id()));
    owner.client.put(Shards.make(random, holders.get(1).id(), 100_000));
  }

  @Test
  void whatWasOnItsWayIsForgottenWhenTheLinkBreaks() throws KithException {
    TestNode holder = holders.get(0);
    Link link =
        Calls.join(owner.network.connect(new Contact(holder.id(), holder.self.addresses())));
    SealedShard shard = Shards.make(random, holder.id(), 100_000);
    var open = new Request.PutOpen(shard.name(), shard.descriptor(), 100_000, shard.merkleRoot());
    Calls.ask(link, open, Duration.ofSeconds(10), Reply.PutOpened.class);
    assertEquals(100_000, holder.holder.reserved(owner.id()));
    link.close();
    Awaitility.await().until(() -> holder.holder.reserved(owner.id()) == 0);
    assertTrue(owner.client.list(holder.id(), null, 10).shards().isEmpty());
  }

  @Test
  void aHolderReachesTheOwnerOverTheOwnersLink() throws KithException {
    TestNode holder = holders.get(0);
    owner.client.ping(holder.id());
    Awaitility.await().until(() -> holder.links.isUp(owner.id()));
    holder.client.ping(owner.id());
    SealedShard shard = Shards.make(random, owner.id(), 200_000);
    holder.client.put(shard);
    assertArrayEquals(shard.sealed(), holder.client.get(owner.id(), shard.name(), 0, 4));
  }

  @Test
  void wordsMakeAnAgreementOverTlsAndByAThirdNode() throws Exception {
    TestNode friend = holders.get(0);
    NodeAddress point = friend.self.addresses().get(0);
    for (Optional<NodeAddress> via : List.of(Optional.<NodeAddress>empty(), Optional.of(point))) {
      TestNode inviter = holders.get(1 + via.stream().toList().size());
      if (via.isPresent()) {
        TestNode.befriend(friend, inviter, SPACE);
      }
      try (var guest = start("guest" + via.isPresent(), new NodeAddress("127.0.0.1", 1));
          var inviting = new Inviting(inviter.invitations, inviter.network)) {
        String words =
            inviting
                .invite(InvitationTerms.friends("inviter", SPACE), Invitations.LIFE, via)
                .words();
        var at = Optional.of(via.orElse(inviter.self.addresses().get(0)));
        Waiting ticking = time -> tick(inviting);
        guest.acceptance(ticking).accept(words, at, "guest", Acceptance.atMost(SPACE));
        assertEquals(
            guest.book.find(inviter.id()).orElseThrow().agreement(),
            inviter.book.find(guest.id()).orElseThrow().agreement());
      }
    }
  }

  private static void tick(Inviting inviting) {
    try {
      inviting.tick();
    } catch (IOException | KithException e) {
      throw new IllegalStateException(e);
    }
  }
}
