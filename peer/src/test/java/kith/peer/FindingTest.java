package kith.peer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import kith.codec.NotPermittedException;
import kith.codec.OwnerId;
import kith.index.MemoryStorage;
import kith.index.Rows;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Nodes that find each other through partners and through brokers, some of which misbehave. */
final class FindingTest {
  private static final NodeAddress BROKER = new NodeAddress("broker", 5484);

  private final VirtualClock clock = new VirtualClock();
  private final VirtualNetwork network = new VirtualNetwork(5, clock);
  private final List<TestNode> nodes = new ArrayList<>();
  private final List<RecordExchange> exchanges = new ArrayList<>();
  private final MemoryStorage brokerStorage = new MemoryStorage();
  private Rows brokerRows;
  private BrokerService broker;

  @AfterEach
  void close() throws IOException {
    nodes.forEach(TestNode::close);
    if (brokerRows != null) {
      brokerRows.close();
    }
  }

  private TestNode add(RecordExchange.Sources sources) {
    TestNode node = TestNode.virtual(network, "node" + nodes.size());
    nodes.add(node);
    exchanges.add(node.exchange(sources));
    return node;
  }

  private void tickAll() throws IOException {
    for (RecordExchange each : exchanges) {
      each.tick();
    }
    clock.advance(Duration.ofHours(1));
  }

  private Contact startBroker() throws IOException {
    var identity =
        NodeIdentity.create(TestNode.keyOf("broker"), Role.NODE, 1, clock, new SecureRandom());
    var self = new LocalNode(identity, "kith broker", List.of(BROKER), clock);
    brokerRows = brokerStorage.rows(() -> {});
    var known = new KnownNodes(brokerRows, identity.owner(), clock, KnownNodes.Bounds.broker(0));
    broker = RelayForTests.broker(self, known);
    network
        .node(self, broker)
        .listen(InetSocketAddress.createUnresolved(BROKER.host(), BROKER.port()));
    return new Contact(identity.owner(), List.of(BROKER));
  }

  @Test
  void aChainOfPartnersKnowsAllWithoutABroker() throws Exception {
    for (int i = 0; i < 12; i++) {
      add(RecordExchange.Sources.NONE);
      if (i > 0) {
        TestNode.befriend(nodes.get(i - 1), nodes.get(i), 1 << 20);
      }
    }
    for (int round = 0; round < 12; round++) {
      tickAll();
    }
    for (TestNode node : nodes) {
      assertEquals(11, node.known.all().size(), node.self.addresses().toString());
    }
    network.resetCounts();
    tickAll();
    assertTrue(network.count(MessageKind.RECORDS_GET) <= 12 * 2 * 2, "too many questions");
  }

  @Test
  void whoLooksForNobodyAsksPartnersSeldomAndTellsSoonThatHeMoved() throws Exception {
    boolean[] looks = {true};
    TestNode node = TestNode.virtual(network, "node");
    TestNode partner = TestNode.virtual(network, "partner");
    nodes.addAll(List.of(node, partner));
    TestNode.befriend(node, partner, 1 << 20);
    var sources = new RecordExchange.Sources(List.of(), List::of, () -> looks[0]);
    RecordExchange exchange = node.exchange(sources);
    assertEquals(1, exchange.tick());
    clock.advance(Duration.ofMinutes(10));
    assertEquals(1, exchange.tick());
    looks[0] = false;
    clock.advance(Duration.ofMinutes(59));
    assertEquals(0, exchange.tick());
    clock.advance(Duration.ofMinutes(1));
    assertEquals(1, exchange.tick());
    clock.advance(Duration.ofMinutes(10));
    assertEquals(0, exchange.tick());
    looks[0] = true;
    assertEquals(1, exchange.tick(), "somebody is lacking now");
    looks[0] = false;
    var says = NodeRecord.sign(node.self, node.says(), clock.millis(), RecordExchange.LIFE);
    node.known.take(says, node.id());
    clock.advance(Duration.ofMinutes(10));
    assertEquals(1, exchange.tick(), "there is something new to tell");
  }

  @Test
  void aNodeThatHasGoneIsForgottenAndOneThatMovedIsKnownAnew() throws Exception {
    for (int i = 0; i < 3; i++) {
      add(RecordExchange.Sources.NONE);
    }
    TestNode.befriend(nodes.get(0), nodes.get(1), 1 << 20);
    TestNode.befriend(nodes.get(1), nodes.get(2), 1 << 20);
    tickAll();
    tickAll();
    OwnerId far = nodes.get(2).id();
    long before = nodes.get(0).known.find(far).orElseThrow().age().generation();
    for (int hour = 0; hour < 24; hour++) {
      tickAll();
    }
    assertTrue(nodes.get(0).known.find(far).orElseThrow().age().generation() > before);
    network.kill(far);
    exchanges.remove(2);
    for (int hour = 0; hour < 80; hour++) {
      tickAll();
    }
    assertTrue(nodes.get(0).known.find(far).isEmpty());
    assertEquals(1, nodes.get(0).known.all().size());
  }

  @Test
  void strangersFindEachOtherThroughABroker() throws Exception {
    Contact contact = startBroker();
    var sources = new RecordExchange.Sources(List.of(contact), List::of);
    for (int i = 0; i < 20; i++) {
      add(sources);
    }
    tickAll();
    tickAll();
    for (TestNode node : nodes) {
      assertEquals(19, node.known.all().size());
    }
    assertEquals(20, broker.counts().nodes());
    assertEquals(2 * 20, broker.counts().published());
    assertEquals(0, broker.counts().refused());
  }

  @Test
  void brokersAreAskedSoonerWhileSomebodyIsLookedFor() throws Exception {
    add(new RecordExchange.Sources(List.of(startBroker()), List::of));
    RecordExchange one = exchanges.get(0);
    one.hurry();
    assertEquals(1, one.tick());
    clock.advance(Duration.ofMinutes(4));
    one.hurry();
    assertEquals(0, one.tick());
    clock.advance(Duration.ofMinutes(1));
    assertEquals(0, one.tick());
    one.hurry();
    assertEquals(1, one.tick());
    clock.advance(Duration.ofMinutes(29));
    assertEquals(0, one.tick());
  }

  @Test
  void aBrokerThatIsStartedAnewKnowsWhatItKnew() throws Exception {
    Contact contact = startBroker();
    add(new RecordExchange.Sources(List.of(contact), List::of));
    tickAll();
    brokerRows.close();
    startBroker();
    assertEquals(1, broker.counts().nodes());
    TestNode other = add(new RecordExchange.Sources(List.of(contact), List::of));
    exchanges.get(1).tick();
    assertEquals(
        List.of(nodes.get(0).id()), other.known.all().stream().map(NodeRecord::owner).toList());
  }

  @Test
  void oneOfTwoBrokersThatIsDeadChangesNothing() throws Exception {
    Contact contact = startBroker();
    var dead = new Contact(TestNode.keyOf("dead").id(), List.of(new NodeAddress("dead", 1)));
    for (int i = 0; i < 3; i++) {
      add(new RecordExchange.Sources(List.of(dead, contact), List::of));
    }
    tickAll();
    tickAll();
    assertEquals(2, nodes.get(0).known.all().size());
  }

  @Test
  void aBrokerThatAnswersNothingChangesNothing() throws Exception {
    Contact contact = startBroker();
    var mute = TestNode.virtual(network, "mute");
    network.latency(mute.id(), Duration.ofHours(1));
    nodes.add(mute);
    var both =
        new RecordExchange.Sources(
            List.of(new Contact(mute.id(), mute.self.addresses()), contact), List::of);
    for (int i = 0; i < 3; i++) {
      add(both);
    }
    tickAll();
    tickAll();
    assertEquals(2, nodes.get(1).known.all().size());
    assertEquals(0, mute.known.all().size());
  }

  @Test
  void aBrokerThatLiesChangesNothing() throws Exception {
    Contact contact = startBroker();
    var sources = new RecordExchange.Sources(List.of(contact), List::of);
    TestNode honest = add(sources);
    TestNode asker = add(sources);
    exchanges.get(0).tick();
    int[] at = {0};
    network.tamper(
        contact.owner(),
        (request, reply) -> {
          if (request instanceof Request.RecordsGet) {
            reply[at[0] % reply.length] ^= 0x04;
          }
          return reply;
        });
    for (at[0] = 0; at[0] < 1200; at[0] += 11) {
      exchanges.get(1).tick();
      for (NodeRecord known : asker.known.all()) {
        assertEquals(honest.id(), known.owner(), "byte " + at[0]);
        assertEquals(honest.says().facts(), known.facts(), "byte " + at[0]);
      }
      clock.advance(Duration.ofMinutes(31));
      exchanges.get(0).tick();
    }
  }

  @Test
  void aBrokerThatFloodsIsBounded() throws Exception {
    Contact contact = startBroker();
    int[] made = {0};
    network.tamper(
        contact.owner(),
        (request, reply) -> request instanceof Request.RecordsGet ? flood(made) : reply);
    TestNode asker = add(new RecordExchange.Sources(List.of(contact), List::of));
    for (int round = 0; round < 8; round++) {
      exchanges.get(0).tick();
      clock.advance(Duration.ofMinutes(31));
    }
    assertTrue(made[0] > KnownNodes.Bounds.NODE.ofOne(), made[0] + " made up");
    assertEquals(KnownNodes.Bounds.NODE.ofOne(), asker.known.all().size());
    assertEquals(2 * 8, network.count(MessageKind.RECORDS_GET));
  }

  /** A page of nodes that nobody runs. */
  private byte[] flood(int[] made) {
    var records = new ArrayList<byte[]>();
    for (int i = 0; i < Protocol.MAX_RECORDS; i++) {
      var key = TestNode.keyOf("made up " + made[0]++);
      var node = NodeIdentity.create(key, Role.NODE, 1, clock, new SecureRandom());
      var self = new LocalNode(node, "x", List.of(BROKER), clock);
      try {
        var says = new NodeRecord.Announcement(List.of(BROKER), Messages.facts());
        records.add(NodeRecord.sign(self, says, 1, Duration.ofDays(3)).toBytes());
      } catch (kith.codec.CorruptDataException e) {
        throw new IllegalStateException(e);
      }
    }
    return Wire.bytes(new Reply.Records(records, true), 1);
  }

  @Test
  void aBrokerKeepsNoDataAndServesOneLinkNotForEver() throws Exception {
    Contact contact = startBroker();
    TestNode node = add(RecordExchange.Sources.NONE);
    try (Link link = Calls.join(node.network.connect(contact))) {
      for (Request request : EveryMessage.requests()) {
        if (!(request instanceof Request.Hello
            || request instanceof Request.Ping
            || request instanceof Request.RecordsGet
            || Mailboxes.isFor(request))) {
          Reply reply = Calls.join(link.send(request, Duration.ofSeconds(9)));
          assertTrue(reply instanceof Reply.Failure, request.kind() + ": " + reply);
        }
      }
      Reply last = null;
      for (int i = 0; i < BrokerService.PER_LINK; i++) {
        last = Calls.join(link.send(new Request.Ping(1), Duration.ofSeconds(9)));
      }
      var failure =
          (Reply.Failure) Calls.join(link.send(new Request.Ping(1), Duration.ofSeconds(9)));
      assertEquals(FailureKind.BUSY, failure.reason(), last.toString());
    }
    assertEquals(0, broker.counts().nodes());
  }

  @Test
  void aStrangerLearnsOnlyOfTheNodeItself() throws Exception {
    TestNode node = add(RecordExchange.Sources.NONE);
    TestNode partner = add(RecordExchange.Sources.NONE);
    TestNode.befriend(node, partner, 1 << 20);
    tickAll();
    tickAll();
    assertEquals(1, node.known.all().size());
    var found = new ArrayList<>(List.of(new Contact(node.id(), node.self.addresses())));
    TestNode stranger =
        add(
            new RecordExchange.Sources(
                List.of(),
                () -> {
                  List<Contact> now = List.copyOf(found);
                  found.clear();
                  return now;
                }));
    tickAll();
    assertEquals(List.of(node.id()), stranger.known.all().stream().map(NodeRecord::owner).toList());
    try (Link link =
        Calls.join(stranger.network.connect(node.known.find(partner.id()).get().contact()))) {
      var own =
          new Request.RecordPublish(stranger.known.find(stranger.id()).orElseThrow().record());
      assertThrows(
          NotPermittedException.class,
          () -> Calls.ask(link, own, Duration.ofSeconds(9), Reply.Done.class));
    }
  }

  @Test
  void aPartnerPublishesNoRecordButItsOwn() throws Exception {
    TestNode node = add(RecordExchange.Sources.NONE);
    TestNode partner = add(RecordExchange.Sources.NONE);
    TestNode third = add(RecordExchange.Sources.NONE);
    TestNode.befriend(node, partner, 1 << 20);
    exchanges.get(2).tick();
    var record = third.known.find(third.id()).orElseThrow().record();
    assertThrows(
        NotPermittedException.class,
        () -> partner.client.ask(node.id(), new Request.RecordPublish(record), Reply.Done.class));
    assertEquals(Optional.empty(), node.known.find(third.id()));
  }

  private RecordExchange.Sources by(Contact broker) {
    return new RecordExchange.Sources(List.of(broker), List::of);
  }

  private void move(int node, String host, RecordExchange.Sources sources) {
    TestNode moved = nodes.get(node).moved(network, host);
    nodes.set(node, moved);
    exchanges.set(node, moved.exchange(sources));
  }

  /** Both move while neither is there, and then each reaches the other. */
  private void bothMove(RecordExchange.Sources sources) throws Exception {
    tickAll();
    move(0, "198.51.100.1", sources);
    move(1, "203.0.113.1", sources);
    TestNode first = nodes.get(0);
    TestNode second = nodes.get(1);
    assertThrows(Exception.class, () -> first.client.ping(second.id()), "nobody told of it yet");
    tickAll();
    tickAll();
    first.client.ping(second.id());
    second.client.ping(first.id());
    assertIn(first, second);
    tickAll();
    assertIn(second, first);
  }

  /** The book has the new address, for kit and head, too. */
  private static void assertIn(TestNode one, TestNode other) {
    List<NodeAddress> known = one.book.find(other.id()).orElseThrow().addresses();
    assertTrue(known.containsAll(other.self.addresses()), known.toString());
  }

  @Test
  void twoWhoMoveAtOnceFindEachOtherThroughAPartnerWhoStays() throws Exception {
    for (int i = 0; i < 3; i++) {
      add(RecordExchange.Sources.NONE);
    }
    TestNode.befriend(nodes.get(0), nodes.get(1), 1 << 20);
    TestNode.befriend(nodes.get(0), nodes.get(2), 1 << 20);
    TestNode.befriend(nodes.get(1), nodes.get(2), 1 << 20);
    bothMove(RecordExchange.Sources.NONE);
    assertIn(nodes.get(2), nodes.get(0));
  }

  @Test
  void twoWhoMoveAtOnceFindEachOtherThroughABrokerAlone() throws Exception {
    RecordExchange.Sources sources = by(startBroker());
    add(sources);
    add(sources);
    TestNode.befriend(nodes.get(0), nodes.get(1), 1 << 20);
    bothMove(sources);
  }

  @Test
  void nobodyMovesByAnothersWord() throws Exception {
    for (int i = 0; i < 3; i++) {
      add(RecordExchange.Sources.NONE);
    }
    TestNode.befriend(nodes.get(0), nodes.get(1), 1 << 20);
    tickAll();
    tickAll();
    TestNode first = nodes.get(0);
    OwnerId partner = nodes.get(1).id();
    List<NodeAddress> before = first.book.find(partner).orElseThrow().addresses();
    NodeRecord forged =
        NodeRecord.sign(
            nodes.get(2).self,
            new NodeRecord.Announcement(
                List.of(new NodeAddress("198.51.100.66", 1)), nodes.get(2).says().facts()),
            Long.MAX_VALUE - 1,
            RecordExchange.LIFE);
    byte[] another = forged.toBytes();
    first.known.take(another, partner);
    tickAll();
    assertEquals(before, first.book.find(partner).orElseThrow().addresses());
  }
}
