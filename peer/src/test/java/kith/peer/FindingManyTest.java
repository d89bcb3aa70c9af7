package kith.peer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import kith.codec.CorruptDataException;
import kith.index.MemoryStorage;
import kith.index.Rows;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Two hundred nodes, each in a network of its own, that find others; and what it costs each. */
final class FindingManyTest {
  private static final int NODES = 200;
  private static final int PARTNERS = 4;
  private static final int ENOUGH = 24;

  /** Hello, the record told, and pages; each with its reply. */
  private static final int OF_TALK_WITH_PARTNER = 2 * (1 + 1 + 8);

  private static final int OF_TALK_WITH_BROKER = 2 * (1 + 1 + 2);

  private final VirtualClock clock = new VirtualClock();
  private final VirtualNetwork network = new VirtualNetwork(7, clock);
  private final List<TestNode> nodes = new ArrayList<>();
  private final List<RecordExchange> exchanges = new ArrayList<>();
  private final Map<ByteBuffer, NodeRecord> checked = new HashMap<>();
  private final List<Rows> opened = new ArrayList<>();

  @AfterEach
  void close() throws IOException {
    nodes.forEach(TestNode::close);
    for (Rows rows : opened) {
      rows.close();
    }
  }

  /** The signatures of each record are checked once for all nodes, which saves a minute. */
  private NodeRecord check(byte[] record) throws CorruptDataException {
    ByteBuffer key = ByteBuffer.wrap(record);
    NodeRecord known = checked.get(key);
    if (known == null) {
      known = NodeRecord.parse(record);
      checked.put(key, known);
    }
    return known;
  }

  private void start(RecordExchange.Sources sources) {
    for (int i = 0; i < NODES; i++) {
      String host = 20 + i / 50 + "." + i % 50 + ".0.1";
      TestNode node = TestNode.virtual(network, host, Optional.empty(), this::check);
      network.source(node.id(), String.format("%02x%02x0001", 20 + i / 50, i % 50));
      nodes.add(node);
      exchanges.add(node.exchange(sources));
    }
  }

  /** In an order in which neighbours are far apart. */
  private void tickAll() throws IOException {
    for (int i = 0; i < NODES; i++) {
      exchanges.get(i * 77 % NODES).tick();
    }
    clock.advance(Duration.ofHours(1));
  }

  private static long candidates(TestNode node) {
    return node.known.all().stream()
        .filter(record -> node.book.find(record.owner()).isEmpty())
        .map(record -> record.addresses().get(0).network())
        .distinct()
        .count();
  }

  private void assertEachFoundEnoughFor(int messages) {
    for (TestNode node : nodes) {
      long found = candidates(node);
      assertTrue(found >= ENOUGH, found + " candidates in other networks");
      long count = network.countOf(node.id());
      assertTrue(count <= messages, count + " messages, not " + messages);
    }
  }

  @Test
  void thePartnersOfPartnersAreCandidatesForEachOfTwoHundred() throws Exception {
    start(RecordExchange.Sources.NONE);
    for (int i = 0; i < NODES; i++) {
      TestNode.befriend(nodes.get(i), nodes.get((i + 1) % NODES), 1 << 20);
      TestNode.befriend(nodes.get(i), nodes.get((i + 13) % NODES), 1 << 20);
    }
    network.resetCounts();
    tickAll();
    tickAll();
    assertEachFoundEnoughFor(2 * 2 * PARTNERS * OF_TALK_WITH_PARTNER);
  }

  @Test
  void twoHundredStrangersFindEachOtherThroughTwoBrokers() throws Exception {
    BrokerService one = broker("one");
    BrokerService other = broker("other");
    start(new RecordExchange.Sources(List.of(contact("one"), contact("other")), List::of));
    tickAll();
    for (int i = 0; i < NODES; i++) {
      if (candidates(nodes.get(i)) < ENOUGH) {
        exchanges.get(i).tick();
      }
    }
    assertEquals(NODES, one.counts().nodes());
    assertEquals(NODES, other.counts().nodes());
    assertEquals(0, one.counts().refused() + other.counts().refused());
    assertEachFoundEnoughFor(2 * 2 * OF_TALK_WITH_BROKER);
  }

  private static Contact contact(String broker) {
    return new Contact(TestNode.keyOf(broker).id(), List.of(new NodeAddress(broker, 5485)));
  }

  private BrokerService broker(String name) throws IOException {
    var key = TestNode.keyOf(name);
    var identity = NodeIdentity.create(key, Role.NODE, 1, clock, new SecureRandom());
    var self = new LocalNode(identity, "kith broker", contact(name).addresses(), clock);
    Rows rows = new MemoryStorage().rows(() -> {});
    opened.add(rows);
    var bounds = KnownNodes.Bounds.broker(1);
    var broker =
        RelayForTests.broker(
            self, new KnownNodes(rows, key.id(), clock, bounds, id -> false, this::check));
    network.node(self, broker).listen(InetSocketAddress.createUnresolved(name, 5485));
    return broker;
  }
}
