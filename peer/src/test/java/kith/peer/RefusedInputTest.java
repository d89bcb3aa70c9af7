package kith.peer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.io.IOException;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import kith.codec.CorruptDataException;
import kith.codec.KithException;
import kith.codec.NotPermittedException;
import kith.index.Table;
import kith.index.Update;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/**
 * What partners and strangers get wrong, or forge: each is refused with a reason, is told once in
 * the log however often it comes, and changes nothing that is stored.
 */
final class RefusedInputTest {
  private static final long MIB = 1L << 20;
  private static final int TIMES = 5;

  private final ListAppender<ILoggingEvent> log = new ListAppender<>();
  private final VirtualClock clock = new VirtualClock();
  private final VirtualNetwork network = new VirtualNetwork(7, clock);
  private final TestNode alice = TestNode.virtual(network, "alice.example");
  private final TestNode bob = TestNode.virtual(network, "bob.example");

  private static Logger logger() {
    return (Logger) LoggerFactory.getLogger("kith.peer");
  }

  @BeforeEach
  void listen() {
    log.start();
    logger().setLevel(Level.INFO);
    logger().setAdditive(false);
    logger().addAppender(log);
  }

  @AfterEach
  void close() {
    logger().detachAppender(log);
    logger().setAdditive(true);
    logger().setLevel(null);
    List.of(alice, bob).forEach(TestNode::close);
  }

  /** All that bob has stored. */
  private List<String> stored() throws IOException {
    List<String> rows = new ArrayList<>();
    byte[] end = new byte[64];
    Arrays.fill(end, (byte) 0xff);
    for (Table table : Table.values()) {
      bob.rows.scan(
          table,
          new byte[0],
          end,
          (key, value) -> {
            rows.add(table + HexFormat.of().formatHex(key) + HexFormat.of().formatHex(value));
            return true;
          });
    }
    return rows;
  }

  private interface Attempt {
    /** Returns the reason for which it was refused. */
    String refused() throws Exception;
  }

  private void refusedAndToldOnce(String reason, Attempt attempt) throws Exception {
    Calls.join(alice.network.connect(bobs())).close(); // says where alice is
    List<String> before = stored();
    log.list.clear();
    for (int i = 0; i < TIMES; i++) {
      String said = attempt.refused();
      assertTrue(said.contains(reason), said);
      clock.advance(Duration.ofMinutes(2));
    }
    assertEquals(before, stored());
    List<String> told = log.list.stream().map(ILoggingEvent::getFormattedMessage).toList();
    assertEquals(1, told.size(), told.toString());
    assertTrue(told.get(0).contains(reason), told.toString());
  }

  private Contact bobs() {
    return new Contact(bob.id(), bob.self.addresses());
  }

  private Reply asked(Request request) throws KithException {
    try (Link link = Calls.join(alice.network.connect(bobs()))) {
      return Calls.join(link.send(request, NegotiationTalk.DEADLINE));
    }
  }

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

  private static Agreement with(Agreement good, UnaryOperator<AgreementSide> change) {
    return new Agreement(
        good.id(),
        1,
        change.apply(good.proposer()),
        good.acceptor(),
        good.terms(),
        good.made(),
        1,
        good.until(),
        Optional.empty());
  }

  private String offered(SignedRecord offer) throws KithException {
    Reply reply = asked(new Request.Propose(offer, List.of()));
    return reply instanceof Reply.OfferDeclined no ? no.message() : "not declined: " + reply;
  }

  private void offerIsDeclined(String reason, UnaryOperator<AgreementSide> change)
      throws Exception {
    refusedAndToldOnce(reason, () -> offered(with(good(), change).signedBy(alice.identity())));
  }

  @Test
  void aForgedOffer() throws Exception {
    refusedAndToldOnce("signed by", () -> offered(good().signedBy(bob.identity())));
  }

  @Test
  void anExpiredOffer() throws Exception {
    SignedRecord offer = good().signedBy(alice.identity());
    clock.advance(Duration.ofDays(3));
    refusedAndToldOnce("it was good until", () -> offered(offer));
  }

  @Test
  void aReplayedOffer() throws Exception {
    SignedRecord first = good().signedBy(alice.identity());
    Reply reply = asked(new Request.Propose(first, List.of()));
    SignedRecord both = assertInstanceOf(Reply.Agreed.class, reply).agreement();
    alice.book.agree(both, bob.self.addresses(), new Update());
    alice.negotiator.amend(bob.id(), new AgreementChange(2 * MIB, null, null, null));
    assertEquals(2, bob.book.find(alice.id()).orElseThrow().agreement().generation());
    refusedAndToldOnce("generation", () -> offered(first));
  }

  @Test
  void aSelfContradictingOffer() throws Exception {
    Agreement good = good();
    AgreementSide bobs = good.acceptor();
    AgreementSide alices = good.proposer();
    Agreement turned = new Agreement(good.id(), 1, bobs, alices, good.terms(), good.made());
    refusedAndToldOnce("not one of the asker's", () -> offered(turned.signedBy(alice.identity())));
  }

  @Test
  void spaceOfNothing() throws Exception {
    offerIsDeclined("not 0 bytes", side -> side.withSpace(0));
  }

  @Test
  void spaceOfTwoToThe63() throws Exception {
    offerIsDeclined("space", side -> side.withSpace(Long.MIN_VALUE));
  }

  @Test
  void schedulesWithNoCommonHour() throws Exception {
    byte[] never = new byte[AgreementSide.SCHEDULE_BYTES];
    offerIsDeclined("hour", side -> new AgreementSide(side.owner(), "", MIB, never, 0, 0));
  }

  @Test
  void commitmentNotLongerThanGrace() throws Exception {
    String hex = HexFormat.of().formatHex(good().signedBy(alice.identity()).body());
    String commitment = HexFormat.of().toHexDigits((int) Duration.ofDays(28).toSeconds());
    String grace = HexFormat.of().toHexDigits((int) Duration.ofDays(21).toSeconds());
    byte[] equal = HexFormat.of().parseHex(hex.replace(commitment, grace));
    SignedRecord offer =
        SignedRecord.unsigned(RecordKind.AGREEMENT, 2, equal).signedBy(alice.identity());
    refusedAndToldOnce("commitment", () -> offered(offer));
  }

  private String told(SignedRecord agreement) throws KithException {
    Reply reply = asked(new Request.AgreementTell(agreement, List.of()));
    return reply instanceof Reply.Failure no ? no.message() : "not refused: " + reply;
  }

  @Test
  void anAgreementWhoseSignatureIsOff() throws Exception {
    TestNode.befriend(bob, alice, MIB);
    SignedRecord one = good().signedBy(alice.identity());
    refusedAndToldOnce("lacks the signature", () -> told(one));
  }

  @Test
  void anAgreementWhoseGenerationIsOff() throws Exception {
    alice.negotiator.offer(bobs(), MIB, MIB, MIB);
    SignedRecord first = alice.book.find(bob.id()).orElseThrow().record();
    alice.negotiator.amend(bob.id(), new AgreementChange(2 * MIB, null, null, null));
    assertEquals(2, bob.book.find(alice.id()).orElseThrow().agreement().generation());
    refusedAndToldOnce("there is a newer agreement", () -> told(first));
  }

  private String published(SignedRecord record) throws KithException {
    Reply reply = asked(new Request.RecordPublish(record));
    return reply instanceof Reply.Failure no ? no.message() : "not refused: " + reply;
  }

  private NodeRecord record(LocalNode signer, long generation, Duration life)
      throws CorruptDataException {
    return NodeRecord.sign(signer, alice.says(), generation, life);
  }

  @Test
  void aForgedRecord() throws Exception {
    TestNode.befriend(bob, alice, MIB);
    NodeRecord bobsOwn = NodeRecord.sign(bob.self, bob.says(), 1, RecordExchange.LIFE);
    refusedAndToldOnce("its own record", () -> published(bobsOwn.record()));
    SignedRecord body = record(alice.self, 1, RecordExchange.LIFE).record();
    SignedRecord forged =
        SignedRecord.unsigned(RecordKind.NODE, body.version(), body.body())
            .signedBy(bob.identity());
    refusedAndToldOnce("signed by", () -> published(forged));
  }

  @Test
  void anExpiredRecord() throws Exception {
    TestNode.befriend(bob, alice, MIB);
    SignedRecord old = record(alice.self, 1, Duration.ofHours(1)).record();
    clock.advance(Duration.ofDays(3));
    refusedAndToldOnce("expired", () -> published(old));
  }

  @Test
  void aReplayedRecordAndOneThatContradictsWhatIsKnown() throws Exception {
    TestNode.befriend(bob, alice, MIB);
    SignedRecord old = record(alice.self, 1, RecordExchange.LIFE).record();
    Instant then = clock.instant();
    published(record(alice.self, 2, RecordExchange.LIFE).record());
    refusedAndToldOnce("newer", () -> published(old));
    assertTrue(then.isBefore(clock.instant()));
    SignedRecord other = record(alice.self, 2, Duration.ofDays(2)).record();
    refusedAndToldOnce("two", () -> published(other));
  }

  @Test
  void aGuessedInvitationIsVoidAndNoFurtherGuessIsTold() throws Exception {
    var inviting = new Inviting(bob.invitations, bob.network);
    var terms = new InvitationTerms("Bob", MIB, MIB, AgreementTerms.friends());
    ShortCode code =
        ShortCode.parse(inviting.invite(terms, Invitations.LIFE, Optional.empty()).words()).code();
    List<Integer> guess = code.words().stream().map(word -> (word + 1) % 2048).toList();
    String words = new ShortCode(code.number(), guess).text();
    List<String> said = new ArrayList<>();
    for (int i = 0; i < 2 * TIMES; i++) {
      said.add(
          assertThrows(
                  NotPermittedException.class,
                  () ->
                      alice
                          .acceptance(clock::advance)
                          .accept(
                              words,
                              Optional.of(bob.self.addresses().get(0)),
                              "Alice",
                              Acceptance.atMost(MIB)))
              .getMessage());
    }
    assertTrue(said.get(2).contains("void now"), said.toString());
    assertTrue(said.get(9).contains("is void"), said.toString());
    assertEquals(3, log.list.size(), "each guess that counted, and none after that: " + log.list);
    assertTrue(bob.book.all().isEmpty() && alice.book.all().isEmpty());
    inviting.close();
  }

  private RecordExchange asking(String broker, VirtualNetwork.Tampering tampering)
      throws IOException {
    var key = TestNode.keyOf(broker);
    var at = new NodeAddress(broker, 5485);
    var identity = NodeIdentity.create(key, Role.NODE, 1, clock, new SecureRandom());
    var self = new LocalNode(identity, "kith broker", List.of(at), clock);
    var rows = new kith.index.MemoryStorage().rows(() -> {});
    var known = new KnownNodes(rows, key.id(), clock, KnownNodes.Bounds.broker(0));
    network
        .node(self, RelayForTests.broker(self, known))
        .listen(java.net.InetSocketAddress.createUnresolved(broker, 5485));
    network.tamper(key.id(), tampering);
    return bob.exchange(
        new RecordExchange.Sources(List.of(new Contact(key.id(), List.of(at))), List::of));
  }

  private void brokerChangesNothing(RecordExchange exchange, String reason) throws Exception {
    exchange.tick();
    List<String> before = stored();
    for (int i = 0; i < TIMES; i++) {
      clock.advance(Duration.ofMinutes(31));
      exchange.tick();
    }
    assertEquals(before, stored());
    List<String> told = log.list.stream().map(ILoggingEvent::getFormattedMessage).toList();
    assertEquals(1, told.size(), told.toString());
    assertTrue(told.get(0).contains(reason), told.toString());
  }

  @Test
  void aBrokerThatLies() throws Exception {
    NodeRecord alices = record(alice.self, 1, Duration.ofDays(3));
    byte[] lie = alices.toBytes();
    lie[lie.length - 5] ^= 1;
    byte[] page = Wire.bytes(new Reply.Records(List.of(lie), false), 1);
    brokerChangesNothing(
        asking("liar", (request, reply) -> request instanceof Request.RecordsGet ? page : reply),
        "is of no help");
  }

  @Test
  void aBrokerThatFloods() throws Exception {
    int[] made = {0};
    RecordExchange exchange =
        asking(
            "flood",
            (request, reply) -> request instanceof Request.RecordsGet ? madeUp(made) : reply);
    for (int i = 0; i < 2 * TIMES; i++) {
      exchange.tick();
      clock.advance(Duration.ofMinutes(31));
    }
    assertTrue(made[0] > 2 * KnownNodes.Bounds.NODE.ofOne(), made[0] + " made up");
    assertEquals(KnownNodes.Bounds.NODE.ofOne(), bob.known.all().size());
    List<String> told = log.list.stream().map(ILoggingEvent::getFormattedMessage).toList();
    assertEquals(1, told.size(), told.toString());
    assertTrue(told.get(0).contains("tells of too many nodes"), told.toString());
  }

  /** A page of nodes that nobody runs. */
  private byte[] madeUp(int[] made) {
    var records = new ArrayList<byte[]>();
    for (int i = 0; i < Protocol.MAX_RECORDS; i++) {
      var node = TestNode.keyOf("made up " + made[0]++);
      var identity = NodeIdentity.create(node, Role.NODE, 1, clock, new SecureRandom());
      try {
        var self = new LocalNode(identity, "x", alice.self.addresses(), clock);
        records.add(record(self, 1, RecordExchange.LIFE).toBytes());
      } catch (CorruptDataException e) {
        throw new IllegalStateException(e);
      }
    }
    return Wire.bytes(new Reply.Records(records, true), 1);
  }

  @Test
  void aBrokerThatAnswersNothing() throws Exception {
    RecordExchange exchange = asking("mute", (request, reply) -> reply);
    network.kill(TestNode.keyOf("mute").id());
    brokerChangesNothing(exchange, "is of no help");
  }
}
