package kith.peer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import kith.codec.KithException;
import kith.codec.PartnerUnavailableException;
import kith.codec.SealedShard;
import kith.index.MemoryStorage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Two nodes that nobody can dial, and those who could carry what goes between them. */
final class RelayTest {
  private static final long SPACE = 1L << 30;
  private static final Duration SOON = Duration.ofSeconds(5);

  private final VirtualClock clock = new VirtualClock();
  private final VirtualNetwork network = new VirtualNetwork(26, clock);
  private final RandomGenerator random = Shards.random(26);
  private final List<TestNode> nodes = new ArrayList<>();

  @AfterEach
  void close() {
    nodes.forEach(TestNode::close);
  }

  private TestNode node(String name) {
    return node(name, TestNode.Relaying.PARTNERS);
  }

  private TestNode node(String name, TestNode.Relaying relaying) {
    TestNode node = TestNode.relaying(network, name, relaying);
    nodes.add(node);
    return node;
  }

  private static TestNode.Relaying carrying(RelayBounds bounds) {
    return new TestNode.Relaying(bounds, List.of());
  }

  /** All are partners of each other; then anna and ben are hidden, and know only carl. */
  private void hide(TestNode anna, TestNode ben, TestNode carl) throws KithException {
    TestNode.befriend(carl, anna, SPACE);
    TestNode.befriend(carl, ben, SPACE);
    TestNode.befriend(ben, anna, SPACE);
    for (TestNode each : List.of(anna, ben)) {
      network.hide(each.id());
      anna.links.drop(each.id());
      ben.links.drop(each.id());
    }
    anna.client.ping(carl.id());
    ben.client.ping(carl.id());
  }

  private void putsAndGets(TestNode from, TestNode to) throws KithException {
    SealedShard shard = Shards.make(random, to.id(), 200_000);
    from.client.put(shard);
    assertArrayEquals(shard.sealed(), from.client.get(to.id(), shard.name(), 0, 4));
  }

  @Test
  void partnersTalkBothWaysThroughAMutualPartner() throws KithException {
    TestNode anna = node("anna");
    TestNode ben = node("ben");
    TestNode carl = node("carl");
    hide(anna, ben, carl);
    putsAndGets(anna, ben);
    putsAndGets(ben, anna);
    assertEquals(Optional.of(carl.id()), anna.links.relay(ben.id()));
    assertEquals(Optional.of(carl.id()), ben.links.relay(anna.id()));
    assertEquals(1, carl.relays.circuits());
    assertTrue(carl.relays.carried() > 800_000, "carried " + carl.relays.carried());
  }

  @Test
  void theFirstWordsBetweenTwoWhoCannotReachEachOtherGoThroughARelay() throws Exception {
    TestNode anna = node("anna");
    TestNode ben = node("ben");
    TestNode carl = node("carl");
    TestNode.befriend(carl, anna, SPACE);
    TestNode.befriend(carl, ben, SPACE);
    network.hide(anna.id());
    network.hide(ben.id());
    anna.client.ping(carl.id());
    ben.client.ping(carl.id());
    TestNode.befriend(ben, anna, SPACE);
    putsAndGets(anna, ben);
    putsAndGets(ben, anna);
  }

  @Test
  void aRestoreViewReachesAHiddenHolderThroughAnother() throws KithException {
    TestNode anna = node("anna");
    TestNode ben = node("ben");
    TestNode carl = node("carl");
    hide(anna, ben, carl);
    SealedShard shard = Shards.make(random, ben.id(), 200_000);
    anna.client.put(shard);
    network.kill(anna.id());
    network.revive(anna.id());
    anna.close();
    nodes.remove(anna);
    var plan =
        new TestNode.Plan(TestNode.keyOf("anna"), Role.VIEW, 1, List.of(), clock, Optional.empty());
    try (var view = new TestNode(plan, network::node)) {
      view.knows(carl);
      view.knows(ben);
      view.client.ping(carl.id());
      assertArrayEquals(shard.sealed(), view.client.get(ben.id(), shard.name(), 0, 4));
      assertEquals(Optional.of(carl.id()), view.links.relay(ben.id()));
    }
  }

  @Test
  void withoutARelayTheFailureSaysWhoWasAskedAndWhatTheySaid() throws KithException {
    TestNode anna = node("anna");
    TestNode ben = node("ben");
    TestNode carl = node("carl", carrying(RelayBounds.NONE));
    hide(anna, ben, carl);
    var failure = assertThrows(PartnerUnavailableException.class, () -> anna.client.ping(ben.id()));
    assertTrue(failure.getMessage().contains(carl.id().brief()), failure.getMessage());
    assertTrue(failure.getMessage().contains("relays nothing"), failure.getMessage());
  }

  @Test
  void whoIsGoneIsAskedForMoreAndMoreSeldom() throws KithException {
    TestNode anna = node("anna");
    TestNode ben = node("ben");
    TestNode carl = node("carl");
    hide(anna, ben, carl);
    network.kill(ben.id());
    carl.links.drop(ben.id());
    network.resetCounts();
    for (int minute = 0; minute < 24 * 60; minute++) {
      assertThrows(PartnerUnavailableException.class, () -> anna.client.ping(ben.id()));
      clock.advance(Duration.ofMinutes(1));
    }
    long asked = network.count(MessageKind.RELAY_OPEN);
    assertTrue(asked > 90 && asked < 110, asked + " times in a day, not each quarter of an hour");
    network.revive(ben.id());
    ben.client.ping(carl.id());
    clock.advance(Duration.ofMinutes(15));
    anna.client.ping(ben.id());
    assertEquals(Optional.of(carl.id()), anna.links.relay(ben.id()));
  }

  @Test
  void aDirectLinkIsTakenUpWhenItBecomesPossible() throws KithException {
    TestNode anna = node("anna");
    TestNode ben = node("ben");
    TestNode carl = node("carl");
    hide(anna, ben, carl);
    putsAndGets(anna, ben);
    network.show(ben.id());
    clock.advance(Duration.ofSeconds(30));
    anna.client.ping(ben.id());
    assertTrue(anna.links.direct(ben.id()).isPresent());
    assertTrue(ben.links.direct(anna.id()).isPresent());
    putsAndGets(ben, anna);
    clock.advance(LinkSlot.RETIRED_AFTER);
    anna.client.ping(ben.id());
    assertEquals(0, carl.relays.circuits());
  }

  @Test
  void whatIsCarriedInADayIsBoundedAndTheRestWaits() throws KithException {
    TestNode anna = node("anna");
    TestNode ben = node("ben");
    TestNode carl = node("carl", carrying(new RelayBounds(4, 0, 1L << 30, 3 << 20)));
    hide(anna, ben, carl);
    var kept = new ArrayList<SealedShard>();
    var failure =
        assertThrows(
            PartnerUnavailableException.class,
            () -> {
              for (int i = 0; i < 20; i++) {
                SealedShard shard = Shards.make(random, ben.id(), 500_000);
                anna.client.put(shard);
                kept.add(shard);
              }
            });
    assertTrue(kept.size() >= 4 && kept.size() <= 7, kept.size() + " shards: " + failure);
    clock.advance(Duration.ofMinutes(2));
    var refused = assertThrows(PartnerUnavailableException.class, () -> anna.client.ping(ben.id()));
    assertTrue(refused.getMessage().contains("in a day is used up"), refused.getMessage());
    clock.advance(Duration.ofDays(1));
    anna.client.ping(carl.id());
    ben.client.ping(carl.id());
    putsAndGets(anna, ben);
    for (SealedShard shard : kept) {
      clock.advance(Duration.ofHours(12));
      assertArrayEquals(shard.sealed(), anna.client.get(ben.id(), shard.name(), 0, 8));
    }
  }

  @Test
  void aRelayThatDiesCutsTheLinkAndNothingElse() throws KithException {
    TestNode anna = node("anna");
    TestNode ben = node("ben");
    TestNode carl = node("carl");
    hide(anna, ben, carl);
    SealedShard shard = Shards.make(random, ben.id(), 200_000);
    anna.client.put(shard);
    network.kill(carl.id());
    assertThrows(PartnerUnavailableException.class, () -> anna.client.ping(ben.id()));
    network.revive(carl.id());
    clock.advance(Duration.ofMinutes(5));
    anna.client.ping(carl.id());
    ben.client.ping(carl.id());
    assertArrayEquals(shard.sealed(), anna.client.get(ben.id(), shard.name(), 0, 4));
    assertEquals(1, carl.relays.circuits());
  }

  @Test
  void anotherRelayIsTakenWhereOneRefuses() throws KithException {
    TestNode anna = node("anna");
    TestNode ben = node("ben");
    TestNode carl = node("carl", carrying(RelayBounds.NONE));
    TestNode dora = node("dora");
    TestNode.befriend(dora, anna, SPACE);
    TestNode.befriend(dora, ben, SPACE);
    hide(anna, ben, carl);
    anna.client.ping(dora.id());
    ben.client.ping(dora.id());
    putsAndGets(anna, ben);
    assertEquals(Optional.of(dora.id()), anna.links.relay(ben.id()));
  }

  @Test
  void aBrokerCarriesForThoseWhoWaitThere() throws Exception {
    var broker = new NodeAddress("broker", 1);
    var key = TestNode.keyOf("broker");
    var contact = new Contact(key.id(), List.of(broker));
    BrokerService service = broker(contact);
    var relaying = new TestNode.Relaying(RelayBounds.MODEST, List.of(contact));
    TestNode anna = node("anna", relaying);
    TestNode ben = node("ben", relaying);
    TestNode.befriend(ben, anna, SPACE);
    anna.client.ping(ben.id());
    anna.posts.tick();
    assertTrue(anna.posts.posts().isEmpty(), "nobody is missed");
    for (TestNode each : List.of(anna, ben)) {
      network.hide(each.id());
      anna.links.drop(each.id());
      ben.links.drop(each.id());
    }
    assertThrows(PartnerUnavailableException.class, () -> anna.client.ping(ben.id()));
    anna.posts.tick();
    ben.posts.tick();
    assertEquals(1, anna.posts.posts().size());
    clock.advance(Duration.ofMinutes(2));
    putsAndGets(anna, ben);
    putsAndGets(ben, anna);
    assertEquals(Optional.of(key.id()), anna.links.relay(ben.id()));
    assertTrue(service.counts().carried() > 800_000);
    anna.posts.tick();
    assertEquals(1, anna.posts.posts().size(), "it is still needed");
  }

  @Test
  void twoWhoHaveABrokerAloneInCommonBecomePartnersThroughIt() throws Exception {
    var broker = new NodeAddress("broker", 1);
    var key = TestNode.keyOf("broker");
    var contact = new Contact(key.id(), List.of(broker));
    broker(contact);
    var relaying = new TestNode.Relaying(RelayBounds.MODEST, List.of(contact));
    TestNode anna = node("anna", relaying);
    TestNode ben = node("ben", relaying);
    network.hide(anna.id());
    network.hide(ben.id());
    String code = anna.invitations.create(InvitationTerms.friends("anna", SPACE), Invitations.LIFE);
    assertThrows(
        PartnerUnavailableException.class, () -> ben.acceptance().accept(code, "ben", SPACE));
    anna.posts.tick();
    assertEquals(1, anna.posts.posts().size(), "she waits while somebody may come");
    clock.advance(Duration.ofMinutes(2));
    ben.acceptance().accept(code, "ben", SPACE);
    anna.posts.tick();
    ben.posts.tick();
    putsAndGets(ben, anna);
    putsAndGets(anna, ben);
  }

  private BrokerService broker(Contact contact) throws IOException {
    var key = TestNode.keyOf("broker");
    var identity = NodeIdentity.create(key, Role.NODE, 1, clock, new java.security.SecureRandom());
    var self = new LocalNode(identity, "kith broker", contact.addresses(), clock);
    var rows = new MemoryStorage().rows(() -> {});
    var known = new KnownNodes(rows, key.id(), clock, KnownNodes.Bounds.broker(0));
    var means = new RelayService.Means(() -> clock.millis() * 1_000_000, Shards.random(3));
    var service = new BrokerService(self, known, RelayBounds.MODEST, means);
    NodeAddress at = contact.addresses().get(0);
    network
        .node(self, service)
        .listen(java.net.InetSocketAddress.createUnresolved(at.host(), at.port()));
    return service;
  }

  private static Reply ask(TestNode who, TestNode whom, Request request) throws KithException {
    Link link =
        who.book.find(whom.id()).isPresent()
            ? Calls.join(who.links.get(whom.id(), who.plain))
            : Calls.join(who.plain.connect(new Contact(whom.id(), whom.self.addresses())));
    return Calls.join(link.send(request, SOON));
  }

  private static FailureKind refusal(Reply reply) {
    return assertInstanceOf(Reply.Failure.class, reply).reason();
  }

  @Test
  void onlyPartnersHaveCircuitsAndOnlyWithPartners() throws KithException {
    TestNode anna = node("anna");
    TestNode ben = node("ben");
    TestNode carl = node("carl");
    TestNode eve = node("eve");
    hide(anna, ben, carl);
    assertEquals(
        FailureKind.NOT_PERMITTED, refusal(ask(eve, carl, new Request.RelayOpen(anna.id()))));
    assertEquals(FailureKind.NOT_FOUND, refusal(ask(anna, carl, new Request.RelayOpen(eve.id()))));
    assertEquals(FailureKind.NOT_FOUND, refusal(ask(anna, carl, new Request.RelayOpen(anna.id()))));
    assertEquals(
        FailureKind.NOT_PERMITTED,
        refusal(ask(eve, carl, new Request.RelayCall(new byte[16], anna.id()))));
    assertEquals(FailureKind.NOT_PERMITTED, refusal(ask(anna, carl, new Request.RelayWait())));
    assertEquals(0, carl.relays.circuits());
  }

  @Test
  void aTicketIsGoodForItsTwoSidesOnceAndSoon() throws KithException {
    TestNode anna = node("anna");
    TestNode ben = node("ben");
    TestNode carl = node("carl");
    TestNode dora = node("dora");
    TestNode.befriend(carl, dora, SPACE);
    hide(anna, ben, carl);
    Reply opened = ask(anna, carl, new Request.RelayOpen(ben.id()));
    byte[] ticket = assertInstanceOf(Reply.RelayOpened.class, opened).ticket();
    var join = new Request.RelayJoin(ticket);
    assertEquals(FailureKind.NOT_FOUND, refusal(ask(dora, carl, join)));
    assertEquals(FailureKind.NOT_FOUND, refusal(ask(ben, carl, join)), "it came when called");
    assertInstanceOf(Reply.RelayJoined.class, ask(anna, carl, join));
    assertEquals(FailureKind.NOT_FOUND, refusal(ask(anna, carl, join)));
    byte[] late = ((Reply.RelayOpened) ask(anna, carl, new Request.RelayOpen(ben.id()))).ticket();
    clock.advance(Duration.ofSeconds(21));
    assertEquals(FailureKind.NOT_FOUND, refusal(ask(anna, carl, new Request.RelayJoin(late))));
    var guessed = new Request.RelayJoin(new byte[RelayFields.TICKET]);
    assertEquals(FailureKind.NOT_FOUND, refusal(ask(anna, carl, guessed)));
  }

  @Test
  void whoeverOpensWithoutEndIsToldToWait() throws KithException {
    TestNode anna = node("anna");
    TestNode ben = node("ben");
    TestNode carl = node("carl");
    hide(anna, ben, carl);
    int granted = 0;
    int busy = 0;
    for (int i = 0; i < 200; i++) {
      Reply reply = ask(anna, carl, new Request.RelayOpen(ben.id()));
      granted += reply instanceof Reply.RelayOpened ? 1 : 0;
      if (reply instanceof Reply.Failure failure) {
        assertEquals(FailureKind.BUSY, failure.reason(), failure.message());
        assertTrue(failure.retryAfter().toSeconds() > 0, failure.message());
        busy++;
      }
    }
    assertEquals(RelayService.OF_ONE_PAIR, granted);
    assertEquals(200 - granted, busy);
    assertEquals(granted, network.count(MessageKind.RELAY_CALL) / 2 * 2);
    clock.advance(Duration.ofMinutes(2));
    putsAndGets(anna, ben);
  }

  @Test
  void aRelayThatCallsWithoutEndIsToldToWait() throws KithException {
    TestNode anna = node("anna");
    TestNode ben = node("ben");
    TestNode carl = node("carl");
    hide(anna, ben, carl);
    int busy = 0;
    Link link = carl.links.direct(ben.id()).orElseThrow();
    for (int i = 0; i < 100; i++) {
      Reply reply = Calls.join(link.send(new Request.RelayCall(new byte[16], anna.id()), SOON));
      busy +=
          reply instanceof Reply.Failure failure && failure.retryAfter().toSeconds() > 0 ? 1 : 0;
    }
    assertEquals(40, busy);
    clock.advance(Duration.ofMinutes(2));
    putsAndGets(anna, ben);
  }

  @Test
  void allCircuitsAreFew() throws KithException {
    TestNode carl = node("carl", carrying(new RelayBounds(2, 0, 1L << 30, 1L << 30)));
    var away = new ArrayList<TestNode>();
    for (int i = 0; i < 6; i++) {
      TestNode each = node("away" + i);
      TestNode.befriend(carl, each, SPACE);
      away.add(each);
    }
    for (int i = 0; i < 6; i += 2) {
      TestNode.befriend(away.get(i), away.get(i + 1), SPACE);
    }
    for (TestNode each : away) {
      network.hide(each.id());
      away.forEach(other -> other.links.drop(each.id()));
      each.client.ping(carl.id());
    }
    putsAndGets(away.get(0), away.get(1));
    putsAndGets(away.get(2), away.get(3));
    var refused =
        assertThrows(
            PartnerUnavailableException.class, () -> away.get(4).client.ping(away.get(5).id()));
    assertTrue(refused.getMessage().contains("are in use"), refused.getMessage());
    away.get(0).links.drop(away.get(1).id());
    clock.advance(Duration.ofMinutes(2));
    putsAndGets(away.get(4), away.get(5));
  }
}
