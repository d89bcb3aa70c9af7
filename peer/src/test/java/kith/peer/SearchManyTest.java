package kith.peer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import kith.codec.CodeParameters;
import kith.codec.CorruptDataException;
import kith.codec.OwnerId;
import kith.index.MemoryStorage;
import kith.index.Rows;
import kith.peer.choice.OperatingSystem;
import kith.peer.choice.Place;
import kith.peer.choice.Placement;
import kith.peer.choice.Schedule;
import kith.peer.choice.Target;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * Two hundred nodes with different hours, systems, networks and speeds that find their partners and
 * agree with them by themselves; then a fifth leaves, a tenth moves, and the groups heal.
 */
final class SearchManyTest {
  private static final int NODES = 200;
  private static final int NETWORKS = 80;
  private static final Duration HOUR = Duration.ofHours(1);
  private static final List<NodeFacts.Platform> PLATFORMS =
      List.of(
          new NodeFacts.Platform("linux", "6", "amd64"),
          new NodeFacts.Platform("linux", "5", "aarch64"),
          new NodeFacts.Platform("mac os x", "14", "aarch64"),
          new NodeFacts.Platform("freebsd", "14", "amd64"));
  private static final List<Schedule> SCHEDULES =
      List.of(
          Schedule.ALWAYS,
          Schedule.ALWAYS,
          Schedule.parse("8-23"),
          Schedule.parse("mon-fri 16-24, sat-sun 8-24"));
  private static final long SLOW = 40 << 10;

  /**
   * Requests and replies that one node sends and gets until all have partners. The busiest has
   * twenty and was considered by thirty, each of whom measured it by fifteen probes and asked for
   * its terms: more than half of all. A sixth is looking at what its partners know.
   */
  private static final int MESSAGES = 2200;

  /**
   * The same in three weeks after a fifth has left, with twenty partners: a third is asking eight
   * of them for a way to the four who are gone, a third what they know of others.
   */
  private static final int MESSAGES_OF_THREE_WEEKS = 3700;

  private static final int QUIET_HOURS = 12;

  private final VirtualClock clock = new VirtualClock();
  private final VirtualNetwork network = new VirtualNetwork(11, clock);
  private final List<SearchNode> nodes = new ArrayList<>();
  private final Map<ByteBuffer, NodeRecord> checked = new HashMap<>();
  private final List<Rows> opened = new ArrayList<>();

  @AfterEach
  void close() throws IOException {
    nodes.forEach(SearchNode::close);
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

  /** Two or three nodes are in each network; each tenth shares a household with the one before. */
  private static NodeAddress address(int number) {
    int place = number % 10 == 9 ? number - 1 : number;
    String host = 20 + place % NETWORKS + ".7." + place / NETWORKS + ".1";
    return new NodeAddress(host, 5484 + number - place);
  }

  private static Target target(int number) {
    return switch (number % 8) {
      case 3 -> new Target.Losses(3);
      case 5 -> new Target.AnnualLoss(0.02);
      default -> new Target.Losses(2);
    };
  }

  private static long uplink(int number) {
    return number % 20 == 7 ? SLOW : (1 + number % 5) * 250_000L;
  }

  private void start(RecordExchange.Sources sources) {
    for (int i = 0; i < NODES; i++) {
      var traits =
          new SearchNode.Traits(
              "node" + i,
              address(i),
              PLATFORMS.get(i % 3 + i % 2),
              SCHEDULES.get(i % 7 % SCHEDULES.size()),
              uplink(i),
              target(i));
      var node = new SearchNode(network, traits, sources, this::check);
      network.source(node.id(), String.format("%02x07%04x", 20 + i % NETWORKS, i));
      network.uplink(node.id(), isSlow(i) ? SLOW : traits.uplink());
      nodes.add(node);
    }
  }

  /** One in twenty says so, and one says otherwise. */
  private static boolean isSlow(int number) {
    return number % 20 == 7 || number % 20 == 15;
  }

  /** Those that are known to be slow, or are measured, are asked by nobody. */
  private void assertNobodyAskedSlowOnes(List<SearchNode> slow) {
    Set<OwnerId> ids = slow.stream().map(SearchNode::id).collect(Collectors.toSet());
    for (SearchNode node : nodes) {
      for (Partner partner : node.present()) {
        Agreement agreement = partner.agreement();
        boolean asked =
            agreement.proposer().owner().equals(node.id()) && !agreement.terms().commitmentWaived();
        assertFalse(asked && ids.contains(partner.id()), "a slow node was asked");
      }
    }
  }

  private List<SearchNode> slow() {
    List<SearchNode> slow = new ArrayList<>();
    for (int i = 0; i < NODES; i++) {
      if (isSlow(i)) {
        slow.add(nodes.get(i));
      }
    }
    return slow;
  }

  /** Lets all do once what they do by themselves, in an order in which neighbours are far apart. */
  private void pass(Duration time) throws IOException {
    Instant next = clock.instant().plus(time);
    nodes.forEach(SearchNode::keepHours);
    for (int i = 0; i < nodes.size(); i++) {
      nodes.get(i * 77 % nodes.size()).tick();
    }
    if (clock.instant().isBefore(next)) {
      clock.set(next);
    }
  }

  private long lacking() {
    return nodes.stream().filter(node -> !node.lack().isMet()).count();
  }

  private void untilAllHaveEnough(int hours) throws IOException {
    for (int passed = 0; lacking() > 0; passed++) {
      assertTrue(passed < hours, lacking() + " nodes still lack partners");
      pass(HOUR);
    }
  }

  /** Whom others find may want another system by that, and takes whom he hears of. */
  private void untilNobodyLooks(int hours) throws IOException {
    int passed = 0;
    for (int quiet = 0; quiet < QUIET_HOURS; passed++) {
      assertTrue(passed < hours, lacking() + " nodes still look");
      long before = agreements();
      pass(HOUR);
      quiet = agreements() == before && lacking() == 0 ? quiet + 1 : 0;
    }
  }

  private void assertEachSentAtMost(int messages) {
    SearchNode busiest =
        Collections.max(nodes, Comparator.comparing(node -> network.countOf(node.id())));
    long most = network.countOf(busiest.id());
    String kinds = most + " messages, not " + messages + ": " + network.countsOf(busiest.id());
    assertTrue(most <= messages, kinds);
  }

  private void assertBothSidesAgree() {
    Map<OwnerId, SearchNode> all =
        nodes.stream().collect(Collectors.toMap(SearchNode::id, node -> node));
    for (SearchNode node : nodes) {
      assertTrue(node.node.negotiator.waiting().isEmpty(), "an offer is open");
      for (Partner partner : node.present()) {
        Partner back = all.get(partner.id()).node.book.find(node.id()).orElseThrow();
        assertEquals(partner.agreement(), back.agreement());
      }
    }
  }

  /** No two shards of a pack are in one household or network where there are others. */
  private void assertShardsAreSpread() {
    for (SearchNode node : nodes) {
      List<Place> places =
          node.present().stream()
              .map(
                  partner ->
                      new Place(
                          partner.id(),
                          partner.spaceThere(),
                          true,
                          SearchNode.networks(partner.addresses()),
                          OperatingSystem.LINUX,
                          false))
              .toList();
      CodeParameters code = node.growth.codeFor(places.size()).orElseThrow();
      long networks = places.stream().map(SearchManyTest::network).distinct().count();
      long households = places.stream().map(Place::networks).distinct().count();
      for (long pack = 0; pack < 20; pack++) {
        var load = new Placement.Load(pack * 0x9e3779b97f4a7c15L, 1 << 20);
        List<OwnerId> holders = Placement.choose(load, code.n(), places);
        List<Place> chosen =
            places.stream().filter(place -> holders.contains(place.owner())).toList();
        assertEquals(code.n(), chosen.size());
        assertEquals(
            Math.min(code.n(), networks),
            chosen.stream().map(SearchManyTest::network).distinct().count());
        assertEquals(
            Math.min(code.n(), households),
            chosen.stream().map(Place::networks).distinct().count());
      }
    }
  }

  private static String network(Place place) {
    String host = place.networks().iterator().next().toString();
    return host.substring(0, host.indexOf('.', host.indexOf('.') + 1));
  }

  private void befriendInARing() {
    for (int i = 0; i < NODES; i++) {
      TestNode.befriend(nodes.get(i).node, nodes.get((i + 1) % NODES).node, SearchNode.SHARE);
    }
  }

  private List<SearchNode> leaveAndMove() {
    List<SearchNode> gone = new ArrayList<>();
    List<SearchNode> moved = new ArrayList<>();
    for (int i = 0; i < NODES; i++) {
      SearchNode node = nodes.get(i);
      if (i % 5 == 1) {
        network.kill(node.id());
        gone.add(node);
      } else if (i % 10 == 4) {
        node.move(new NodeAddress(120 + i % NETWORKS + ".9." + i / NETWORKS + ".1", 5484));
        moved.add(node);
      }
    }
    nodes.removeAll(gone);
    gone.forEach(SearchNode::close);
    assertEquals(NODES / 5, gone.size());
    assertEquals(NODES / 10, moved.size());
    return moved;
  }

  /** Who moved is found again by all his partners, while nothing else moves. */
  private void assertFoundAgain(List<SearchNode> moved, Instant since) throws IOException {
    long agreements = agreements();
    clock.set(clock.instant().truncatedTo(ChronoUnit.DAYS).plus(Duration.ofHours(22)));
    for (int i = 0; i < 7; i++) {
      // Before records expire, from 22 h to 16 h, at which all are there now and then.
      pass(Duration.ofHours(71));
    }
    for (SearchNode node : nodes) {
      for (Partner partner : node.present()) {
        if (moved.stream().anyMatch(each -> each.id().equals(partner.id()))) {
          assertTrue(node.lastThere(partner.id()).isAfter(since), "a partner who moved is lost");
        }
      }
    }
    assertEquals(agreements, agreements(), "within the grace nothing moves");
  }

  private long agreements() {
    return nodes.stream().mapToLong(node -> node.node.book.all().size()).sum();
  }

  private void leaveMoveAndHeal() throws IOException {
    assertFalse(nodes.isEmpty());
    Instant since = clock.instant();
    network.resetCounts();
    assertFoundAgain(leaveAndMove(), since);
    pass(Duration.ofDays(2));
    assertTrue(lacking() > NODES / 4, "only " + lacking() + " miss those who left");
    untilAllHaveEnough(24);
    assertBothSidesAgree();
    assertShardsAreSpread();
    assertEachSentAtMost(MESSAGES_OF_THREE_WEEKS);
  }

  @Test
  void throughPartnersOfPartners() throws IOException {
    start(RecordExchange.Sources.NONE);
    befriendInARing();
    List<SearchNode> slow = slow();
    network.resetCounts();
    untilAllHaveEnough(24);
    assertBothSidesAgree();
    assertShardsAreSpread();
    assertEachSentAtMost(MESSAGES);
    assertNobodyAskedSlowOnes(slow);
    untilNobodyLooks(100);
    leaveMoveAndHeal();
  }

  @Test
  void throughABroker() throws IOException {
    broker();
    start(new RecordExchange.Sources(List.of(contact("broker")), List::of));
    untilAllHaveEnough(24);
    assertBothSidesAgree();
    assertShardsAreSpread();
    assertEachSentAtMost(MESSAGES);
    untilNobodyLooks(100);
    leaveMoveAndHeal();
  }

  private static Contact contact(String broker) {
    return new Contact(TestNode.keyOf(broker).id(), List.of(new NodeAddress(broker, 5485)));
  }

  private void broker() throws IOException {
    var key = TestNode.keyOf("broker");
    var identity = NodeIdentity.create(key, Role.NODE, 1, clock, new SecureRandom());
    var self = new LocalNode(identity, "kith broker", contact("broker").addresses(), clock);
    Rows rows = new MemoryStorage().rows(() -> {});
    opened.add(rows);
    var bounds = KnownNodes.Bounds.broker(4);
    var broker =
        RelayForTests.broker(
            self, new KnownNodes(rows, key.id(), clock, bounds, id -> false, this::check));
    network.node(self, broker).listen(InetSocketAddress.createUnresolved("broker", 5485));
  }
}
