package kith.peer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import kith.codec.NotPermittedException;
import kith.peer.choice.Schedule;
import kith.peer.choice.Target;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A node that looks for partners, among others who agree, decline, lie or are not there. */
final class PartnerSearchTest {
  private final VirtualClock clock = new VirtualClock();
  private final VirtualNetwork network = new VirtualNetwork(3, clock);
  private final List<SearchNode> nodes = new ArrayList<>();
  private final SearchNode seeker = add(0);

  @AfterEach
  void close() {
    nodes.forEach(SearchNode::close);
  }

  private SearchNode add(int number) {
    return at(number, new NodeAddress(20 + number + ".1.0.1", 5484));
  }

  private SearchNode at(int number, NodeAddress address) {
    var traits =
        new SearchNode.Traits(
            "node" + number,
            address,
            new NodeFacts.Platform("linux", "6", "amd64"),
            Schedule.ALWAYS,
            1 << 20,
            new Target.Losses(1));
    var node = new SearchNode(network, traits, RecordExchange.Sources.NONE, NodeRecord::parse);
    nodes.add(node);
    return node;
  }

  /** Adds others that the seeker has heard of. */
  private List<SearchNode> known(int count) throws Exception {
    List<SearchNode> others = new ArrayList<>();
    for (int i = 1; i <= count; i++) {
      SearchNode other = add(i);
      NodeRecord record = NodeRecord.sign(other.node.self, other.says(), 1, RecordExchange.LIFE);
      seeker.node.known.take(record, other.id());
      others.add(other);
    }
    return others;
  }

  private int tick() throws IOException {
    return seeker.search.tick();
  }

  private SearchRest rest() {
    return seeker.memory.all().get(0).rest();
  }

  @Test
  void itAgreesWithAsManyAsTheTargetWantsAndStops() throws Exception {
    known(9);
    assertEquals(2, tick());
    assertFalse(seeker.search.isSeeking());
    assertEquals(0, tick());
    assertTrue(seeker.lack().isMet());
    assertEquals(SearchNode.SHARE, seeker.present().get(0).spaceThere());
    assertEquals(SearchNode.SHARE, seeker.present().get(0).spaceHere());
  }

  @Test
  void whoIsAwayIsAskedAgainLater() throws Exception {
    List<SearchNode> others = known(2);
    others.forEach(other -> network.kill(other.id()));
    assertEquals(0, tick());
    assertEquals(2, seeker.memory.all().size());
    assertEquals(SearchRest.Kind.SILENT, rest().kind());
    network.resetCounts();
    others.forEach(other -> network.revive(other.id()));
    assertEquals(0, tick());
    assertEquals(0, network.countOf(seeker.id()), "left in peace");
    clock.advance(Duration.ofMinutes(16));
    assertEquals(2, tick());
    assertEquals(0, seeker.memory.all().size());
  }

  @Test
  void whoDeclinesIsLeftInPeaceForADay() throws Exception {
    SearchNode other = known(1).get(0);
    other.node.capacity = 0;
    assertEquals(0, tick());
    assertEquals(SearchRest.Kind.DECLINED, rest().kind());
    assertTrue(rest().why().contains("promised all"), rest().why());
    other.node.capacity = Long.MAX_VALUE;
    clock.advance(Duration.ofHours(23));
    assertEquals(0, tick());
    clock.advance(Duration.ofHours(2));
    assertEquals(1, tick());
  }

  @Test
  void aCounterOfferIsTakenDownToHalfOfWhatWasAsked() throws Exception {
    List<SearchNode> others = known(2);
    others.get(0).node.capacity = SearchNode.SHARE / 2;
    others.get(1).node.capacity = SearchNode.SHARE / 2 - 1;
    assertEquals(1, tick());
    assertEquals(others.get(0).id(), seeker.present().get(0).id());
    assertEquals(SearchNode.SHARE / 2, seeker.present().get(0).spaceThere());
    assertEquals(SearchRest.Kind.DECLINED, rest().kind());
  }

  @Test
  void whoSaysSomethingFalseIsAvoided() throws Exception {
    SearchNode liar = known(1).get(0);
    var terms = AgreementTerms.strangers();
    var told = new Reply.TermsTold(seeker.node.self.side("me", 5), 1, terms);
    network.tamper(
        liar.id(),
        (request, reply) -> request instanceof Request.TermsQuery ? Wire.bytes(told, 1) : reply);
    assertEquals(0, tick());
    assertEquals(SearchRest.Kind.WRONG, rest().kind());
    assertEquals(clock.instant().plus(Duration.ofDays(8)), rest().until());
  }

  @Test
  void anOfferThatBreaksOffStaysOpenAndCounts() throws Exception {
    List<SearchNode> others = known(5);
    others.forEach(
        other ->
            network.tamper(
                other.id(),
                (request, reply) -> {
                  if (request instanceof Request.Propose) {
                    network.kill(other.id());
                  }
                  return reply;
                }));
    assertEquals(0, tick());
    assertEquals(2, seeker.search.state().open(), "no more offers than partners are lacking");
    others.forEach(other -> network.tamper(other.id(), null));
    others.forEach(other -> network.revive(other.id()));
    clock.advance(Duration.ofMinutes(2));
    assertEquals(2, seeker.node.negotiator.tick());
    assertEquals(0, tick());
    assertTrue(seeker.lack().isMet());
  }

  @Test
  void whatIsLackingForTenMinutesAfterItWasMetIsLookedFor() throws Exception {
    known(6);
    assertEquals(2, tick());
    seeker.node.book.remove(seeker.present().get(0).id());
    assertEquals(0, tick());
    clock.advance(Duration.ofMinutes(9));
    assertEquals(0, tick());
    clock.advance(Duration.ofMinutes(2));
    assertEquals(1, tick());
    assertTrue(seeker.lack().isMet());
  }

  @Test
  void whoIsSilentBeyondItsGraceIsReplacedAndNotBefore() throws Exception {
    known(6);
    assertEquals(2, tick());
    seeker.tick();
    network.kill(seeker.present().get(0).id());
    clock.advance(Duration.ofDays(20));
    seeker.tick();
    assertEquals(2, seeker.node.book.all().size());
    long now = clock.instant().toEpochMilli();
    for (SearchNode other : nodes) {
      NodeRecord record = NodeRecord.sign(other.node.self, other.says(), now, RecordExchange.LIFE);
      seeker.node.known.take(record, other.id());
    }
    clock.advance(Duration.ofDays(2));
    seeker.tick();
    clock.advance(Duration.ofMinutes(11));
    seeker.tick();
    assertEquals(3, seeker.node.book.all().size());
    assertEquals(2, seeker.present().size());
    assertTrue(seeker.lack().isMet());
  }

  @Test
  void twoThatHaveMovedFindEachOtherThroughAMutualPartner() throws Exception {
    SearchNode one = add(1);
    SearchNode other = add(2);
    SearchNode middle = add(3);
    TestNode.befriend(one.node, other.node, SearchNode.SHARE);
    TestNode.befriend(one.node, middle.node, SearchNode.SHARE);
    TestNode.befriend(other.node, middle.node, SearchNode.SHARE);
    one.move(new NodeAddress("60.1.0.1", 5484));
    other.move(new NodeAddress("61.1.0.1", 5484));
    assertTrue(one.node.client.reach(other.id()).isCompletedExceptionally());
    for (SearchNode node : List.of(one, other, one)) {
      clock.advance(Duration.ofHours(1));
      node.tick();
    }
    assertTrue(one.node.links.isUp(other.id()));
    assertEquals(
        other.node.self.addresses().get(0),
        one.node.book.find(other.id()).orElseThrow().addresses().get(0));
  }

  /** Somebody in the household of one of the seeker's partners. */
  private SearchNode neighbourOf(Partner partner) {
    NodeAddress address = partner.addresses().get(0);
    return at(99, new NodeAddress(address.host(), 5999));
  }

  private Negotiator.Outcome offer(SearchNode from, SearchNode to) throws Exception {
    var contact = new Contact(to.id(), to.node.self.addresses());
    return from.node.negotiator.offer(contact, SearchNode.SHARE, SearchNode.SHARE, 1 << 20);
  }

  @Test
  void aStrangerWhomItWouldNotAskIsDeclinedWithTheReason() throws Exception {
    known(2);
    assertEquals(2, tick());
    SearchNode near = neighbourOf(seeker.present().get(0));
    var no = assertThrows(NotPermittedException.class, () -> offer(near, seeker));
    assertTrue(no.getMessage().contains("in the household or network of 2"), no.getMessage());
    assertEquals(2, seeker.node.book.all().size());
    assertTrue(near.node.book.all().isEmpty() && near.node.offers.outgoing().isEmpty());
    assertTrue(offer(add(40), seeker).partner().isPresent(), "far from all of them");
    TestNode.befriend(seeker.node, near.node, SearchNode.SHARE);
    assertEquals(4, seeker.node.book.all().size(), "who is invited is no stranger");
  }

  @Test
  void aStrangerNearbyIsWelcomeWhenSomebodyIsLackingForLong() throws Exception {
    known(1);
    assertEquals(1, tick());
    SearchNode near = neighbourOf(seeker.present().get(0));
    assertThrows(NotPermittedException.class, () -> offer(near, seeker));
    clock.advance(Duration.ofMinutes(31));
    assertTrue(offer(near, seeker).partner().isPresent());
  }

  @Test
  void whoWasMeasuredAsTooSlowIsDeclined() throws Exception {
    SearchNode slow = add(3);
    seeker.speeds.measured(slow.id(), 1 << 10, 2 << 10);
    var no = assertThrows(NotPermittedException.class, () -> offer(slow, seeker));
    assertTrue(no.getMessage().contains("criterion 'bandwidth'"), no.getMessage());
  }
}
