package kith.peer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import kith.codec.CorruptDataException;
import kith.codec.KithException;
import kith.codec.OwnerId;
import kith.codec.PartnerUnavailableException;
import kith.codec.SealedShard;
import kith.codec.ShardName;
import kith.peer.choice.TrackRecord;
import kith.peer.conduct.AuditOutcome;
import kith.peer.conduct.ConductRules;
import kith.peer.conduct.Standing;
import kith.peer.conduct.Testimonies;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Partners who tell each other how they stand, and others who judge by what they have signed. */
final class ConductTalkTest {
  private static final Duration WEEK = Duration.ofDays(7);

  private final VirtualClock clock = new VirtualClock();
  private final VirtualNetwork network = new VirtualNetwork(3, clock);
  private final RandomGenerator random = Shards.random(17);
  private final List<Side> sides = new ArrayList<>();

  /** A node with what it knows of its partners' conduct. */
  private final class Side implements ConductTalk.Held {
    final TestNode node;
    final Map<OwnerId, SignedRecord> acks = new HashMap<>();
    ConductBook conduct;
    ConductTalk talk;

    Side(String host) throws IOException {
      node = TestNode.virtual(network, host);
      open();
      sides.add(this);
    }

    void open() throws IOException {
      conduct = conduct == null ? node.conducts : conduct;
      Contacts contacts =
          id ->
              sides.stream()
                  .map(side -> side.node)
                  .filter(other -> other.id().equals(id))
                  .map(other -> new Contact(other.id(), other.self.addresses()))
                  .findFirst();
      var means =
          new ConductTalk.Means(
              node.book, conduct, node.receipts, node.client, node.network, contacts);
      talk = new ConductTalk(node.self, means, this, random);
    }

    @Override
    public long bytes(OwnerId holder) {
      return 5000;
    }

    @Override
    public Optional<SignedRecord> acknowledged(OwnerId holder) {
      return Optional.ofNullable(acks.get(holder));
    }

    /** Puts a shard there. */
    ShardName store(Side holder) throws KithException {
      SealedShard shard = Shards.make(random, holder.node.id(), 200_000);
      acks.put(holder.node.id(), node.client.put(shard).record());
      return shard.name();
    }

    TrackRecord judged(Side subject) {
      return new TrackRecords(node.id(), node.receipts, node.book, node.known, clock)
          .of(subject.node.id());
    }
  }

  private Side alice;
  private Side bob;
  private Side cleo;
  private Side dora;

  /** Alice and Cleo have shards at Bob's; Dora knows both, and not Bob. */
  @BeforeEach
  void befriend() throws Exception {
    alice = new Side("9.1.0.1");
    bob = new Side("20.2.0.1");
    cleo = new Side("30.3.0.1");
    dora = new Side("40.4.0.1");
    TestNode.befriend(alice.node, bob.node, 1 << 20);
    TestNode.befriend(cleo.node, bob.node, 1 << 20);
    TestNode.befriend(alice.node, dora.node, 1 << 20);
    TestNode.befriend(cleo.node, dora.node, 1 << 20);
  }

  @AfterEach
  void close() {
    sides.forEach(side -> side.node.close());
  }

  private void ticks(int count) throws IOException {
    for (int i = 0; i < count; i++) {
      for (Side side : sides) {
        side.talk.tick();
      }
      clock.advance(ConductTalk.GOSSIP);
    }
  }

  private void audited(Side owner, Side holder, AuditOutcome outcome, int count)
      throws IOException {
    for (int i = 0; i < count; i++) {
      owner.conduct.audited(holder.node.id(), outcome);
    }
  }

  @Test
  void receiptsAreSignedAfterAPeriodAndReachWhoeverIsToJudge() throws Exception {
    audited(alice, bob, AuditOutcome.PROVED, 100);
    audited(cleo, bob, AuditOutcome.PROVED, 50);
    ticks(4);
    assertEquals(TrackRecord.NONE, dora.judged(bob), "the period is not over");
    clock.advance(WEEK);
    ticks(3);
    assertEquals(new TrackRecord(2, 2, 0), dora.judged(bob));
    assertEquals(TrackRecord.NONE, alice.judged(bob), "it does not know where Cleo is");
    assertEquals(
        1,
        alice.node.receipts.receipts(bob.node.id()).stream()
            .filter(r -> r.owner().equals(cleo.node.id()))
            .count());
    List<Receipt> there = bob.node.receipts.receipts(bob.node.id());
    assertEquals(2, there.size(), "the holder has them, too, to show them");
    assertEquals(
        List.of(50, 100),
        there.stream().map(Receipt::proved).sorted().collect(Collectors.toList()));
    clock.advance(Testimonies.VALID);
    assertEquals(TrackRecord.NONE, dora.judged(bob), "that is long ago");
  }

  @Test
  void aStrangerShowsItsReceiptsToWhoeverMayBecomeItsPartner() throws Exception {
    audited(alice, bob, AuditOutcome.PROVED, 10);
    clock.advance(WEEK);
    bob.talk.tick();
    alice.talk.tick();
    var contact = new Contact(bob.node.id(), bob.node.self.addresses());
    try (Link link = Calls.join(dora.node.network.connect(contact))) {
      dora.talk.before(link);
    }
    assertEquals(new TrackRecord(1, 1, 0), dora.judged(bob));
    assertTrue(dora.node.receipts.receipts(dora.node.id()).isEmpty());
  }

  @Test
  void aReceiptWithWrongAuditsIsNoGoodWord() throws Exception {
    audited(alice, bob, AuditOutcome.PROVED, 100);
    audited(alice, bob, AuditOutcome.WRONG, 1);
    clock.advance(WEEK);
    ticks(3);
    assertEquals(TrackRecord.NONE, dora.judged(bob));
    assertEquals(1, dora.node.receipts.receipts(bob.node.id()).get(0).wrong(), "it is known");
  }

  @Test
  void aPartnerIsToldHowItStandsAndThatItIsWellAgain() throws Exception {
    audited(alice, bob, AuditOutcome.WRONG, 1);
    alice.talk.tick();
    Standing said = bob.node.conduct.said(alice.node.id()).orElseThrow().standing();
    assertEquals(Standing.Level.SUSPECTED, said.level());
    audited(alice, bob, AuditOutcome.PROVED, 8);
    alice.talk.tick();
    assertTrue(bob.node.conduct.said(alice.node.id()).isEmpty());
  }

  @Test
  void aClaimCountsOnceTheJudgeHasAskedAndGotNoBlock() throws Exception {
    ShardName shard = alice.store(bob);
    bob.node.store.drop(alice.node.id(), shard, 0);
    audited(alice, bob, AuditOutcome.WRONG, 3);
    assertTrue(alice.conduct.standing(bob.node.id()).isReneged());
    ticks(2);
    assertEquals(new TrackRecord(1, 0, 1), dora.judged(bob));
    assertEquals(TrackRecord.NONE, alice.judged(bob), "it has seen that itself");
    assertEquals(
        Standing.Level.RENEGED,
        bob.node.conduct.said(alice.node.id()).orElseThrow().standing().level());
  }

  @Test
  void whatWasToldIsToldOnceAlsoAfterARestart() throws Exception {
    ShardName shard = alice.store(bob);
    bob.node.store.drop(alice.node.id(), shard, 0);
    audited(alice, bob, AuditOutcome.WRONG, 3);
    ticks(1);
    network.resetCounts();
    byte[] claimed = claimOf(alice);
    alice.conduct = new ConductBook(alice.node.rows, alice.node.book, ConductRules.DEFAULT, clock);
    alice.open();
    alice.talk.tick();
    assertEquals(0, network.count(MessageKind.CONDUCT_TELL));
    assertArrayEquals(claimed, claimOf(alice));
    clock.advance(ConductTalk.TELL_AGAIN);
    alice.talk.tick();
    assertEquals(1, network.count(MessageKind.CONDUCT_TELL), "Bob, and nobody else");
    assertArrayEquals(claimed, claimOf(alice));
  }

  private static byte[] claimOf(Side side) {
    var all = new ConductRequest.ReceiptsGet(Optional.empty(), Optional.empty());
    return side.node.receipts.page(all).claims().get(0);
  }

  @Test
  void aFalseClaimIsRefutedByTheBlock() throws Exception {
    alice.store(bob);
    audited(alice, bob, AuditOutcome.WRONG, 3);
    ticks(8);
    assertEquals(TrackRecord.NONE, dora.judged(bob));
    assertTrue(dora.node.receipts.due().isEmpty(), "it is settled");
    var restarted = new ReceiptBook(dora.node.rows, clock);
    assertTrue(restarted.due().isEmpty());
    assertTrue(restarted.confirmed(bob.node.id()).isEmpty());
  }

  @Test
  void whoSaysThatNothingIsNeededAnyMoreCannotClaim() throws Exception {
    ShardName shard = alice.store(bob);
    bob.node.store.drop(alice.node.id(), shard, 0);
    alice.node.leaver.leave(bob.node.id(), Duration.ofDays(30), false);
    for (int i = 0; i < 2; i++) {
      alice.node.leaver.tick();
      bob.node.leaver.tick();
    }
    audited(alice, bob, AuditOutcome.WRONG, 3);
    ticks(8);
    assertEquals(TrackRecord.NONE, dora.judged(bob));
  }

  @Test
  void whoIsAwayIsAskedOnThreeDaysBeforeThatCounts() throws Exception {
    alice.store(bob);
    audited(alice, bob, AuditOutcome.WRONG, 3);
    network.kill(bob.node.id());
    int perDay = (int) (Duration.ofDays(1).toHours() / ConductTalk.GOSSIP.toHours());
    ticks(2 * perDay);
    assertEquals(TrackRecord.NONE, dora.judged(bob));
    ticks(perDay + 2);
    assertEquals(new TrackRecord(1, 0, 1), dora.judged(bob));
  }

  @Test
  void whoIsDoubtedIsServedSlowlyAndWhoIsExcludedNotAtAll() throws Exception {
    bob.store(alice);
    audited(alice, bob, AuditOutcome.WRONG, 1);
    assertTrue(alice.conduct.standing(bob.node.id()).isDoubtful());
    bob.store(alice);
    SealedShard next = Shards.make(random, alice.node.id(), 200_000);
    var busy = assertThrows(KithException.class, () -> bob.node.client.put(next));
    assertTrue(busy instanceof PartnerUnavailableException, busy.toString());
    clock.advance(Duration.ofSeconds(1));
    assertThrows(KithException.class, () -> bob.node.client.put(next));
    clock.advance(Duration.ofSeconds(1));
    bob.node.client.put(next);
    clock.advance(Duration.ofHours(-20));
    bob.store(alice);
    audited(alice, bob, AuditOutcome.WRONG, 2);
    clock.advance(Duration.ofHours(20));
    var over = assertThrows(KithException.class, () -> bob.store(alice));
    assertTrue(over.getMessage().contains("has excluded you"), over.getMessage());
    assertEquals(
        next.sealed().length, bob.node.client.get(alice.node.id(), next.name(), 0, 4).length);
  }

  @Test
  void nobodyFillsTheBookOfOthers() throws Exception {
    for (int i = 0; i < 2 * ReceiptBook.MOST_OF_ONE; i++) {
      NodeIdentity holder =
          NodeIdentity.create(
              TestNode.keyOf("holder " + i), Role.NODE, 1, clock, new SecureRandom());
      var receipt =
          new Receipt(
              alice.node.id(),
              holder.owner(),
              Messages.agreement().id(),
              clock.instant().minusSeconds(1000 - i),
              clock.instant().minusSeconds(500 - i),
              1,
              0,
              0,
              0,
              1);
      dora.node.receipts.take(receipt.signedBy(alice.node.self.identity()).signedBy(holder));
    }
    Reply.Receipts page =
        dora.node.receipts.page(new ConductRequest.ReceiptsGet(Optional.empty(), Optional.empty()));
    assertEquals(Protocol.MAX_RECEIPTS, page.receipts().size());
    assertTrue(page.more());
    int all = 0;
    Optional<OwnerPair> after = Optional.empty();
    do {
      page = dora.node.receipts.page(new ConductRequest.ReceiptsGet(Optional.empty(), after));
      all += page.receipts().size();
      SignedRecord last =
          SignedRecord.parse(page.receipts().get(page.receipts().size() - 1), RecordKind.RECEIPT);
      after = Optional.of(new OwnerPair(Receipt.of(last).owner(), Receipt.of(last).holder()));
    } while (page.more());
    assertEquals(ReceiptBook.MOST_OF_ONE, all);
  }

  @Test
  void whatIsSignedByOneAloneOrForAnotherTimeIsRefused() throws Exception {
    NodeIdentity holder = bob.node.self.identity();
    Receipt good =
        new Receipt(
            alice.node.id(),
            bob.node.id(),
            alice.node.book.find(bob.node.id()).orElseThrow().agreement().id(),
            clock.instant(),
            clock.instant().plusSeconds(60),
            1,
            0,
            0,
            0,
            1);
    SignedRecord one = good.signedBy(alice.node.self.identity());
    assertRefused(() -> dora.node.receipts.take(one));
    assertTrue(dora.node.receipts.take(one.signedBy(holder)));
    assertFalse(dora.node.receipts.take(one.signedBy(holder)), "it is no news");
    for (Duration off : List.of(Duration.ofDays(90), Duration.ofDays(-90))) {
      var other =
          new Receipt(
              good.owner(),
              good.holder(),
              good.agreement(),
              good.from().plus(off),
              good.to().plus(off),
              1,
              0,
              0,
              0,
              1);
      var propose = new ConductRequest.ReceiptPropose(other.signedBy(alice.node.self.identity()));
      assertTrue(
          alice.node.client.ask(bob.node.id(), propose) instanceof Reply.Failure, off.toString());
    }
    var foreign = new ConductRequest.ReceiptPropose(good.signedBy(cleo.node.self.identity()));
    assertTrue(cleo.node.client.ask(bob.node.id(), foreign) instanceof Reply.Failure);
    var propose = new ConductRequest.ReceiptPropose(one);
    assertTrue(alice.node.client.ask(bob.node.id(), propose) instanceof Reply.ReceiptSigned);
  }

  /** A step that may be refused. */
  private interface Step {
    void run() throws IOException, CorruptDataException;
  }

  private static void assertRefused(Step step) throws IOException {
    try {
      step.run();
    } catch (CorruptDataException e) {
      return;
    }
    throw new AssertionError("was not refused");
  }
}
