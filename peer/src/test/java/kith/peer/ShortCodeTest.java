package kith.peer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import kith.codec.CorruptDataException;
import kith.codec.KithException;
import kith.codec.NotPermittedException;
import kith.codec.PartnerUnavailableException;
import kith.index.MemoryStorage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** From words said over the phone to an agreement that both have. */
final class ShortCodeTest {
  private static final long GIB = 1L << 30;
  private static final NodeAddress AT_ALICE = new NodeAddress("alice.example", 5484);
  private static final NodeAddress AT_CAROL = new NodeAddress("192.0.2.9", 5484);

  private static final NodeAddress AT_BROKER = new NodeAddress("broker.example", 5485);

  private final VirtualClock clock = new VirtualClock();
  private final VirtualNetwork network = new VirtualNetwork(2, clock);
  private final TestNode alice = TestNode.virtual(network, "alice.example");
  private final TestNode bob = TestNode.virtual(network, "192.0.2.7");
  private final TestNode carol = TestNode.virtual(network, "192.0.2.9");
  private final Inviting inviting = new Inviting(alice.invitations, alice.network);

  @AfterEach
  void close() {
    inviting.close();
    List.of(alice, bob, carol).forEach(TestNode::close);
  }

  private Inviting.Codes invite(Optional<NodeAddress> via) throws IOException, KithException {
    return inviting.invite(
        new InvitationTerms("Alice", 3 * GIB, 2 * GIB, AgreementTerms.friends()),
        Invitations.LIFE,
        via);
  }

  private Partner accept(TestNode node, String words, NodeAddress at)
      throws IOException, KithException {
    return node.acceptance(this::letTimePass)
        .accept(words, Optional.of(at), "Bob", Acceptance.atMost(2 * GIB));
  }

  private void letTimePass(Duration time) {
    clock.advance(time);
    try {
      inviting.tick();
    } catch (IOException | KithException e) {
      throw new IllegalStateException(e);
    }
  }

  private String refusal(TestNode node, String words, NodeAddress at) {
    return assertThrows(NotPermittedException.class, () -> accept(node, words, at)).getMessage();
  }

  /** The same number with other words of the list. */
  private static String wrong(String words) throws CorruptDataException {
    ShortCode code = ShortCode.parse(words).code();
    List<Integer> other = code.words().stream().map(word -> (word + 1) % 2048).toList();
    return new ShortCode(code.number(), other).text();
  }

  private void assertAgreed() {
    assertEquals(
        alice.book.find(bob.id()).orElseThrow().agreement(),
        bob.book.find(alice.id()).orElseThrow().agreement());
  }

  @Test
  void theRightWordsMakeAnAgreement() throws IOException, KithException {
    accept(bob, invite(Optional.empty()).words(), AT_ALICE);
    assertAgreed();
    assertEquals(InvitationState.USED, alice.invitations.all().get(0).state());
  }

  @Test
  void theAddressMayStandBehindTheCodeAndGapsForHyphens() throws IOException, KithException {
    String words =
        invite(Optional.empty()).words().replace('-', ' ').toUpperCase(java.util.Locale.ROOT);
    bob.acceptance().accept(words + " @alice.example:5484", "Bob", 2 * GIB);
    assertAgreed();
  }

  private void shownToBob(TestNode other) throws Exception {
    NodeRecord record = NodeRecord.sign(other.self, other.says(), 1, RecordExchange.LIFE);
    bob.known.take(record, RecordExchange.LOCAL_NETWORK);
  }

  private Partner acceptNearby(String words) throws Exception {
    return bob.acceptance().accept(words, Optional.empty(), "Bob", Acceptance.atMost(2 * GIB));
  }

  @Test
  void onTheLocalNetworkNoAddressIsNeeded() throws Exception {
    String words = invite(Optional.empty()).words();
    shownToBob(carol);
    var nobody = assertThrows(NotPermittedException.class, () -> acceptNearby(words));
    assertTrue(nobody.getMessage().contains("--at HOST:PORT"), nobody.getMessage());
    shownToBob(alice);
    var mistyped = assertThrows(NotPermittedException.class, () -> acceptNearby(wrong(words)));
    assertTrue(mistyped.getMessage().contains("not the words"), mistyped.getMessage());
    acceptNearby(words);
    assertAgreed();
  }

  @Test
  void aMutualFriendsNodeTakesTheLetters() throws IOException, KithException {
    TestNode.befriend(carol, alice, GIB);
    String words = invite(Optional.of(AT_CAROL)).words();
    accept(bob, words, AT_CAROL);
    assertAgreed();
  }

  /** Makes a broker that nobody is a partner of. */
  private void startBroker() throws IOException {
    var identity =
        NodeIdentity.create(TestNode.keyOf("broker"), Role.NODE, 1, clock, new SecureRandom());
    var self = new LocalNode(identity, "kith broker", List.of(AT_BROKER), clock);
    var known =
        new KnownNodes(
            new MemoryStorage().rows(() -> {}),
            identity.owner(),
            clock,
            KnownNodes.Bounds.broker(0));
    network
        .node(self, RelayForTests.broker(self, known))
        .listen(InetSocketAddress.createUnresolved(AT_BROKER.host(), AT_BROKER.port()));
  }

  @Test
  void aBrokerTakesTheLettersOfStrangers() throws IOException, KithException {
    startBroker();
    String words = invite(Optional.of(AT_BROKER)).words();
    for (int i = 0; i < 2 * BrokerService.PER_LINK; i++) {
      inviting.tick(); // as often as it likes on one link
    }
    accept(bob, words, AT_BROKER);
    assertAgreed();
    assertTrue(
        refusal(carol, wrong(invite(Optional.of(AT_BROKER)).words()), AT_BROKER)
            .contains("until it is void: 2"));
  }

  @Test
  void aBrokerBoundsTheMailboxesOfEach() throws IOException, KithException {
    startBroker();
    Link link = Calls.join(alice.network.connect(AT_BROKER));
    int opened = 0;
    for (int number = 1; number <= 40; number++) {
      var open = new Request.MailboxOpen(number, clock.instant().plus(Duration.ofHours(1)));
      Reply reply = Calls.join(link.send(open, Duration.ofSeconds(1)));
      opened += reply instanceof Reply.Done ? 1 : 0;
    }
    assertEquals(Mailboxes.Bounds.BROKER.ofOwner(), opened);
    clock.advance(Duration.ofHours(2));
    invite(Optional.of(AT_BROKER));
    var other = Calls.join(bob.network.connect(AT_BROKER));
    var unknown = new Request.MailboxFetch(9999);
    assertEquals(
        FailureKind.NOT_FOUND,
        ((Reply.Failure) Calls.join(other.send(unknown, Duration.ofSeconds(1)))).reason());
  }

  @Test
  void aMeetingPointThatForgotIsToldAgain() throws IOException, KithException {
    TestNode.befriend(carol, alice, GIB);
    String words = invite(Optional.of(AT_CAROL)).words();
    int number = ShortCode.parse(words).code().number();
    Link link = Calls.join(alice.network.connect(AT_CAROL));
    var over = new Request.MailboxOpen(number, Instant.EPOCH);
    Calls.ask(link, over, Duration.ofSeconds(1), Reply.Done.class);
    inviting.tick();
    accept(bob, words, AT_CAROL);
    assertAgreed();
  }

  @Test
  void strangersGetNoMailboxAndNobodyAnothers() throws IOException, KithException {
    assertThrows(NotPermittedException.class, () -> invite(Optional.of(AT_CAROL)));
    assertTrue(alice.invitations.all().isEmpty());
  }

  @Test
  void wrongWordsThreeTimesVoidTheInvitation() throws IOException, KithException {
    for (boolean mailbox : new boolean[] {false, true}) {
      if (mailbox) {
        TestNode.befriend(carol, alice, GIB);
      }
      Inviting.Codes codes = invite(mailbox ? Optional.of(AT_CAROL) : Optional.empty());
      NodeAddress at = mailbox ? AT_CAROL : AT_ALICE;
      String wrong = wrong(codes.words());
      assertTrue(refusal(bob, wrong, at).contains("until it is void: 2"));
      assertTrue(refusal(bob, wrong, at).contains("until it is void: 1"));
      assertTrue(refusal(bob, wrong, at).contains("void now"));
      if (!mailbox) {
        assertTrue(refusal(bob, codes.words(), at).contains("is void"));
      }
      assertTrue(refusal(bob, codes.full(), at).contains("is void"));
      assertTrue(alice.book.find(bob.id()).isEmpty());
    }
  }

  @Test
  void guessesAreCountedOverARestart() throws IOException, KithException {
    String words = invite(Optional.empty()).words();
    refusal(bob, wrong(words), AT_ALICE);
    var again = new Invitations(alice.self, alice.rows, alice.book, new SecureRandom());
    assertEquals(1, again.all().get(0).wrong());
    assertEquals(InvitationState.OPEN, again.all().get(0).state());
  }

  @Test
  void aCodeServesOnceAndExpires() throws IOException, KithException {
    String words = invite(Optional.empty()).words();
    accept(bob, words, AT_ALICE);
    assertTrue(refusal(carol, words, AT_ALICE).contains("used already"));
    String other = invite(Optional.empty()).words();
    clock.advance(Invitations.LIFE.plusSeconds(1));
    assertTrue(refusal(carol, other, AT_ALICE).contains("expired"));
  }

  @Test
  void aWithdrawnInvitationIsUnknown() throws IOException, KithException {
    String words = invite(Optional.empty()).words();
    assertTrue(alice.invitations.revoke(words.substring(0, words.indexOf('-'))));
    assertTrue(refusal(bob, words, AT_ALICE).contains("there is no invitation"));
    assertFalse(alice.invitations.revoke("1234567"));
  }

  @Test
  void afterALostReplyTheSameWordsGiveTheSameAgreement() throws IOException, KithException {
    String words = invite(Optional.empty()).words();
    network.tamper(
        alice.id(),
        (request, reply) -> {
          if (request instanceof Request.AgreementOffer) {
            reply[5] = 0;
          }
          return reply;
        });
    assertThrows(CorruptDataException.class, () -> accept(bob, words, AT_ALICE));
    network.tamper(alice.id(), null);
    assertTrue(bob.book.find(alice.id()).isEmpty());
    accept(bob, words, AT_ALICE);
    assertAgreed();
  }

  @Test
  void somebodyInBetweenIsFoundOut() throws IOException, KithException {
    String words = invite(Optional.empty()).words();
    ShortCode code = ShortCode.parse(words).code();
    var guest = new Meeting.Guest(bob.identity().credential(), code, new SecureRandom());
    Link link = Calls.join(carol.network.connect(AT_ALICE));
    byte[] session = new byte[16];
    var relayed = new Request.Meet(code.number(), session, 1, guest.ask());
    var refused =
        assertThrows(
            NotPermittedException.class,
            () -> Calls.ask(link, relayed, Duration.ofSeconds(1), Reply.Met.class));
    assertTrue(refused.getMessage().contains("in between"), refused.getMessage());
    var ask = MeetingLetter.Ask.parse(guest.ask());
    byte[] renamed = new MeetingLetter.Ask(carol.identity().credential(), ask.first()).toBytes();
    var posing = new Request.Meet(code.number(), session, 1, renamed);
    assertThrows(
        CorruptDataException.class,
        () -> Calls.ask(link, posing, Duration.ofSeconds(1), Reply.Met.class));
    assertEquals(0, alice.invitations.all().get(0).wrong());
  }

  @Test
  void aRecordedMeetingIsWorthNothingWithTheWordsLearnedLater() throws Exception {
    var code = new ShortCode(47, List.of(1, 2, 3));
    var random = new SecureRandom();
    var whole = Messages.code();
    var guest = new Meeting.Guest(Messages.BOB.credential(), code, random);
    var host = new Meeting.Host(Messages.ALICE.credential(), code, random);
    byte[] answer = host.answer(guest.ask());
    byte[] proof = guest.prove(answer);
    Meeting.Key key = host.key(MeetingLetter.Proof.parse(proof));
    assertTrue(Meeting.Host.knows(key, MeetingLetter.Proof.parse(proof)));
    byte[] welcome = host.welcome(key, whole);
    assertEquals(whole.text(), guest.open(welcome).text());
    // Who has the letters and the words, but not the exponents, cannot even go on with them.
    var thief = new Meeting.Guest(Messages.BOB.credential(), code, random);
    assertThrows(CorruptDataException.class, () -> thief.prove(answer));
    // And the guest's old letters do not fit a new meeting.
    var again = new Meeting.Host(Messages.ALICE.credential(), code, random);
    again.answer(guest.ask());
    assertThrows(CorruptDataException.class, () -> again.key(MeetingLetter.Proof.parse(proof)));
  }

  @Test
  void flippedBytesOfLettersAreNoticed() throws Exception {
    var code = new ShortCode(47, List.of(1, 2, 3));
    var random = new SecureRandom();
    var guest = new Meeting.Guest(Messages.BOB.credential(), code, random);
    byte[] ask = guest.ask();
    for (int at = 0; at < ask.length; at += 37) {
      byte[] damaged = flipped(ask, at);
      var host = new Meeting.Host(Messages.ALICE.credential(), code, random);
      assertThrows(CorruptDataException.class, () -> host.answer(damaged), "byte " + at);
    }
    var host = new Meeting.Host(Messages.ALICE.credential(), code, random);
    byte[] proof = guest.prove(host.answer(ask));
    Meeting.Key key = host.key(MeetingLetter.Proof.parse(proof));
    byte[] welcome = host.welcome(key, Messages.code());
    for (int at = 0; at < welcome.length; at++) {
      byte[] damaged = flipped(welcome, at);
      assertThrows(KithException.class, () -> guest.open(damaged), "byte " + at);
    }
    assertNull(read(flipped(proof, proof.length - 1)));
  }

  private static MeetingLetter read(byte[] letter) {
    try {
      return MeetingLetter.Proof.parse(letter);
    } catch (CorruptDataException e) {
      return null;
    }
  }

  private static byte[] flipped(byte[] whole, int at) {
    byte[] damaged = Arrays.copyOf(whole, whole.length);
    damaged[at] ^= 1;
    return damaged;
  }

  @Test
  void aMistypedWordIsNamedWithTheNearest() {
    var wrong =
        assertThrows(CorruptDataException.class, () -> ShortCode.parse("47-cobalt-harvset-anchor"));
    assertTrue(wrong.getMessage().contains("word 1, 'cobalt'"), wrong.getMessage());
    wrong =
        assertThrows(CorruptDataException.class, () -> ShortCode.parse("47-coral-harvset-anchor"));
    assertTrue(wrong.getMessage().contains("was it 'harvest'"), wrong.getMessage());
    for (String bad : List.of("", "47", "47-coral", "0-coral-harvest-anchor", "x", "47-coral@")) {
      assertThrows(CorruptDataException.class, () -> ShortCode.parse(bad), bad);
    }
    assertTrue(ShortCode.isMeant("47 coral harvest anchor @host"));
    assertFalse(ShortCode.isMeant(Messages.code().text()));
  }

  @Test
  void manyMeetingsFromOnePlaceHaveToWait() throws IOException, KithException {
    String words = invite(Optional.empty()).words();
    int number = ShortCode.parse(words).code().number();
    Link link = Calls.join(bob.network.connect(AT_ALICE));
    byte[] ask =
        new Meeting.Guest(
                bob.identity().credential(), ShortCode.parse(words).code(), new SecureRandom())
            .ask();
    int answered = 0;
    for (int i = 0; i < 8; i++) {
      byte[] session = new byte[16];
      session[0] = (byte) i;
      var meet = new Request.Meet(number, session, 1, ask);
      answered += Calls.join(link.send(meet, Duration.ofSeconds(1))) instanceof Reply.Met ? 1 : 0;
    }
    assertEquals(4, answered);
    clock.advance(Meetings.LIFE.plusSeconds(1));
    accept(bob, words, AT_ALICE);
  }

  @Test
  void anInviterWhoIsAwayLeavesTheCodeGood() throws IOException, KithException {
    String words = invite(Optional.empty()).words();
    network.kill(alice.id());
    assertThrows(PartnerUnavailableException.class, () -> accept(bob, words, AT_ALICE));
    network.revive(alice.id());
    accept(bob, words, AT_ALICE);
    assertAgreed();
  }
}
