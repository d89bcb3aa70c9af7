package kith.peer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import kith.codec.CodeParameters;
import kith.codec.CorruptDataException;
import kith.codec.Digest;
import kith.codec.KithException;
import kith.codec.NotPermittedException;
import kith.codec.OwnerId;
import kith.codec.PackId;
import kith.codec.PartnerUnavailableException;
import kith.codec.ShardName;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a link does, over any network. */
abstract class LinkContract {
  static final Duration LONG = Duration.ofSeconds(20);
  private static final ShardName SHARD =
      new ShardName(new PackId(new byte[PackId.SIZE]), CodeParameters.of(4, 2), 0);

  private final List<Network> networks = new ArrayList<>();

  /** A node's view of the network of this test. */
  abstract Network network(LocalNode self, RequestHandler handler);

  /** Where a node of this network listens; the port may be 0 for any. */
  abstract NodeAddress listen(Network network, String host) throws IOException;

  abstract InstantSource clock();

  @AfterEach
  void closeNetworks() {
    networks.forEach(Network::close);
  }

  /** One node that answers by a handler. */
  final class Node {
    final LocalNode self;
    final Network network;
    final Recorder recorder;
    NodeAddress address;

    Node(String name, RequestHandler handler) {
      this(
          NodeIdentity.create(TestNode.keyOf(name), Role.NODE, 1, clock(), new SecureRandom()),
          name,
          handler);
    }

    Node(NodeIdentity identity, String name, RequestHandler handler) {
      self = new LocalNode(identity, "kith " + name, List.of(), clock());
      recorder = new Recorder(self, handler);
      network = network(self, recorder);
      networks.add(network);
      try {
        address = listen(network, name);
      } catch (IOException e) {
        throw new java.io.UncheckedIOException(e);
      }
    }

    OwnerId id() {
      return self.identity().owner();
    }

    Contact contact() {
      return new Contact(id(), List.of(address));
    }

    Link dial(Node other) throws KithException {
      return Calls.join(network.connect(other.contact()));
    }
  }

  /** Says welcome, remembers what it saw, and leaves the rest to another handler. */
  static final class Recorder implements RequestHandler {
    final List<Link> opened = new CopyOnWriteArrayList<>();
    final List<Link> closed = new CopyOnWriteArrayList<>();
    volatile boolean strangers;
    private final LocalNode self;
    private final RequestHandler handler;

    Recorder(LocalNode self, RequestHandler handler) {
      this.self = self;
      this.handler = handler;
    }

    @Override
    public Reply handle(Request request, Link from) {
      return request instanceof Request.Hello ? self.welcome() : handler.handle(request, from);
    }

    @Override
    public boolean knows(OwnerId owner) {
      return !strangers;
    }

    @Override
    public void opened(Link link) {
      opened.add(link);
    }

    @Override
    public void closed(Link link) {
      closed.add(link);
    }
  }

  /** Answers pings and echoes blocks. */
  static Reply echo(Request request, Link from) {
    if (request instanceof Request.Ping ping) {
      return new Reply.Pong(ping.nonce() + 1);
    } else if (request instanceof Request.PutBlocks blocks) {
      byte[] copy = new byte[blocks.payload().remaining()];
      blocks.payload().duplicate().get(copy);
      return new Reply.Blocks(ByteBuffer.wrap(copy));
    }
    return new Reply.Failure(
        FailureKind.NOT_FOUND, request.kind() + " is not served", Duration.ZERO);
  }

  @Test
  void answersAndKnowsWhoIsThere() throws KithException {
    Node alice = new Node("alice", LinkContract::echo);
    Node bob = new Node("bob", LinkContract::echo);
    try (Link link = alice.dial(bob)) {
      assertEquals(bob.id(), link.partner());
      assertEquals(43, Calls.ask(link, new Request.Ping(42), LONG, Reply.Pong.class).nonce());
      assertTrue(link.isOpen());
    }
  }

  @Test
  void carriesRequestsBothWays() throws KithException {
    Node alice = new Node("alice", LinkContract::echo);
    Node bob = new Node("bob", LinkContract::echo);
    try (Link link = alice.dial(bob)) {
      Awaitility.await().until(() -> bob.recorder.opened.size() == 1);
      Link back = bob.recorder.opened.get(0);
      assertEquals(alice.id(), back.partner());
      assertEquals(8, Calls.ask(back, new Request.Ping(7), LONG, Reply.Pong.class).nonce());
      assertEquals(9, Calls.ask(link, new Request.Ping(8), LONG, Reply.Pong.class).nonce());
    }
  }

  @Test
  void carriesBulkUnchangedInBothDirections() throws KithException {
    Node alice = new Node("alice", LinkContract::echo);
    Node bob = new Node("bob", LinkContract::echo);
    byte[] bulk = new byte[Protocol.PUT_BYTES];
    Shards.random(3).nextBytes(bulk);
    try (Link link = alice.dial(bob)) {
      for (int length : new int[] {0, 1, 16_383, 16_384, 65_536, bulk.length}) {
        var blocks = new Request.PutBlocks(SHARD, 0, ByteBuffer.wrap(bulk, 0, length));
        ByteBuffer reply = Calls.ask(link, blocks, LONG, Reply.Blocks.class).payload();
        byte[] back = new byte[reply.remaining()];
        reply.duplicate().get(back);
        assertArrayEquals(java.util.Arrays.copyOf(bulk, length), back, "of " + length);
      }
    }
  }

  @Test
  void keepsManyRequestsUnderWayAndGivesEachItsReply() {
    Node alice = new Node("alice", LinkContract::echo);
    Node bob = new Node("bob", LinkContract::echo);
    try (Link link = alice.network.connect(bob.contact()).join()) {
      var replies = new ArrayList<CompletableFuture<Reply>>();
      for (int i = 0; i < 500; i++) {
        replies.add(link.send(new Request.Ping(i), LONG));
      }
      for (int i = 0; i < 500; i++) {
        assertEquals(new Reply.Pong(i + 1), replies.get(i).join());
      }
    }
  }

  @Test
  void handlesRequestsOfOneShardInOrder() {
    var offsets = new ArrayList<Long>();
    Node alice = new Node("alice", LinkContract::echo);
    Node bob =
        new Node(
            "bob",
            (request, from) -> {
              offsets.add(((Request.PutBlocks) request).offset());
              return new Reply.Done();
            });
    try (Link link = alice.network.connect(bob.contact()).join()) {
      var replies = new ArrayList<CompletableFuture<Reply>>();
      var expected = new ArrayList<Long>();
      for (long i = 0; i < 300; i++) {
        expected.add(i);
        var blocks = new Request.PutBlocks(SHARD, i, ByteBuffer.allocate(100));
        replies.add(link.send(blocks, LONG));
      }
      replies.forEach(CompletableFuture::join);
      assertEquals(expected, offsets);
    }
  }

  @Test
  void passesFailuresOn() throws KithException {
    Node alice = new Node("alice", LinkContract::echo);
    Node bob = new Node("bob", LinkContract::echo);
    try (Link link = alice.dial(bob)) {
      Reply reply = Calls.join(link.send(new Request.HeadGet(0), LONG));
      Reply.Failure failure = assertInstanceOf(Reply.Failure.class, reply);
      assertEquals(FailureKind.NOT_FOUND, failure.reason());
      assertEquals("HEAD_GET is not served", failure.message());
    }
  }

  @Test
  void aHandlerThatThrowsFailsOnlyItsRequest() throws KithException {
    Node alice = new Node("alice", LinkContract::echo);
    Node bob =
        new Node(
            "bob",
            (request, from) -> {
              if (request instanceof Request.HeadGet) {
                throw new IllegalStateException("a bug, made for this test");
              }
              return echo(request, from);
            });
    try (Link link = alice.dial(bob)) {
      Reply reply = Calls.join(link.send(new Request.HeadGet(0), LONG));
      assertEquals(FailureKind.SICK, assertInstanceOf(Reply.Failure.class, reply).reason());
      assertEquals(2, Calls.ask(link, new Request.Ping(1), LONG, Reply.Pong.class).nonce());
    }
  }

  @Test
  void refusesSomebodyElseAtTheAddress() {
    Node alice = new Node("alice", LinkContract::echo);
    Node bob = new Node("bob", LinkContract::echo);
    Node eve = new Node("eve", LinkContract::echo);
    var toBob = new Contact(bob.id(), List.of(eve.address));
    var refused =
        assertThrows(NotPermittedException.class, () -> Calls.join(alice.network.connect(toBob)));
    assertTrue(refused.getMessage().contains(eve.id().toString()), refused.getMessage());
    assertTrue(refused.getMessage().contains(bob.id().toString()), refused.getMessage());
  }

  @Test
  void findsTheRightOneBehindWrongAddresses() throws KithException {
    Node alice = new Node("alice", LinkContract::echo);
    Node bob = new Node("bob", LinkContract::echo);
    Node eve = new Node("eve", LinkContract::echo);
    var toBob = new Contact(bob.id(), List.of(eve.address, bob.address));
    try (Link link = Calls.join(alice.network.connect(toBob))) {
      assertEquals(bob.id(), link.partner());
    }
  }

  @Test
  void refusesAnExpiredCredential() {
    InstantSource past =
        () -> clock().instant().minus(Credential.NODE_LIFE).minus(Duration.ofDays(10));
    NodeIdentity old =
        NodeIdentity.create(TestNode.keyOf("old"), Role.NODE, 1, past, new SecureRandom());
    Node alice = new Node("alice", LinkContract::echo);
    Node expired = new Node(old, "old", LinkContract::echo);
    var toExpired = assertThrows(NotPermittedException.class, () -> alice.dial(expired));
    assertTrue(toExpired.getMessage().contains("expired"), toExpired.getMessage());
    assertThrows(NotPermittedException.class, () -> expired.dial(alice));
    assertTrue(alice.recorder.opened.isEmpty());
  }

  @Test
  void saysWhenThereIsNoAddress() {
    Node alice = new Node("alice", LinkContract::echo);
    Node bob = new Node("bob", LinkContract::echo);
    var nowhere = new Contact(bob.id(), List.of());
    assertThrows(
        PartnerUnavailableException.class, () -> Calls.join(alice.network.connect(nowhere)));
  }

  @Test
  void requestsFailOnceTheLinkIsClosed() throws KithException {
    Node alice = new Node("alice", LinkContract::echo);
    Node bob = new Node("bob", LinkContract::echo);
    Link link = alice.dial(bob);
    link.close();
    Awaitility.await().until(() -> !link.isOpen());
    assertThrows(
        PartnerUnavailableException.class, () -> Calls.join(link.send(new Request.Ping(1), LONG)));
    Awaitility.await().until(() -> bob.recorder.closed.size() == 1);
    assertFalse(bob.recorder.closed.get(0).isOpen());
  }

  @Test
  void carriesEveryKindOfRequestAndReply() throws KithException {
    var seen = new CopyOnWriteArrayList<Request>();
    var answers = new ArrayList<>(EveryMessage.replies());
    Node alice = new Node("alice", LinkContract::echo);
    Node bob =
        new Node(
            "bob",
            (request, from) -> {
              seen.add(request);
              return answers.get(seen.size() % answers.size());
            });
    try (Link link = alice.dial(bob)) {
      for (Request request : EveryMessage.requests()) {
        if (!(request instanceof Request.Hello)) {
          Reply reply = Calls.join(link.send(request, LONG));
          assertEquals(answers.get(seen.size() % answers.size()).kind(), reply.kind());
        }
      }
    }
    assertEquals(EveryMessage.requests().size() - 1, seen.size());
  }

  @Test
  void aReplyOfAnotherTypeIsNoAnswer() throws KithException {
    Node alice = new Node("alice", LinkContract::echo);
    Node bob = new Node("bob", (request, from) -> new Reply.Done());
    try (Link link = alice.dial(bob)) {
      assertThrows(
          CorruptDataException.class,
          () -> Calls.ask(link, new Request.Ping(1), LONG, Reply.Pong.class));
    }
  }

  static ShardName anyShard() {
    return SHARD;
  }

  static Digest anyDigest() {
    return new Digest(new byte[Digest.SIZE]);
  }
}
