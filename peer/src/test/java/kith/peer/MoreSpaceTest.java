package kith.peer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import kith.codec.CodeParameters;
import kith.codec.OwnerId;
import kith.peer.choice.UsableSpace;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A node whose drive needs more than its three partners keep for it. */
final class MoreSpaceTest {
  private static final long MIB = 1L << 20;
  private static final Optional<CodeParameters> CODE = Optional.of(CodeParameters.of(2, 1));

  private final VirtualClock clock = new VirtualClock();
  private final VirtualNetwork network = new VirtualNetwork(9, clock);
  private final TestNode node = TestNode.virtual(network, "node");
  private final List<TestNode> partners = new ArrayList<>();
  private final MoreSpace more = new MoreSpace(node.negotiator, new Goal(), clock);
  private long content = 2 * 64 * MIB;
  private long mostForOne = 1 << 30;

  private final class Goal implements MoreSpace.Goal {
    @Override
    public Optional<MoreSpace.Need> need() {
      return Optional.of(new MoreSpace.Need(node.book.all(), CODE, content));
    }

    @Override
    public long mayKeep(OwnerId partner) throws IOException {
      return Math.min(mostForOne, node.capacity - node.promises.bytesBut(partner));
    }
  }

  @BeforeEach
  void befriend() {
    for (int i = 0; i < 3; i++) {
      TestNode partner = TestNode.virtual(network, "partner" + i);
      partners.add(partner);
      TestNode.befriend(node, partner, 64 * MIB);
    }
  }

  @AfterEach
  void close() {
    partners.forEach(TestNode::close);
    node.close();
  }

  private List<Long> there() {
    return node.book.all().stream().map(Partner::spaceThere).sorted().toList();
  }

  private void assertBothSidesAgree() {
    for (TestNode partner : partners) {
      Partner here = node.book.find(partner.id()).orElseThrow();
      assertEquals(here.agreement(), partner.book.find(node.id()).orElseThrow().agreement());
      assertEquals(here.spaceThere(), here.spaceHere(), "each keeps as much more");
      assertTrue(partner.negotiator.waiting().isEmpty(), "no person is asked");
    }
    assertTrue(node.negotiator.waiting().isEmpty());
  }

  @Test
  void nobodyIsAskedWhileEverythingFits() throws IOException {
    network.resetCounts();
    assertEquals(0, more.tick());
    assertEquals(0, network.countOf(node.id()));
  }

  @Test
  void eachPartnerKeepsAsMuchMoreAsIsNeeded() throws IOException {
    content = 2 * 100 * MIB;
    assertEquals(3, more.tick());
    assertEquals(List.of(100 * MIB, 100 * MIB, 100 * MIB), there());
    assertBothSidesAgree();
    assertEquals(0, more.tick());
    content += 1;
    assertEquals(3, more.tick());
    assertEquals(106 * MIB + MIB / 4, there().get(0), "not by a byte: by a sixteenth");
  }

  @Test
  void aPartnerGivesNoMoreThanHisOwnerLetsHim() throws IOException {
    partners.get(0).capacity = 80 * MIB;
    content = 2 * 100 * MIB;
    more.tick();
    assertEquals(List.of(80 * MIB, 100 * MIB, 100 * MIB), there());
    assertBothSidesAgree();
    network.resetCounts();
    more.tick();
    clock.advance(MoreSpace.REST.minusMinutes(1));
    more.tick();
    assertEquals(List.of(80 * MIB, 100 * MIB, 100 * MIB), there(), "of three each has a shard");
    clock.advance(Duration.ofMinutes(2));
    partners.get(0).capacity = Long.MAX_VALUE;
    more.tick();
    assertEquals(100 * MIB, there().get(0));
  }

  @Test
  void thisNodeGivesNoMoreThanItMay() throws IOException {
    content = 2 * 100 * MIB;
    node.capacity = 3 * 64 * MIB + 40 * MIB;
    more.tick();
    assertEquals(3 * 64 * MIB + 40 * MIB, node.promises.bytes());
    assertBothSidesAgree();
    mostForOne = 64 * MIB;
    content *= 2;
    clock.advance(MoreSpace.REST);
    assertEquals(0, more.tick());
    assertEquals("this node keeps no more", more.said());
  }

  @Test
  void whoIsAwayIsAskedLaterAndTheOthersMakeUpForHim() throws IOException {
    TestNode fourth = TestNode.virtual(network, "partner3");
    partners.add(fourth);
    TestNode.befriend(node, fourth, 64 * MIB);
    network.kill(fourth.id());
    content = 2 * 90 * MIB;
    more.tick();
    more.tick();
    assertEquals(64 * MIB, there().get(0));
    assertTrue(UsableSpace.of(there(), CODE) >= content, there().toString());
    network.revive(fourth.id());
    assertBothSidesAgree();
  }

  @Test
  void whoWouldAskHisOwnerIsNotLeftWithAnOffer() throws IOException {
    network.tamper(
        partners.get(0).id(),
        (request, reply) ->
            request instanceof Request.TermsQuery
                ? Wire.bytes(
                    new Reply.TermsTold(
                        partners.get(0).self.side("p", 1L << 40), 1, AgreementTerms.friends()),
                    1)
                : reply);
    partners.get(0).capacity = 70 * MIB;
    content = 2 * 100 * MIB;
    more.tick();
    assertEquals(64 * MIB, there().get(0));
    assertTrue(more.said().contains("asks its owner"), more.said());
    assertBothSidesAgree();
  }
}
