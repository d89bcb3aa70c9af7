package kith.peer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import kith.codec.KithException;
import kith.codec.SealedShard;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * A partner whose requests come with one byte changed, to a whole node: it refuses them, or does
 * what a partner might ask, and the next request is served. A kind of request that is new is here
 * by its example in {@link Messages}.
 */
final class FlippedRequestsTest {
  private static final Duration LONG = Duration.ofSeconds(20);
  private static final long SPACE = 1 << 30;

  private final VirtualNetwork network = new VirtualNetwork(9, new VirtualClock());
  private final TestNode alice = TestNode.virtual(network, "192.0.2.1");
  private final TestNode bob = TestNode.virtual(network, "192.0.2.2");
  private final TestNode carol = TestNode.virtual(network, "192.0.2.3");
  private final SealedShard alices = Shards.make(Shards.random(1), bob.id(), 3000);
  private final SealedShard carols = Shards.make(Shards.random(2), bob.id(), 2000);

  @BeforeEach
  void agree() throws Exception {
    TestNode.befriend(alice, bob, SPACE);
    TestNode.befriend(carol, bob, SPACE);
    alice.client.put(alices);
    carol.client.put(carols);
  }

  private Partner partner(TestNode of) {
    return of.book.find(bob.id()).orElseThrow();
  }

  @AfterEach
  void close() {
    List.of(alice, bob, carol).forEach(TestNode::close);
  }

  /** Which bob grants; the examples are for other nodes, and he refuses some of them. */
  private List<Request> granted() {
    return List.of(
        new Request.Get(alices.name(), 0, 1),
        new Request.ListShards(null, 10),
        new Request.PutOpen(
            alices.name(), alices.descriptor(), alices.sealed().length, alices.merkleRoot()),
        new Request.AgreementGet(partner(alice).agreement().id()));
  }

  @TestFactory
  Stream<DynamicTest> eachIsRefusedOrHarmlessAndTheNextRequestIsServed() {
    return Stream.concat(EveryMessage.requests().stream(), granted().stream())
        .map(request -> DynamicTest.dynamicTest(request.kind().name(), () -> flip(request)));
  }

  private void flip(Request request) throws IOException, KithException {
    RandomGenerator random = Shards.random(request.kind().tag());
    Link link = Calls.join(alice.network.connect(partner(alice).contact()));
    FailureKind unchanged = failure(link, request);
    assertTrue(unchanged == null || !granted().contains(request), request + ": " + unchanged);
    int length = Wire.bytes(request, 1).length;
    for (int at = 0; at < length; at++) {
      int place = at;
      network.garble(alice.id(), bytes -> flipped(bytes, place, random));
      assertNotEquals(FailureKind.SICK, failure(link, request), "byte " + at);
      network.garble(alice.id(), null);
      long nonce = random.nextLong();
      assertEquals(nonce, Calls.ask(link, new Request.Ping(nonce), LONG, Reply.Pong.class).nonce());
    }
    link.close();
    assertArrayEquals(alices.sealed(), bob.store.read(alice.id(), alices.name(), 0, 1));
    assertArrayEquals(carols.sealed(), bob.store.read(carol.id(), carols.name(), 0, 1));
    assertEquals(partner(alice).agreement(), bob.book.find(alice.id()).orElseThrow().agreement());
    assertEquals(partner(carol).agreement(), bob.book.find(carol.id()).orElseThrow().agreement());
  }

  private static byte[] flipped(byte[] bytes, int at, RandomGenerator random) {
    byte[] damaged = bytes.clone();
    damaged[at] ^= (byte) (1 << random.nextInt(8));
    return damaged;
  }

  /** Why it was refused; null if it was not. */
  private static FailureKind failure(Link link, Request request) throws KithException {
    Reply reply = Calls.join(link.send(request, LONG));
    return reply instanceof Reply.Failure failure ? failure.reason() : null;
  }
}
