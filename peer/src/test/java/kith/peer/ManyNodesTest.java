package kith.peer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import kith.codec.CorruptDataException;
import kith.codec.KithException;
import kith.codec.PartnerUnavailableException;
import kith.codec.SealedShard;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** An owner with seven partners on a virtual network, some of which fail or lie. */
final class ManyNodesTest {
  private static final int PARTNERS = 7;

  private final VirtualClock clock = new VirtualClock();
  private final VirtualNetwork network = new VirtualNetwork(3, clock);
  private final RandomGenerator random = Shards.random(3);
  private final List<TestNode> partners = new ArrayList<>();
  private TestNode owner;

  @BeforeEach
  void start() {
    owner = TestNode.virtual(network, "owner");
    for (int i = 0; i < PARTNERS; i++) {
      TestNode partner = TestNode.virtual(network, "partner" + i);
      TestNode.befriend(partner, owner, 1 << 24);
      partners.add(partner);
    }
  }

  @AfterEach
  void close() {
    owner.close();
    partners.forEach(TestNode::close);
  }

  @Test
  void theSameSeedGivesTheSameFaults() throws KithException {
    assertEquals(losses(new VirtualNetwork(11, clock)), losses(new VirtualNetwork(11, clock)));
  }

  private List<Boolean> losses(VirtualNetwork lossy) {
    lossy.loseMessages(0.5);
    var passed = new ArrayList<Boolean>();
    for (int i = 0; i < 64; i++) {
      passed.add(lossy.passes(owner.id(), partners.get(0).id()));
    }
    return passed;
  }

  @Test
  void aPartitionCutsOffOnlyTheOtherSide() throws KithException {
    var away = List.of(partners.get(0).id(), partners.get(1).id());
    for (TestNode partner : partners) {
      owner.client.ping(partner.id());
    }
    network.partition(away);
    assertThrows(PartnerUnavailableException.class, () -> owner.client.ping(away.get(0)));
    owner.client.ping(partners.get(2).id());
    partners.get(0).links.retryNow(partners.get(1).id());
    network.heal();
    owner.client.ping(away.get(0));
  }

  @Test
  void deadlinesPassInVirtualTime() {
    var before = clock.instant();
    network.latency(partners.get(0).id(), Duration.ofMinutes(5));
    assertThrows(PartnerUnavailableException.class, () -> owner.client.ping(partners.get(0).id()));
    assertTrue(Duration.between(before, clock.instant()).compareTo(Duration.ofMinutes(1)) > 0);
  }

  @Test
  void aLiarsRepliesAreNeverTakenForTrue() throws KithException {
    TestNode liar = partners.get(0);
    SealedShard shard = Shards.make(random, liar.id(), 3000);
    for (int at = 0; at < 900; at += 7) {
      int place = at;
      network.tamper(
          liar.id(),
          (request, reply) -> {
            if (request instanceof Request.PutCommit || request instanceof Request.PutOpen) {
              reply[place % reply.length] ^= 0x10;
            }
            return reply;
          });
      try {
        PutReceipt receipt = owner.client.put(shard);
        assertEquals(shard.merkleRoot(), receipt.ack().merkleRoot(), "byte " + at);
      } catch (KithException refused) {
        assertTrue(
            refused instanceof CorruptDataException
                || refused instanceof PartnerUnavailableException
                || refused instanceof kith.codec.NotPermittedException
                || refused instanceof kith.codec.SpaceExhaustedException,
            "byte " + at + ": " + refused);
      }
    }
    network.tamper(liar.id(), null);
    owner.client.put(shard);
    assertArrayEquals(shard.sealed(), owner.client.get(liar.id(), shard.name(), 0, 1));
  }

  @Test
  void aNodeThatMovesIsFoundAgainAfterItDialled() throws KithException {
    TestNode partner = partners.get(0);
    owner.client.ping(partner.id());
    var moved = new NodeAddress("elsewhere", 1);
    try (var again = partner.moved(network, moved)) {
      again.client.ping(owner.id());
      assertEquals(List.of(moved), owner.book.find(partner.id()).orElseThrow().addresses());
      owner.links.drop(partner.id());
      owner.client.ping(partner.id());
    }
  }

  @Test
  void fiftyNodesStartAndGreetQuickly() throws KithException {
    var crowd = new ArrayList<TestNode>();
    for (int i = 0; i < 50; i++) {
      crowd.add(TestNode.virtual(network, "crowd" + i));
    }
    for (TestNode node : crowd) {
      Calls.join(node.network.connect(new Contact(owner.id(), owner.self.addresses()))).close();
    }
    assertEquals(50, network.count(MessageKind.HELLO) - PARTNERS);
    crowd.forEach(TestNode::close);
  }
}
