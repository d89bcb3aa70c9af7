package kith.peer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import kith.codec.CorruptDataException;
import kith.codec.KithException;
import kith.codec.NotPermittedException;
import kith.codec.PartnerUnavailableException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Offers between strangers and amendments between partners, with links that break. */
final class NegotiatorTest {
  private static final long MIB = 1L << 20;

  private final VirtualClock clock = new VirtualClock();
  private final VirtualNetwork network = new VirtualNetwork(5, clock);
  private TestNode alice = TestNode.virtual(network, "alice.example");
  private TestNode bob = TestNode.virtual(network, "bob.example");

  @AfterEach
  void close() {
    List.of(alice, bob).forEach(TestNode::close);
  }

  private Negotiator.Outcome offer(long forThem, long forUs) throws IOException, KithException {
    var contact = new Contact(bob.id(), bob.self.addresses());
    return alice.negotiator.offer(contact, forThem, forUs, MIB);
  }

  private Negotiator.Outcome amend(TestNode from, TestNode to, Long forThem, Long forUs)
      throws IOException, KithException {
    return from.negotiator.amend(to.id(), new AgreementChange(forThem, forUs, null, null));
  }

  private Agreement atAlice() {
    return alice.book.find(bob.id()).orElseThrow().agreement();
  }

  private Agreement atBob() {
    return bob.book.find(alice.id()).orElseThrow().agreement();
  }

  private void assertSame(long generation) throws CorruptDataException {
    assertEquals(atAlice(), atBob());
    assertEquals(generation, atAlice().generation());
    Agreement.ofBoth(alice.book.find(bob.id()).orElseThrow().record());
    assertTrue(alice.negotiator.waiting().isEmpty());
    assertTrue(bob.negotiator.waiting().isEmpty());
  }

  private Reply propose(SignedRecord record) throws KithException {
    Link link = Calls.join(alice.network.connect(new Contact(bob.id(), bob.self.addresses())));
    return Calls.join(link.send(new Request.Propose(record, List.of()), NegotiationTalk.DEADLINE));
  }

  private DeclineReason reason(SignedRecord record) throws KithException {
    var before = bob.book.all().stream().map(Partner::agreement).toList();
    var declined = assertInstanceOf(Reply.OfferDeclined.class, propose(record));
    assertEquals(before, bob.book.all().stream().map(Partner::agreement).toList());
    assertTrue(bob.negotiator.waiting().isEmpty());
    return declined.reason();
  }

  /** A first offer that would be agreed to. */
  private Agreement good() {
    return new Agreement(
        new AgreementId(new byte[16]),
        1,
        AgreementSide.always(alice.id(), "node", MIB),
        AgreementSide.always(bob.id(), "node", MIB),
        AgreementTerms.strangers(),
        clock.instant(),
        1,
        Optional.of(clock.instant().plus(Duration.ofDays(1))),
        Optional.empty());
  }

  private Agreement dated(Instant made, Instant until) {
    Agreement good = good();
    return new Agreement(
        good.id(),
        1,
        good.proposer(),
        good.acceptor(),
        good.terms(),
        made,
        1,
        Optional.ofNullable(until),
        Optional.empty());
  }

  @Test
  void strangersAgree() throws IOException, KithException {
    Partner partner = offer(3 * MIB, 2 * MIB).partner().orElseThrow();
    assertSame(1);
    assertEquals(3 * MIB, partner.spaceHere());
    assertEquals(2 * MIB, partner.spaceThere());
    assertFalse(atBob().terms().commitmentWaived());
    assertEquals(Duration.ofDays(28), atBob().terms().commitment());
    assertEquals(clock.instant().plus(Duration.ofDays(28)), atBob().restoresFrom());
  }

  @Test
  void aCounterOfferWithinTheWishIsTaken() throws IOException, KithException {
    Partner partner = offer(3 * MIB, 5L << 30).partner().orElseThrow();
    assertEquals(1L << 30, partner.spaceThere());
    assertSame(1);
    assertEquals(2, network.count(MessageKind.PROPOSE));
  }

  @Test
  void aCounterOfferThatGivesTooLittleEndsIt() {
    var contact = new Contact(bob.id(), bob.self.addresses());
    var refused =
        assertThrows(
            NotPermittedException.class,
            () -> alice.negotiator.offer(contact, MIB, 5L << 30, 4L << 30));
    assertTrue(refused.getMessage().contains("at most"), refused.getMessage());
    assertTrue(alice.book.all().isEmpty() && bob.book.all().isEmpty());
    assertTrue(alice.negotiator.waiting().isEmpty());
    assertTrue(network.count(MessageKind.PROPOSE) <= NegotiationPolicy.MAX_ROUNDS);
  }

  @Test
  void anAmendmentChangesWhatIsKept() throws IOException, KithException {
    offer(MIB, MIB);
    Instant since = clock.instant();
    clock.advance(Duration.ofDays(40));
    amend(bob, alice, 7 * MIB, null);
    assertSame(2);
    assertEquals(7 * MIB, bob.book.find(alice.id()).orElseThrow().spaceHere());
    amend(alice, bob, null, 9 * MIB);
    assertSame(3);
    assertEquals(9 * MIB, bob.book.find(alice.id()).orElseThrow().spaceHere());
    assertEquals(since, atAlice().since());
    assertEquals(since.plus(Duration.ofDays(28)), atAlice().restoresFrom());
  }

  @Test
  void whatTakesSomethingIsAgreedToByAPerson() throws IOException, KithException {
    offer(5 * MIB, 5 * MIB);
    assertTrue(amend(alice, bob, 2 * MIB, null).partner().isEmpty());
    assertEquals(1, atBob().generation());
    assertEquals(1, alice.negotiator.waiting().size());
    bob.negotiator.agree(alice.id());
    assertSame(2);
    assertEquals(2 * MIB, bob.book.find(alice.id()).orElseThrow().spaceThere());
  }

  @Test
  void whatAPersonDeclinesStaysDeclined() throws IOException, KithException {
    offer(5 * MIB, 5 * MIB);
    amend(alice, bob, 2 * MIB, null);
    network.kill(alice.id());
    bob.negotiator.decline(alice.id());
    network.revive(alice.id());
    clock.advance(Duration.ofMinutes(2));
    alice.negotiator.tick();
    assertEquals("declined: the owner says no", alice.negotiator.waiting().get(0).message());
    clock.advance(Duration.ofDays(16));
    alice.negotiator.tick();
    assertSame(1);
  }

  @Test
  void whatAPersonAgreesToWhileTheOtherIsAwayIsAskedFor() throws IOException, KithException {
    offer(5 * MIB, 5 * MIB);
    amend(alice, bob, 2 * MIB, null);
    network.kill(alice.id());
    bob.negotiator.agree(alice.id());
    network.revive(alice.id());
    clock.advance(Duration.ofMinutes(2));
    assertEquals(1, alice.negotiator.tick());
    assertSame(2);
  }

  /** Loses the reply to the n-th message that bob answers, and all that follow. */
  private void breakAt(int message, boolean request) {
    int[] seen = {0};
    network.tamper(
        bob.id(),
        (asked, reply) -> {
          if (seen[0]++ == message) {
            network.kill(request ? alice.id() : bob.id());
          }
          return reply;
        });
  }

  private interface Step {
    void run() throws IOException, KithException;
  }

  /** Breaks the link after each message in turn; afterwards both sides end with the same. */
  private void withEachBreak(long generation, Step step, Step end)
      throws IOException, KithException {
    for (int at = 0; at < 8; at++) {
      breakAt(at, at % 2 == 0);
      boolean broke = false;
      try {
        step.run();
      } catch (PartnerUnavailableException e) {
        broke = true;
      }
      network.tamper(bob.id(), null);
      network.revive(bob.id());
      network.revive(alice.id());
      clock.advance(Duration.ofMinutes(3));
      // A start reads the same offers from the index.
      alice.negotiator.tick();
      bob.negotiator.tick();
      if (alice.book.find(bob.id()).isEmpty()) {
        assertTrue(broke && bob.book.all().isEmpty(), "break " + at);
        step.run();
      }
      if (atAlice().generation() < generation) {
        step.run();
      }
      assertSame(generation);
      end.run();
    }
  }

  private void forget() throws IOException {
    alice.book.remove(bob.id());
    bob.book.remove(alice.id());
    clock.advance(Duration.ofHours(2));
  }

  @Test
  void aBreakAnywhereLeavesBothWithTheSameFirstAgreement() throws IOException, KithException {
    withEachBreak(1, () -> offer(3 * MIB, 5L << 30), this::forget);
  }

  @Test
  void aBreakAnywhereLeavesBothWithTheSameAmendment() throws IOException, KithException {
    offer(MIB, MIB);
    withEachBreak(
        2,
        () -> {
          if (atAlice().generation() == 1) {
            amend(alice, bob, null, 3 * MIB);
          }
        },
        () -> {
          forget();
          offer(MIB, MIB);
        });
  }

  @Test
  void anOfferOutlivesARestartOfItsProposer() throws IOException, KithException {
    network.tamper(
        bob.id(),
        (asked, reply) -> {
          if (asked instanceof Request.Propose) {
            network.kill(bob.id());
          }
          return reply;
        });
    assertThrows(PartnerUnavailableException.class, () -> offer(MIB, MIB));
    assertTrue(bob.book.find(alice.id()).isPresent());
    var again = new OfferBook(alice.rows, alice.book);
    assertEquals(OfferRow.State.OPEN, again.outgoing(bob.id()).orElseThrow().state());
    assertArrayEquals(
        alice.desk.offers().outgoing(bob.id()).orElseThrow().toBytes(),
        again.outgoing(bob.id()).orElseThrow().toBytes());
    network.tamper(bob.id(), null);
    network.revive(bob.id());
    clock.advance(Duration.ofMinutes(3));
    assertEquals(1, alice.negotiator.tick());
    assertSame(1);
  }

  /** One offers while the other's offer waits here. */
  private void cross(TestNode one, TestNode other) throws IOException, KithException {
    amend(one, other, 2 * MIB, null);
    try {
      amend(other, one, 6 * MIB, null);
    } catch (PartnerUnavailableException e) {
      assertTrue(other.id().compareTo(one.id()) > 0, e.getMessage());
    }
    for (int i = 0; i < 2; i++) {
      clock.advance(Duration.ofMinutes(3));
      one.negotiator.tick();
      other.negotiator.tick();
    }
    assertEquals(6 * MIB, other.book.find(one.id()).orElseThrow().spaceHere());
  }

  @Test
  void offersThatCrossEndInOneAgreement() throws IOException, KithException {
    offer(5 * MIB, 5 * MIB);
    cross(alice, bob);
    assertSame(2);
  }

  @Test
  void offersThatCrossTheOtherWayEndInOneAgreement() throws IOException, KithException {
    offer(5 * MIB, 5 * MIB);
    cross(bob, alice);
    assertSame(2);
  }

  @Test
  void forgedOffersAreDeclined() throws KithException {
    assertEquals(DeclineReason.CONTRADICTION, reason(good().signedBy(bob.identity())));
    SignedRecord both = good().signedBy(alice.identity()).signedBy(bob.identity());
    assertEquals(DeclineReason.CONTRADICTION, reason(both));
    AgreementSide bobs = AgreementSide.always(bob.id(), "node", MIB);
    AgreementSide alices = AgreementSide.always(alice.id(), "node", MIB);
    Agreement turned = new Agreement(good().id(), 1, bobs, alices, good().terms(), good().made());
    assertEquals(DeclineReason.CONTRADICTION, reason(turned.signedBy(alice.identity())));
  }

  @Test
  void offersOutOfTimeAreDeclined() throws KithException {
    Instant now = clock.instant();
    Duration day = Duration.ofDays(1);
    for (Agreement late :
        List.of(
            dated(now.minus(day.multipliedBy(3)), now.minusSeconds(1)),
            dated(now.plus(day.multipliedBy(3)), now.plus(day.multipliedBy(4))),
            dated(now, now.plus(day.multipliedBy(40))),
            dated(now, null))) {
      assertEquals(DeclineReason.EXPIRED, reason(late.signedBy(alice.identity())));
    }
    Agreement before = dated(now, now.minusSeconds(1));
    assertEquals(DeclineReason.CONTRADICTION, reason(before.signedBy(alice.identity())));
  }

  private SignedRecord with(UnaryOperator<AgreementSide> change) {
    Agreement good = good();
    return new Agreement(
            good.id(),
            1,
            change.apply(good.proposer()),
            good.acceptor(),
            good.terms(),
            good.made(),
            1,
            good.until(),
            Optional.empty())
        .signedBy(alice.identity());
  }

  @Test
  void senselessSpaceAndSchedulesAreDeclined() throws KithException {
    assertEquals(DeclineReason.SPACE, reason(with(side -> side.withSpace(0))));
    for (long space : new long[] {Long.MAX_VALUE, Long.MIN_VALUE, -1, (1L << 50) + 1}) {
      assertEquals(DeclineReason.CONTRADICTION, reason(with(side -> side.withSpace(space))));
    }
    byte[] never = new byte[AgreementSide.SCHEDULE_BYTES];
    assertEquals(
        DeclineReason.SCHEDULE,
        reason(with(side -> new AgreementSide(side.owner(), "", MIB, never, 0, 0))));
  }

  @Test
  void commitmentNotLongerThanGraceIsDeclined() throws KithException {
    byte[] body = good().signedBy(alice.identity()).body();
    String hex = java.util.HexFormat.of().formatHex(body);
    String commitment = java.util.HexFormat.of().toHexDigits((int) Duration.ofDays(28).toSeconds());
    String grace = java.util.HexFormat.of().toHexDigits((int) Duration.ofDays(21).toSeconds());
    assertTrue(hex.contains(commitment));
    byte[] equal = java.util.HexFormat.of().parseHex(hex.replace(commitment, grace));
    assertEquals(
        DeclineReason.CONTRADICTION,
        reason(SignedRecord.unsigned(RecordKind.AGREEMENT, 2, equal).signedBy(alice.identity())));
  }

  private Agreement amendment(long generation, Agreement.Amended amends, long space) {
    Agreement now = atAlice();
    return new Agreement(
        now.id(),
        generation,
        now.proposer().withSpace(space),
        now.acceptor(),
        now.terms(),
        clock.instant(),
        1,
        Optional.of(clock.instant().plus(Duration.ofDays(1))),
        Optional.of(amends));
  }

  @Test
  void generationsThatDoNotFollowAreDeclined() throws IOException, KithException {
    offer(MIB, MIB);
    SignedRecord first = alice.book.find(bob.id()).orElseThrow().record();
    Agreement.Amended amended = atAlice().amended(first);
    SignedRecord second = amendment(2, amended, 2 * MIB).signedBy(alice.identity());
    assertEquals(
        DeclineReason.GENERATION,
        reason(amendment(3, amended, 2 * MIB).signedBy(alice.identity())));
    var elsewhere = new Agreement.Amended(Messages.ROOT, amended.since());
    assertEquals(
        DeclineReason.GENERATION,
        reason(amendment(2, elsewhere, 2 * MIB).signedBy(alice.identity())));
    assertInstanceOf(Reply.Agreed.class, propose(second));
    Calls.join(alice.links.get(bob.id(), alice.network));
    assertEquals(1, alice.negotiator.tick());
    assertSame(2);
    amend(bob, alice, 3 * MIB, null);
    assertEquals(DeclineReason.GENERATION, reason(second));
    assertEquals(DeclineReason.ALREADY, reason(with(UnaryOperator.identity())));
  }

  @Test
  void anOlderAgreementIsNotTakenOver() throws IOException, KithException {
    offer(MIB, MIB);
    SignedRecord first = alice.book.find(bob.id()).orElseThrow().record();
    amend(alice, bob, 2 * MIB, null);
    Link link = Calls.join(alice.network.connect(new Contact(bob.id(), bob.self.addresses())));
    var tell = new Request.AgreementTell(first, List.of());
    assertThrows(
        CorruptDataException.class,
        () -> Calls.ask(link, tell, NegotiationTalk.DEADLINE, Reply.Done.class));
    assertSame(2);
  }

  @Test
  void anAgreementThatNobodyAwaitsIsNotTakenOver() throws IOException, KithException {
    offer(MIB, MIB);
    SignedRecord both = alice.book.find(bob.id()).orElseThrow().record();
    bob.book.remove(alice.id());
    Link link = Calls.join(alice.network.connect(new Contact(bob.id(), bob.self.addresses())));
    var tell = new Request.AgreementTell(both, List.of());
    assertThrows(
        NotPermittedException.class,
        () -> Calls.ask(link, tell, NegotiationTalk.DEADLINE, Reply.Done.class));
    assertTrue(bob.book.all().isEmpty());
  }

  @Test
  void whoAsksTooOftenWaits() throws KithException {
    Reply last = null;
    for (int i = 0; i < 20; i++) {
      last = propose(with(side -> side.withSpace(0)));
    }
    var busy = assertInstanceOf(Reply.Failure.class, last);
    assertEquals(FailureKind.BUSY, busy.reason());
    assertTrue(busy.retryAfter().compareTo(Duration.ZERO) > 0);
    clock.advance(busy.retryAfter());
    assertInstanceOf(Reply.OfferDeclined.class, propose(with(side -> side.withSpace(0))));
  }

  @Test
  void fieldsOfALaterVersionAreSignedAndKept() throws IOException, KithException {
    byte[] body = good().signedBy(alice.identity()).body();
    byte[] longer = java.util.Arrays.copyOf(body, body.length + 5);
    byte[] field = {0x63, 'n', 'e', 'w', 0x07, (byte) 0xff};
    System.arraycopy(field, 0, longer, body.length - 1, field.length);
    SignedRecord later =
        SignedRecord.unsigned(RecordKind.AGREEMENT, 3, longer).signedBy(alice.identity());
    var agreed = assertInstanceOf(Reply.Agreed.class, propose(later));
    assertArrayEquals(longer, agreed.agreement().body());
    Partner partner = new PartnerBook(bob.rows, bob.id()).find(alice.id()).orElseThrow();
    assertArrayEquals(agreed.agreement().toBytes(), partner.record().toBytes());
    assertEquals(3, partner.record().version());
    Agreement.ofBoth(partner.record());
    assertEquals(7, partner.record().fields().count("new"));
  }
}
