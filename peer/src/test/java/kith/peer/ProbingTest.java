package kith.peer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.zip.Deflater;
import kith.codec.CorruptDataException;
import kith.codec.KithException;
import kith.codec.OwnerId;
import kith.codec.PartnerUnavailableException;
import kith.index.Table;
import kith.index.Update;
import kith.peer.choice.Candidate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** How fast others are found to be, what that costs them, and what is kept of it. */
final class ProbingTest {
  private static final long RATE = 400_000;

  private final VirtualClock clock = new VirtualClock();
  private final VirtualNetwork network = new VirtualNetwork(5, clock);
  private final TestNode alice = TestNode.virtual(network, "alice.example");
  private final TestNode bob = TestNode.virtual(network, "bob.example");
  private final List<OwnerId> met = new ArrayList<>();
  private SpeedBook speeds = open();
  private final Probing probing =
      new Probing(
          alice.network,
          alice.links,
          alice.book,
          speeds,
          clock::nanos,
          link -> met.add(link.partner()));

  @AfterEach
  void close() {
    List.of(alice, bob).forEach(TestNode::close);
  }

  private SpeedBook open() {
    try {
      return new SpeedBook(alice.rows, clock);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private Contact contact() {
    return new Contact(bob.id(), bob.self.addresses());
  }

  private Candidate.Speed speed() {
    return speeds.speed(bob.id()).orElseThrow();
  }

  private static void assertAbout(long expected, long found) {
    assertTrue(Math.abs(found - expected) < expected / 20, found + ", not " + expected);
  }

  @Test
  void aStrangersUplinkIsMeasuredWithoutTheWayThere() throws IOException, KithException {
    network.uplink(bob.id(), RATE);
    network.latency(bob.id(), Duration.ofMillis(300));
    network.resetCounts();
    probing.before(contact());
    assertEquals(List.of(bob.id()), met, "whoever asks more uses the same link");
    assertAbout(RATE, speed().mean());
    assertAbout(RATE, speed().least());
    assertTrue(speed().measured());
    assertTrue(network.bytes() < Probing.MOST_BYTES + 10_000, network.bytes() + " bytes");
    long messages = network.countOf(alice.id());
    probing.before(contact());
    assertEquals(messages, network.countOf(alice.id()), "it is known for a week");
    assertEquals(speed(), open().speed(bob.id()).orElseThrow());
  }

  @Test
  void aSlowOneIsAskedForLittle() throws IOException, KithException {
    network.uplink(bob.id(), 20_000);
    network.resetCounts();
    probing.before(contact());
    assertAbout(20_000, speed().mean());
    assertTrue(network.bytes() < 200_000, network.bytes() + " bytes");
  }

  @Test
  void partnersAreMeasuredOnceAWeekOverTheirLink() throws IOException {
    network.uplink(bob.id(), RATE);
    TestNode.befriend(alice, bob, 1 << 20);
    assertEquals(0, probing.tick(), "no link");
    assertFalse(alice.client.reach(bob.id()).isCompletedExceptionally());
    assertEquals(1, probing.tick());
    assertEquals(0, probing.tick());
    network.uplink(bob.id(), RATE / 2);
    clock.advance(Duration.ofDays(7));
    assertEquals(1, probing.tick());
    assertAbout(RATE * 7 / 8, speed().mean());
    assertAbout(RATE / 2, speed().least());
    clock.advance(Duration.ofDays(91));
    assertTrue(speeds.speed(bob.id()).isEmpty(), "too long ago");
  }

  @Test
  void whoDoesNotLetItselfBeMeasuredIsAskedAgainTheNextDay() throws IOException, KithException {
    var unknown = new Reply.Failure(FailureKind.UNKNOWN_REQUEST, "what?", Duration.ZERO);
    network.tamper(
        bob.id(),
        (request, reply) -> request instanceof Request.Probe ? Wire.bytes(unknown, 1) : reply);
    probing.before(contact());
    assertTrue(speeds.speed(bob.id()).isEmpty());
    assertFalse(speeds.isDue(bob.id()));
    network.tamper(bob.id(), null);
    network.uplink(bob.id(), RATE);
    clock.advance(Duration.ofDays(1));
    probing.before(contact());
    assertAbout(RATE, speed().mean());
  }

  @Test
  void whoSendsAnotherNumberOfBytesIsNotMeasured() throws IOException, KithException {
    var little = new Reply.Probed(ByteBuffer.wrap(new byte[7]));
    network.tamper(
        bob.id(),
        (request, reply) -> request instanceof Request.Probe ? Wire.bytes(little, 1) : reply);
    probing.before(contact());
    assertTrue(speeds.speed(bob.id()).isEmpty());
  }

  @Test
  void whoCannotBeReachedIsSaidSo() {
    network.kill(bob.id());
    assertThrows(PartnerUnavailableException.class, () -> probing.before(contact()));
    assertTrue(speeds.isDue(bob.id()));
  }

  private Reply ask(int length) throws KithException {
    Link link = Calls.join(alice.network.connect(contact()));
    return Calls.join(link.send(new Request.Probe(length), Duration.ofSeconds(20)));
  }

  @Test
  void eachGetsABoundedNumberOfBytesADay() throws KithException {
    for (int i = 0; i < Probes.EACH / Protocol.PROBE_BYTES; i++) {
      var probed = assertInstanceOf(Reply.Probed.class, ask(Protocol.PROBE_BYTES));
      assertEquals(Protocol.PROBE_BYTES, probed.payload().remaining());
    }
    var busy = assertInstanceOf(Reply.Failure.class, ask(1));
    assertEquals(FailureKind.BUSY, busy.reason());
    clock.advance(busy.retryAfter());
    assertInstanceOf(Reply.Probed.class, ask(1));
  }

  @Test
  void allTogetherGetABoundedNumberOfBytesADay() {
    var probes = new Probes(clock);
    int given = 0;
    for (int i = 0; i < 2 * Probes.ALL / Probes.EACH; i++) {
      byte[] id = new byte[OwnerId.SIZE];
      id[0] = (byte) i;
      for (int j = 0; j < Probes.EACH / Protocol.PROBE_BYTES; j++) {
        Reply reply = probes.answer(new Request.Probe(Protocol.PROBE_BYTES), new OwnerId(id));
        given += reply instanceof Reply.Probed ? Protocol.PROBE_BYTES : 0;
      }
    }
    assertEquals(Probes.ALL, given);
  }

  @Test
  void noLinkOnTheWayMakesTheBytesLess() throws KithException {
    var probed = (Reply.Probed) ask(Protocol.PROBE_BYTES);
    byte[] bytes = new byte[Protocol.PROBE_BYTES];
    probed.payload().get(bytes);
    var deflater = new Deflater();
    deflater.setInput(bytes);
    deflater.finish();
    assertTrue(deflater.deflate(new byte[2 * bytes.length]) >= bytes.length);
    deflater.end();
  }

  @Test
  void itsRowIsAsItEverWasAndDamagedOnesAreForgotten() throws Exception {
    byte[] golden = Golden.bytes("row-speed");
    assertArrayEquals(golden, Messages.measuredSpeed().toRow());
    assertEquals(Messages.measuredSpeed(), MeasuredSpeed.ofRow(golden));
    for (int length = 0; length < golden.length; length++) {
      byte[] cut = Arrays.copyOf(golden, length);
      assertThrows(CorruptDataException.class, () -> MeasuredSpeed.ofRow(cut));
    }
    byte[] prefix = "speed".getBytes(StandardCharsets.UTF_8);
    byte[] key = Arrays.copyOf(prefix, 5 + OwnerId.SIZE);
    bob.id().copyTo(key, 5);
    for (int at : Set.of(0, 9, 17, 26)) {
      byte[] damaged = golden.clone();
      damaged[at] = (byte) (at == 26 ? 0 : 0xff);
      alice.rows.apply(new Update().put(Table.META, key, damaged));
      assertTrue(open().isDue(bob.id()), "byte " + at);
      assertEquals(null, alice.rows.get(Table.META, key));
    }
  }

  @Test
  void theOldestOfTooManyIsForgotten() throws IOException {
    speeds.measured(bob.id(), 5, 6);
    clock.advance(Duration.ofSeconds(1));
    for (int i = 0; i < SpeedBook.MOST; i++) {
      byte[] id = new byte[OwnerId.SIZE];
      id[1] = (byte) i;
      id[2] = (byte) (i >> 8);
      speeds.measured(new OwnerId(id), 5, 6);
    }
    assertTrue(speeds.speed(bob.id()).isEmpty());
    speeds = open();
    assertTrue(speeds.speed(bob.id()).isEmpty());
    assertEquals(5, speeds.speed(new OwnerId(new byte[OwnerId.SIZE])).orElseThrow().least());
  }
}
