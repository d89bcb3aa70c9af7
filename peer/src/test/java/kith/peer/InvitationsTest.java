package kith.peer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import kith.codec.CorruptDataException;
import kith.codec.KithException;
import kith.codec.NotPermittedException;
import kith.codec.PartnerUnavailableException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** From an invitation to an agreement that both have. */
final class InvitationsTest {
  private static final long GIB = 1L << 30;

  private final VirtualClock clock = new VirtualClock();
  private final VirtualNetwork network = new VirtualNetwork(2, clock);
  private final TestNode alice = TestNode.virtual(network, "alice.example");
  private final TestNode bob = TestNode.virtual(network, "192.0.2.7");
  private final TestNode carol = TestNode.virtual(network, "2001:db8:0:0:0:0:0:7");

  @AfterEach
  void close() {
    List.of(alice, bob, carol).forEach(TestNode::close);
  }

  private String invitation() throws IOException, KithException {
    var terms = new InvitationTerms("Alice", 3 * GIB, 2 * GIB, AgreementTerms.friends());
    return alice.invitations.create(terms, Invitations.LIFE);
  }

  private Partner accept(TestNode node, String code) throws IOException, KithException {
    return node.acceptance().accept(code, "Bob", 2 * GIB);
  }

  private String refusal(TestNode node, String code) {
    return assertThrows(NotPermittedException.class, () -> accept(node, code)).getMessage();
  }

  @Test
  void makesOneAgreementSignedAndStoredByBoth() throws IOException, KithException {
    Partner there = accept(bob, invitation());
    Partner here = alice.book.find(bob.id()).orElseThrow();
    assertEquals(there.agreement(), here.agreement());
    Agreement.ofBoth(here.record());
    Agreement.ofBoth(there.record());
    assertEquals(3 * GIB, here.spaceHere());
    assertEquals(2 * GIB, here.spaceThere());
    assertEquals(3 * GIB, there.spaceThere());
    assertEquals(2 * GIB, there.spaceHere());
    assertEquals("Bob", here.name());
    assertEquals("Alice", there.name());
    assertTrue(here.agreement().terms().commitmentWaived());
    assertEquals(bob.self.addresses(), here.addresses());
    assertEquals(alice.self.addresses(), there.addresses());
  }

  @Test
  void theAgreementIsThereAfterARestart() throws IOException, KithException {
    accept(bob, invitation());
    var again = new PartnerBook(alice.rows, alice.id());
    assertEquals(bob.id(), again.all().get(0).id());
    assertEquals(
        alice.book.find(bob.id()).orElseThrow().agreement(), again.all().get(0).agreement());
  }

  @Test
  void showsWhatIsOfferedBeforeAnythingIsAgreed() throws IOException, KithException {
    var preview = bob.acceptance().preview(invitation());
    assertEquals(3 * GIB, preview.offered());
    assertEquals(2 * GIB, preview.wanted());
    assertTrue(bob.book.all().isEmpty());
    assertTrue(alice.book.all().isEmpty());
  }

  @Test
  void aCodeServesOnce() throws IOException, KithException {
    String code = invitation();
    accept(bob, code);
    String message = refusal(carol, code);
    assertTrue(message.contains("used already"), message);
    assertTrue(carol.book.all().isEmpty());
    assertTrue(alice.book.find(carol.id()).isEmpty());
    assertTrue(refusal(bob, code).contains("partner already"));
  }

  @Test
  void aCodeExpires() throws IOException, KithException {
    String code = invitation();
    clock.advance(Invitations.LIFE.plusSeconds(1));
    String message = refusal(bob, code);
    assertTrue(message.contains("expired"), message);
  }

  @Test
  void aDamagedCodeNamesTheGroup() throws IOException, KithException {
    String code = invitation();
    int third = 3 * 6 + 2;
    char other = Character.toLowerCase(code.charAt(third)) == 'x' ? 'y' : 'x';
    String damaged = code.substring(0, third) + other + code.substring(third + 1);
    var wrong = assertThrows(CorruptDataException.class, () -> accept(bob, damaged));
    assertTrue(wrong.getMessage().contains("group 4"), wrong.getMessage());
    assertThrows(
        CorruptDataException.class, () -> accept(bob, code.substring(0, code.length() - 6)));
    assertThrows(CorruptDataException.class, () -> accept(bob, alice.id().toString()));
  }

  @Test
  void everyCharacterOfACodeMatters() throws IOException, KithException {
    String code = invitation();
    for (int at = 0; at < code.length(); at++) {
      if (code.charAt(at) == '-') {
        continue;
      }
      char other = Character.toLowerCase(code.charAt(at)) == 'x' ? 'y' : 'x';
      String damaged = code.substring(0, at) + other + code.substring(at + 1);
      assertThrows(CorruptDataException.class, () -> accept(bob, damaged), "at " + at);
    }
    accept(bob, code);
  }

  @Test
  void onesOwnCodeIsRefused() throws IOException, KithException {
    assertTrue(refusal(alice, invitation()).contains("of your own"));
  }

  @Test
  void aCodeOfAnotherHomeIsUnknown() throws IOException, KithException {
    byte[] secret = new byte[InvitationCode.SECRET_SIZE];
    new SecureRandom().nextBytes(secret);
    var foreign = new InvitationCode(alice.id(), secret, alice.self.addresses());
    String message = refusal(bob, foreign.text());
    assertTrue(message.contains("not known"), message);
  }

  @Test
  void aProofIsWorthNothingToAnother() throws IOException, KithException {
    InvitationCode code = InvitationCode.parse(invitation());
    var stolen = new Request.InviteQuery(code.id(), code.proof(bob.id()));
    Link link = Calls.join(carol.network.connect(code.contact()));
    assertThrows(
        NotPermittedException.class,
        () -> Calls.ask(link, stolen, Duration.ofSeconds(1), Reply.Invited.class));
  }

  @Test
  void anOfferThatAsksForMoreIsRefused() throws IOException, KithException {
    InvitationCode code = InvitationCode.parse(invitation());
    var greedy =
        new Agreement(
            code.agreement(bob.id()),
            1,
            AgreementSide.always(bob.id(), "Bob", 2 * GIB),
            AgreementSide.always(alice.id(), "Alice", 4 * GIB),
            AgreementTerms.friends(),
            clock.instant());
    var offer =
        new Request.AgreementOffer(
            code.id(), code.proof(bob.id()), greedy.signedBy(bob.identity()), List.of());
    Link link = Calls.join(bob.network.connect(code.contact()));
    var refused =
        assertThrows(
            NotPermittedException.class,
            () -> Calls.ask(link, offer, Duration.ofSeconds(1), Reply.Agreed.class));
    assertTrue(refused.getMessage().contains("not what"), refused.getMessage());
    assertTrue(alice.book.all().isEmpty());
  }

  @Test
  void anOfferThatSomebodyElseSignedIsRefused() throws IOException, KithException {
    InvitationCode code = InvitationCode.parse(invitation());
    var agreement =
        new Agreement(
            code.agreement(bob.id()),
            1,
            AgreementSide.always(bob.id(), "Bob", 2 * GIB),
            AgreementSide.always(alice.id(), "Alice", 3 * GIB),
            AgreementTerms.friends(),
            clock.instant());
    var offer =
        new Request.AgreementOffer(
            code.id(), code.proof(bob.id()), agreement.signedBy(carol.identity()), List.of());
    Link link = Calls.join(bob.network.connect(code.contact()));
    assertThrows(
        CorruptDataException.class,
        () -> Calls.ask(link, offer, Duration.ofSeconds(1), Reply.Agreed.class));
    assertTrue(alice.book.all().isEmpty());
  }

  @Test
  void afterALostReplyBothEndWithTheSameAgreement() throws IOException, KithException {
    String code = invitation();
    network.tamper(
        alice.id(),
        (request, reply) -> {
          if (request instanceof Request.AgreementOffer) {
            reply[5] = 0;
          }
          return reply;
        });
    assertThrows(CorruptDataException.class, () -> accept(bob, code));
    assertTrue(alice.book.find(bob.id()).isPresent());
    assertTrue(bob.book.find(alice.id()).isEmpty());
    network.tamper(alice.id(), null);
    clock.advance(Duration.ofDays(30));
    accept(bob, code);
    assertEquals(
        alice.book.find(bob.id()).orElseThrow().agreement(),
        bob.book.find(alice.id()).orElseThrow().agreement());
    SignedRecord asked =
        bob.client.agreement(alice.id(), bob.book.find(alice.id()).orElseThrow().agreement().id());
    Agreement.ofBoth(asked);
  }

  @Test
  void anInviterThatWantsMoreSpaceThanThereIsIsNotAgreedWith() throws IOException, KithException {
    String code = invitation();
    var refused =
        assertThrows(NotPermittedException.class, () -> bob.acceptance().accept(code, "Bob", GIB));
    assertTrue(refused.getMessage().contains("wants 2 GiB"), refused.getMessage());
    assertTrue(alice.book.all().isEmpty());
    accept(carol, code);
  }

  @Test
  void anInviterThatIsAwayLeavesTheCodeGood() throws IOException, KithException {
    String code = invitation();
    network.kill(alice.id());
    assertThrows(PartnerUnavailableException.class, () -> accept(bob, code));
    network.revive(alice.id());
    accept(bob, code);
  }

  @Test
  void aCodeCarriesNamesAndAddressesOfBothFamilies() throws CorruptDataException {
    var addresses =
        List.of(
            new NodeAddress("home.example", 5484),
            new NodeAddress("192.0.2.1", 1),
            new NodeAddress("2001:db8:0:0:0:0:0:1", 65535));
    var code = new InvitationCode(alice.id(), new byte[10], addresses);
    assertEquals(addresses, InvitationCode.parse(code.text()).contact().addresses());
    assertEquals(alice.id(), InvitationCode.parse(code.text()).contact().owner());
  }

  @Test
  void termsThatContradictThemselvesAreNotEvenMade() {
    assertThrows(
        IllegalArgumentException.class,
        () -> new AgreementTerms(Duration.ofDays(21), Duration.ofDays(21), false, 20, 4, 24));
    assertThrows(IllegalArgumentException.class, () -> InvitationTerms.friends("Alice", 0));
    assertThrows(
        IllegalArgumentException.class, () -> InvitationTerms.friends("Alice", Long.MAX_VALUE));
  }
}
