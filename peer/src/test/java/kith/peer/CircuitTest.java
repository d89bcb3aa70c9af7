package kith.peer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import kith.codec.KithException;
import kith.codec.PartnerUnavailableException;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a relay can do to those who talk through it, and they to it, over real sockets. */
@Timeout(120)
final class CircuitTest {
  private static final Duration SHORT = Duration.ofSeconds(2);
  private static final TransportLimits HASTY =
      new TransportLimits(
          SHORT, SHORT, SHORT, Duration.ofMillis(500), SHORT, 50, 8, 6, 4, SHORT, 0, 1 << 20);

  private final List<AutoCloseable> open = new ArrayList<>();

  @AfterEach
  void close() throws Exception {
    for (AutoCloseable each : open) {
      each.close();
    }
  }

  private RelayForTests relay(RelayBounds bounds) {
    var relay = new RelayForTests(bounds);
    open.add(0, relay);
    return relay;
  }

  /** A node behind the relay. */
  private final class Node {
    final LocalNode self;
    final LinkContract.Recorder recorder;
    final RelayForTests.Through network;
    final NodeAddress address;

    Node(RelayForTests relay, String name) throws KithException {
      this(relay, name, TransportLimits.DEFAULT);
    }

    Node(RelayForTests relay, String name, TransportLimits limits) throws KithException {
      var clock = InstantSource.system();
      var identity =
          NodeIdentity.create(TestNode.keyOf(name), Role.NODE, 1, clock, new SecureRandom());
      self = new LocalNode(identity, name, List.of(), clock);
      recorder = new LinkContract.Recorder(self, LinkContract::echo);
      network = relay.new Through(self, recorder, limits);
      open.add(0, network);
      address = network.listen(name);
    }

    Contact contact() {
      return new Contact(self.identity().owner(), List.of(address));
    }
  }

  private static byte[] echoed(Link link, byte[] bytes, Duration deadline) throws KithException {
    var blocks = new Request.PutBlocks(LinkContract.anyShard(), 0, ByteBuffer.wrap(bytes));
    ByteBuffer reply = Calls.ask(link, blocks, deadline, Reply.Blocks.class).payload();
    byte[] back = new byte[reply.remaining()];
    reply.duplicate().get(back);
    return back;
  }

  /** Gets what a side sends, in order, and says what is passed on. */
  private interface Tap {
    boolean passes(ByteBuf bytes);
  }

  private static void tap(NettyCircuitEnd end, Tap tap) {
    var pipeline = end.channel().pipeline();
    pipeline.addBefore(
        pipeline.context(end).name(),
        "tap",
        new ChannelInboundHandlerAdapter() {
          @Override
          public void channelRead(ChannelHandlerContext context, Object message) {
            if (tap.passes((ByteBuf) message)) {
              context.fireChannelRead(message);
            } else {
              ((ByteBuf) message).release();
            }
          }
        });
  }

  @Test
  void theRelaySeesNothingOfWhatIsSaid() throws KithException {
    RelayForTests relay = relay(RelayForTests.AMPLE);
    var seen = new ByteArrayOutputStream();
    relay.tampering =
        end ->
            tap(
                end,
                bytes -> {
                  byte[] copy = new byte[bytes.readableBytes()];
                  bytes.getBytes(bytes.readerIndex(), copy);
                  synchronized (seen) {
                    seen.writeBytes(copy);
                  }
                  return true;
                });
    Node alice = new Node(relay, "alice");
    Node bob = new Node(relay, "bob");
    byte[] secret = "nobody but bob may read this ".repeat(1000).getBytes(StandardCharsets.UTF_8);
    try (Link link = Calls.join(alice.network.connect(bob.contact()))) {
      assertArrayEquals(secret, echoed(link, secret, LinkContract.LONG));
    }
    String wire = seen.toString(StandardCharsets.ISO_8859_1);
    assertTrue(wire.length() > 2 * secret.length, "the tap saw " + wire.length());
    for (String part : List.of("nobody but", "kith", alice.self.software() + ' ')) {
      assertFalse(wire.contains(part), part);
    }
    byte[] owner = alice.self.identity().owner().toBytes();
    assertFalse(wire.contains(new String(owner, StandardCharsets.ISO_8859_1)));
  }

  @Test
  void everyByteThatARelayChangesEndsTheLink() throws KithException {
    RelayForTests relay = relay(RelayForTests.AMPLE);
    Node alice = new Node(relay, "alice");
    Node bob = new Node(relay, "bob");
    byte[] content = new byte[3000];
    Shards.random(2).nextBytes(content);
    for (int at = 1; at < 6000; at += 397) {
      int place = at;
      var changed = new AtomicInteger();
      relay.tampering =
          end -> {
            var count = new AtomicLong();
            tap(
                end,
                bytes -> {
                  long offset = place - count.getAndAdd(bytes.readableBytes());
                  if (offset >= 0 && offset < bytes.readableBytes()) {
                    int index = bytes.readerIndex() + (int) offset;
                    bytes.setByte(index, bytes.getByte(index) ^ 0x10);
                    changed.incrementAndGet();
                  }
                  return true;
                });
          };
      assertThrows(KithException.class, () -> talk(alice, bob, content), "byte " + place);
      assertTrue(changed.get() > 0, "byte " + place + " was not sent");
      Awaitility.await().until(() -> relay.service.circuits() == 0);
    }
    relay.tampering = end -> {};
    talk(alice, bob, content);
    bob.recorder.opened.forEach(Link::close);
  }

  private static void talk(Node alice, Node bob, byte[] content) throws KithException {
    try (Link link = Calls.join(alice.network.connect(bob.contact()))) {
      for (int i = 0; i < 3; i++) {
        assertArrayEquals(content, echoed(link, content, LinkContract.LONG));
      }
    }
  }

  @Test
  void whatARelayDropsEndsTheLinkInTime() throws KithException {
    RelayForTests relay = relay(RelayForTests.AMPLE);
    Node alice = new Node(relay, "alice", HASTY);
    Node bob = new Node(relay, "bob", HASTY);
    var dropping = new java.util.concurrent.atomic.AtomicBoolean();
    relay.tampering = end -> tap(end, bytes -> !dropping.get());
    Link link = Calls.join(alice.network.connect(bob.contact()));
    assertEquals(2, Calls.ask(link, new Request.Ping(1), SHORT, Reply.Pong.class).nonce());
    dropping.set(true);
    assertThrows(
        PartnerUnavailableException.class,
        () -> Calls.ask(link, new Request.Ping(1), Duration.ofMillis(300), Reply.Pong.class));
    Awaitility.await().until(() -> !link.isOpen());
    Awaitility.await().until(() -> relay.service.circuits() == 0);
  }

  @Test
  void aRelayThatCutsFailsWhatIsUnderWay() throws KithException {
    RelayForTests relay = relay(RelayForTests.AMPLE);
    var ends = new java.util.concurrent.CopyOnWriteArrayList<CircuitEnd>();
    relay.tampering = ends::add;
    Node alice = new Node(relay, "alice");
    Node bob = new Node(relay, "bob");
    Link link = Calls.join(alice.network.connect(bob.contact()));
    var waiting = new CompletableFuture<Void>();
    var reply = link.send(new Request.HeadGet(0), LinkContract.LONG);
    Calls.join(reply);
    ends.get(0).close();
    Awaitility.await().until(() -> !link.isOpen());
    Awaitility.await().until(() -> !bob.recorder.opened.get(0).isOpen());
    assertThrows(
        PartnerUnavailableException.class,
        () -> Calls.ask(link, new Request.Ping(1), SHORT, Reply.Pong.class));
    assertFalse(waiting.isDone());
  }

  @Test
  void aSideThatNeverComesLeavesNothingBehind() throws KithException {
    RelayForTests relay = relay(RelayForTests.AMPLE);
    Node alice = new Node(relay, "alice");
    Node bob = new Node(relay, "bob");
    byte[] ticket = alice.network.ticket(bob.self.identity().owner());
    assertEquals(1, relay.service.circuits());
    // Bob came when he was called, but Alice does not: his side ends with its handshake.
    Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> relay.service.circuits() == 0);
    var late = new Circuit(relay.contact, ticket, bob.self.identity().owner(), true);
    assertThrows(KithException.class, () -> Calls.join(alice.network.join(late)));
  }

  @Test
  void theRateIsBoundedAndHoldsNothingBackForEver() throws KithException {
    int rate = 1 << 20;
    RelayForTests relay = relay(new RelayBounds(4, rate, 1L << 40, 1L << 40));
    Node alice = new Node(relay, "alice");
    Node bob = new Node(relay, "bob");
    byte[] bulk = new byte[Protocol.PUT_BYTES];
    Shards.random(9).nextBytes(bulk);
    try (Link link = Calls.join(alice.network.connect(bob.contact()))) {
      long begun = System.nanoTime();
      for (int i = 0; i < 2; i++) {
        assertArrayEquals(bulk, echoed(link, bulk, LinkContract.LONG));
      }
      double seconds = (System.nanoTime() - begun) / 1e9;
      assertTrue(seconds > 3, "4 MiB at 1 MiB/s in " + seconds + " s");
    }
  }

  @Test
  void theDaysAllowanceEndsTheCircuit() throws KithException {
    RelayForTests relay = relay(new RelayBounds(4, 0, 1L << 40, 3 << 20));
    Node alice = new Node(relay, "alice");
    Node bob = new Node(relay, "bob");
    byte[] bulk = new byte[Protocol.PUT_BYTES];
    Link link = Calls.join(alice.network.connect(bob.contact()));
    assertThrows(
        PartnerUnavailableException.class,
        () -> {
          for (int i = 0; i < 10; i++) {
            echoed(link, bulk, LinkContract.LONG);
          }
        });
    assertTrue(relay.service.counts().carried() < 6 << 20, relay.service.counts().toString());
    Awaitility.await().until(() -> relay.service.circuits() == 0);
    var refused =
        assertThrows(KithException.class, () -> Calls.join(alice.network.connect(bob.contact())));
    assertTrue(refused.getMessage().contains("used up"), refused.getMessage());
  }

  @Test
  void aJoinIsTheOnlyRequestOnItsConnection() throws KithException {
    RelayForTests relay = relay(RelayForTests.AMPLE);
    Node alice = new Node(relay, "alice");
    Node bob = new Node(relay, "bob");
    byte[] ticket = alice.network.ticket(bob.self.identity().owner());
    Link greeted = Calls.join(alice.network.plain.connect(relay.contact));
    assertThrows(
        KithException.class,
        () -> Calls.join(greeted.send(new Request.RelayJoin(ticket), LinkContract.LONG)));
    Reply guess =
        Calls.join(
            Calls.join(alice.network.plain.connect(relay.contact))
                .send(new Request.RelayJoin(new byte[16]), LinkContract.LONG));
    assertEquals(FailureKind.NOT_FOUND, assertInstanceOf(Reply.Failure.class, guess).reason());
  }

  @Test
  void whoeverAsksABrokerWithoutEndIsRefused() throws KithException {
    RelayForTests relay = relay(RelayForTests.AMPLE);
    Node alice = new Node(relay, "alice");
    Node bob = new Node(relay, "bob");
    Link stranger = Calls.join(alice.network.plain.connect(relay.contact));
    var open = new Request.RelayOpen(bob.self.identity().owner());
    int served = 0;
    for (int i = 0; i < 60; i++) {
      Reply reply = Calls.join(stranger.send(open, LinkContract.LONG));
      served += ((Reply.Failure) reply).reason() == FailureKind.BUSY ? 0 : 1;
    }
    assertTrue(served <= BrokerService.PER_LINK, served + " were served");
    assertEquals(0, relay.service.circuits());
    talk(alice, bob, new byte[100]);
  }

  @Test
  void garbageInACircuitIsHungUpOn() throws KithException {
    RelayForTests relay = relay(RelayForTests.AMPLE);
    relay.tampering =
        end ->
            tap(
                end,
                bytes -> {
                  for (int i = bytes.readerIndex(); i < bytes.writerIndex(); i++) {
                    bytes.setByte(i, 0x5a);
                  }
                  return true;
                });
    Node alice = new Node(relay, "alice");
    Node bob = new Node(relay, "bob");
    assertThrows(KithException.class, () -> Calls.join(alice.network.connect(bob.contact())));
    Awaitility.await().until(() -> relay.service.circuits() == 0);
    assertTrue(bob.recorder.opened.isEmpty());
  }
}
