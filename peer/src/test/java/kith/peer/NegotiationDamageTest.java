package kith.peer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;
import kith.codec.CorruptDataException;
import kith.codec.KithException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * Each byte of what is sent and stored in a negotiation is flipped in turn: that is refused, or
 * changes nothing that both have not signed; and the same without the flip is accepted.
 */
final class NegotiationDamageTest {
  private static final long MIB = 1L << 20;
  private static final Duration PACE = Duration.ofMinutes(1);

  private final VirtualClock clock = new VirtualClock();
  private final VirtualNetwork network = new VirtualNetwork(5, clock);
  private final TestNode alice = TestNode.virtual(network, "alice.example");
  private final TestNode bob = TestNode.virtual(network, "bob.example");
  private final RandomGenerator random = Shards.random(11);

  @AfterEach
  void close() {
    List.of(alice, bob).forEach(TestNode::close);
  }

  private Contact bobs() {
    return new Contact(bob.id(), bob.self.addresses());
  }

  private Agreement first() {
    return new Agreement(
        new AgreementId(new byte[16]),
        1,
        AgreementSide.always(alice.id(), "node", MIB),
        AgreementSide.always(bob.id(), "node", MIB),
        AgreementTerms.strangers(),
        clock.instant(),
        1,
        Optional.of(clock.instant().plus(OfferDesk.MOST_OPEN)),
        Optional.empty());
  }

  private byte[] flipped(byte[] whole, int at) {
    byte[] damaged = whole.clone();
    damaged[at] ^= (byte) (1 << random.nextInt(8));
    return damaged;
  }

  /** What the desk says to bytes of a request; empty if they are refused. */
  private Optional<Reply> answer(TestNode node, byte[] request, TestNode from) throws IOException {
    try {
      Message message = Wire.read(request);
      Set<MessageKind> kinds =
          EnumSet.of(
              MessageKind.TERMS_QUERY,
              MessageKind.PROPOSE,
              MessageKind.AGREEMENT_TELL,
              MessageKind.OFFER_DECLINE);
      return kinds.contains(message.kind())
          ? Optional.of(node.desk.answer((Request) message, from.id()))
          : Optional.empty();
    } catch (KithException e) {
      return Optional.empty();
    }
  }

  @Test
  void aFlippedProposalIsNotSigned() throws IOException {
    SignedRecord record = first().signedBy(alice.identity());
    byte[] whole = Wire.bytes(new Request.Propose(record, List.of("alice.example:1")), 1);
    for (int at = 0; at < whole.length; at++) {
      clock.advance(PACE);
      Optional<Reply> reply = answer(bob, flipped(whole, at), alice);
      if (reply.isPresent() && reply.get() instanceof Reply.Agreed agreed) {
        assertTrue(agreed.agreement().sameBody(record), "byte " + at);
        bob.book.remove(alice.id());
      }
      assertTrue(bob.book.all().isEmpty() && bob.offers.incoming().isEmpty(), "byte " + at);
    }
    clock.advance(PACE);
    assertInstanceOf(Reply.Agreed.class, answer(bob, whole, alice).orElseThrow());
    assertEquals(1, bob.book.all().size());
  }

  /** Alice offers bob what a person decides, and bob has signed it. */
  private SignedRecord signedByBob() throws IOException, KithException {
    alice.negotiator.offer(bobs(), 5 * MIB, 5 * MIB, MIB);
    alice.negotiator.amend(bob.id(), new AgreementChange(2 * MIB, null, null, null));
    return alice.offers.outgoing(bob.id()).orElseThrow().record().signedBy(bob.identity());
  }

  @Test
  void aFlippedAgreementIsNotTakenOver() throws IOException, KithException {
    SignedRecord both = signedByBob();
    byte[] whole = Wire.bytes(new Request.AgreementTell(both, List.of("bob.example:1")), 1);
    Partner before = alice.book.find(bob.id()).orElseThrow();
    OfferRow offer = alice.offers.outgoing(bob.id()).orElseThrow();
    for (int at = 0; at < whole.length; at++) {
      clock.advance(PACE);
      answer(alice, flipped(whole, at), bob);
      Partner now = alice.book.find(bob.id()).orElseThrow();
      if (!now.record().sameBody(before.record())) {
        assertTrue(now.record().sameBody(both), "byte " + at);
        alice.book.remove(bob.id());
        alice.book.agree(before.record(), before.addresses(), new kith.index.Update());
        alice.offers.put(offer);
      }
    }
    clock.advance(PACE);
    assertInstanceOf(Reply.Done.class, answer(alice, whole, bob).orElseThrow());
    assertEquals(2, alice.book.find(bob.id()).orElseThrow().agreement().generation());
  }

  @Test
  void aFlippedRefusalEndsNoOtherOffer() throws IOException, KithException {
    SignedRecord offered = signedByBob();
    Agreement agreement = Agreement.of(offered);
    byte[] whole =
        Wire.bytes(
            new Request.OfferDecline(agreement.id(), 2, DeclineReason.PERSON, "the owner says no"),
            1);
    OfferRow offer = alice.offers.outgoing(bob.id()).orElseThrow();
    for (int at = 0; at < whole.length; at++) {
      answer(alice, flipped(whole, at), bob);
      assertTrue(
          alice.offers.outgoing(bob.id()).orElseThrow().record().sameBody(offer.record()),
          "byte " + at);
      assertEquals(1, alice.book.find(bob.id()).orElseThrow().agreement().generation());
      alice.offers.put(offer);
    }
    assertInstanceOf(Reply.Done.class, answer(alice, whole, bob).orElseThrow());
    assertEquals(OfferRow.State.DECLINED, alice.offers.outgoing(bob.id()).orElseThrow().state());
  }

  private DeclineReason reason(SignedRecord record) throws IOException, KithException {
    clock.advance(PACE);
    Reply reply = bob.desk.answer(new Request.Propose(record, List.of()), alice.id());
    return assertInstanceOf(Reply.OfferDeclined.class, reply).reason();
  }

  @Test
  void aSignatureOfAViewOrOfAnothersIsNone() throws IOException, KithException {
    var view =
        NodeIdentity.create(alice.ownerKey, Role.VIEW, 1, clock, new java.security.SecureRandom());
    assertEquals(DeclineReason.CONTRADICTION, reason(first().signedBy(view)));
    assertEquals(DeclineReason.CONTRADICTION, reason(first().signedBy(Messages.ALICE)));
    SignedRecord twice = first().signedBy(alice.identity()).signedBy(alice.identity());
    assertEquals(DeclineReason.CONTRADICTION, reason(twice));
    assertTrue(bob.book.all().isEmpty());
  }

  @Test
  void anOfferOfANewerProtocolIsDeclined() throws IOException, KithException {
    Agreement now = first();
    var newer =
        new Agreement(
            now.id(),
            1,
            now.proposer(),
            now.acceptor(),
            now.terms(),
            now.made(),
            Protocol.VERSION + 1,
            now.until(),
            Optional.empty());
    assertEquals(DeclineReason.PROTOCOL, reason(newer.signedBy(alice.identity())));
  }

  @Test
  void aReplayedOfferChangesNothing() throws IOException, KithException {
    SignedRecord record = first().signedBy(alice.identity());
    var propose = new Request.Propose(record, List.of("alice.example:5484"));
    var agreed = assertInstanceOf(Reply.Agreed.class, bob.desk.answer(propose, alice.id()));
    clock.advance(PACE);
    var again = assertInstanceOf(Reply.Agreed.class, bob.desk.answer(propose, alice.id()));
    assertArrayEquals(agreed.agreement().toBytes(), again.agreement().toBytes());
    assertThrows(
        KithException.class,
        () ->
            alice.desk.answer(new Request.AgreementTell(agreed.agreement(), List.of()), bob.id()));
    assertTrue(alice.book.all().isEmpty(), "alice's desk did not offer that");
    alice.book.agree(agreed.agreement(), bob.self.addresses(), new kith.index.Update());
    alice.negotiator.amend(bob.id(), new AgreementChange(2 * MIB, null, null, null));
    assertEquals(DeclineReason.GENERATION, reason(record));
    bob.book.remove(alice.id());
    clock.advance(OfferDesk.MOST_OPEN);
    assertEquals(DeclineReason.EXPIRED, reason(record));
  }

  private interface Run {
    void run() throws IOException, KithException;
  }

  /** Flips a byte of bob's replies of one kind. */
  private void damage(MessageKind asked, MessageKind replied, int at) {
    network.tamper(
        bob.id(),
        (request, reply) -> {
          if (request.kind() != asked || kind(reply) != replied) {
            return reply;
          }
          return at < reply.length ? flipped(reply, at) : reply;
        });
  }

  private static MessageKind kind(byte[] reply) {
    try {
      return Wire.read(reply).kind();
    } catch (CorruptDataException e) {
      throw new IllegalStateException(e);
    }
  }

  private static boolean went(Run run) throws IOException {
    try {
      run.run();
      return true;
    } catch (KithException e) {
      return false;
    }
  }

  private void settle() throws IOException {
    network.tamper(bob.id(), null);
    clock.advance(Duration.ofMinutes(61));
    for (int i = 0; i < 2 && !alice.offers.outgoing().isEmpty(); i++) {
      clock.advance(Duration.ofMinutes(61));
      alice.negotiator.tick();
      bob.negotiator.tick();
    }
  }

  /** Flips each byte of bob's replies of one kind while alice offers; up to the longest. */
  private void eachReply(MessageKind asked, MessageKind replied, int longest, long forUs)
      throws IOException, KithException {
    for (int at = 0; at < longest; at++) {
      damage(asked, replied, at);
      went(() -> alice.negotiator.offer(bobs(), 3 * MIB, forUs, MIB));
      settle();
      Optional<Agreement> atAlice = alice.book.find(bob.id()).map(Partner::agreement);
      String what = replied + ", byte " + at;
      assertEquals(atAlice, bob.book.find(alice.id()).map(Partner::agreement), what);
      if (atAlice.isPresent()) {
        Agreement.ofBoth(alice.book.find(bob.id()).orElseThrow().record());
        assertTrue(atAlice.get().sideOf(alice.id()).space() <= 3 * MIB, what);
        assertTrue(atAlice.get().sideOf(bob.id()).space() >= MIB, what);
        assertEquals(168, atAlice.get().sideOf(bob.id()).commonHours(bob.self.side("", 1)), what);
      }
      alice.book.remove(bob.id());
      bob.book.remove(alice.id());
      for (OfferRow left : alice.offers.outgoing()) {
        alice.offers.remove(left);
      }
    }
    assertTrue(went(() -> alice.negotiator.offer(bobs(), 3 * MIB, forUs, MIB)));
    assertEquals(1, alice.book.all().size());
  }

  @Test
  void flippedTermsLeadToNothingThatBothHaveNotSigned() throws IOException, KithException {
    var told =
        new Reply.TermsTold(bob.self.side("node", 1L << 30), MIB, AgreementTerms.strangers());
    int length = Wire.bytes(told, 1).length;
    eachReply(MessageKind.TERMS_QUERY, MessageKind.TERMS_TOLD, length, 2 * MIB);
  }

  @Test
  void flippedCounterOffersLeadToNothingThatBothHaveNotSigned() throws IOException, KithException {
    var countered = new Reply.OfferCountered(AgreementDraft.of(first()), "this node keeps at most");
    int length = Wire.bytes(countered, 1).length + 40;
    eachReply(MessageKind.PROPOSE, MessageKind.OFFER_COUNTERED, length, 5L << 30);
  }

  @Test
  void flippedAgreementsAreNotTakenOver() throws IOException, KithException {
    network.loseAfter(5);
    assertFalse(went(() -> alice.negotiator.offer(bobs(), 3 * MIB, 2 * MIB, MIB)));
    network.heal();
    OfferRow offer = alice.offers.outgoing(bob.id()).orElseThrow();
    SignedRecord both = bob.book.find(alice.id()).orElseThrow().record();
    int length = Wire.bytes(new Reply.Agreed(both, Contact.texts(bob.self.addresses())), 1).length;
    int refused = 0;
    for (int at = 0; at < length; at++) {
      damage(MessageKind.AGREEMENT_GET, MessageKind.AGREED, at);
      clock.advance(PACE);
      alice.negotiator.tick();
      Optional<Partner> taken = alice.book.find(bob.id());
      refused += taken.isEmpty() ? 1 : 0;
      if (taken.isPresent()) {
        assertTrue(taken.get().record().sameBody(both), "byte " + at);
        Agreement.ofBoth(taken.get().record());
        alice.book.remove(bob.id());
      }
      alice.offers.put(offer);
    }
    assertTrue(refused > length / 2, refused + " of " + length);
    network.tamper(bob.id(), null);
    clock.advance(PACE);
    assertEquals(1, alice.negotiator.tick());
    assertTrue(alice.book.find(bob.id()).orElseThrow().record().sameBody(both));
  }

  @Test
  void aFlippedOfferInTheIndexIsLeftOutOrTheSame() throws CorruptDataException {
    byte[] key = Messages.offer().key();
    byte[] row = Messages.offer().toBytes();
    int refused = 0;
    for (int at = 0; at < key.length + row.length; at++) {
      byte[] badKey = at < key.length ? flipped(key, at) : key;
      byte[] badRow = at < key.length ? row : flipped(row, at - key.length);
      try {
        OfferRow read = OfferRow.parse(badKey, badRow);
        assertTrue(read.record().sameBody(Messages.offer().record()), "byte " + at);
        read.record().requireSigners(Messages.BOB.owner());
        assertTrue(at >= key.length, "byte " + at + " of the key");
      } catch (CorruptDataException e) {
        refused++;
      }
    }
    assertTrue(refused > key.length + Messages.offer().record().toBytes().length / 2);
    assertArrayEquals(row, OfferRow.parse(key, row).toBytes());
  }

  @Test
  void aFlippedPartnerInTheIndexIsNoOtherAgreement() throws IOException, KithException {
    alice.negotiator.offer(bobs(), 3 * MIB, 2 * MIB, MIB);
    Partner partner = alice.book.find(bob.id()).orElseThrow();
    byte[] row = partner.toRow();
    for (int at = 0; at < row.length; at++) {
      byte[] damaged = flipped(row, at);
      var storage = new kith.index.MemoryStorage();
      var rows = storage.rows(() -> {});
      rows.apply(
          new kith.index.Update().put(kith.index.Table.PARTNERS, bob.id().toBytes(), damaged));
      try {
        Optional<Partner> read = new PartnerBook(rows, alice.id()).find(bob.id());
        if (read.isPresent()) {
          assertTrue(read.get().record().sameBody(partner.record()), "byte " + at);
        }
      } catch (CorruptDataException e) {
        assertTrue(e.getMessage() != null);
      }
      rows.close();
    }
    assertThrows(CorruptDataException.class, () -> Partner.ofRow(bob.id(), new byte[row.length]));
    assertArrayEquals(row, Partner.ofRow(bob.id(), row).toRow());
  }
}
