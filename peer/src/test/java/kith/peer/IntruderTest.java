package kith.peer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import kith.codec.KithException;
import kith.codec.PartnerUnavailableException;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What comes to a node's port that is no partner, against a real socket. */
@Timeout(30)
final class IntruderTest {
  private static final Duration SHORT = Duration.ofMillis(400);

  /** About 320 KiB of them. */
  private static final List<Reply.Listed> LISTED =
      Collections.nCopies(
          Protocol.MAX_LISTED,
          new Reply.Listed(Messages.SHARD, new byte[256], 70_000, Messages.ROOT, 41));

  private final InstantSource clock = InstantSource.system();
  private final List<AutoCloseable> open = new ArrayList<>();
  private final LocalNode self = local(identity("holder"));
  private final LocalNode friend = local(identity("friend"));
  private final AtomicInteger served = new AtomicInteger();
  private LinkContract.Recorder recorder;
  private NettyNetwork network;
  private InetSocketAddress address;

  private static NodeIdentity identity(String name) {
    return NodeIdentity.create(
        TestNode.keyOf(name), Role.NODE, 1, InstantSource.system(), new SecureRandom());
  }

  private static LocalNode local(NodeIdentity identity) {
    return new LocalNode(identity, "kith test", List.of(), InstantSource.system());
  }

  @BeforeEach
  void listen() throws IOException {
    recorder = new LinkContract.Recorder(self, this::serve);
    var limits =
        new TransportLimits(
            SHORT,
            SHORT,
            SHORT,
            Duration.ofSeconds(20),
            Duration.ofSeconds(60),
            50,
            8,
            6,
            4,
            SHORT.multipliedBy(3),
            0,
            1 << 20);
    network = new NettyNetwork(self, recorder, limits, true);
    address = network.listen(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)).address();
  }

  private Reply serve(Request request, Link from) {
    served.incrementAndGet();
    ByteBuffer bulk = ByteBuffer.wrap(new byte[1 << 20]);
    if (request instanceof Request.Get) {
      return new Reply.Blocks(bulk);
    } else if (request instanceof Request.HeadGet head && head.back() == 0) {
      return new Reply.HeadFound(1, bulk);
    } else if (request instanceof Request.ListShards) {
      return new Reply.Shards(LISTED, true);
    } else if (request instanceof Request.LedgerGet) {
      return new Reply.LedgerPart(1, 1, Messages.ROOT, bulk);
    }
    return LinkContract.echo(request, from);
  }

  @AfterEach
  void close() throws Exception {
    for (AutoCloseable each : open) {
      each.close();
    }
    network.close();
  }

  private Socket connect() throws IOException {
    Socket socket = new Socket(address.getAddress(), address.getPort());
    socket.setSoTimeout(20_000);
    open.add(socket);
    return socket;
  }

  /** After whatever happened, a partner is served. */
  private void serves() throws KithException {
    try (var other = new NettyNetwork(friend, recorder, NetworkThreads.PLAIN);
        Link link = Calls.join(other.connect(contact()))) {
      assertEquals(
          2, Calls.ask(link, new Request.Ping(1), LinkContract.LONG, Reply.Pong.class).nonce());
    }
    assertEquals(0, network.intakeTaken());
  }

  private Contact contact() {
    return new Contact(self.identity().owner(), List.of(NodeAddress.of(address)));
  }

  private static void expectEnd(InputStream in) throws IOException {
    try {
      in.transferTo(OutputStream.nullOutputStream());
    } catch (IOException e) {
      assertTrue(!(e instanceof java.net.SocketTimeoutException), "the connection stayed open");
    }
  }

  @Test
  void garbageOnThePortIsHungUpOn() throws Exception {
    Socket socket = connect();
    byte[] garbage = new byte[2000];
    Shards.random(5).nextBytes(garbage);
    garbage[0] = 'G';
    socket.getOutputStream().write(garbage);
    expectEnd(socket.getInputStream());
    Awaitility.await().until(() -> network.handshakes() == 0);
    serves();
  }

  @Test
  void whoSaysNothingIsHungUpOn() throws Exception {
    expectEnd(connect().getInputStream());
    Awaitility.await().until(() -> network.handshakes() == 0);
    serves();
  }

  @Test
  void aSlowHandshakeIsHungUpOn() throws Exception {
    Socket socket = connect();
    OutputStream out = socket.getOutputStream();
    out.write(new byte[] {0x16, 3, 1, 2, 0});
    out.flush();
    expectEnd(socket.getInputStream());
    serves();
  }

  @Test
  void fewHandshakesAtOnceAreAdmitted() throws Exception {
    for (int i = 0; i < 20; i++) {
      connect();
    }
    Awaitility.await().until(() -> network.handshakes() > 0);
    assertTrue(network.handshakes() <= 6, "handshakes: " + network.handshakes());
    Awaitility.await().until(() -> network.handshakes() == 0);
    serves();
  }

  /** A TLS socket that trusts anybody and shows this certificate, or none. */
  private SSLSocket tls(KeyPair key, X509Certificate certificate)
      throws IOException, GeneralSecurityException {
    var keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    if (certificate != null) {
      store.setKeyEntry("k", key.getPrivate(), new char[0], new X509Certificate[] {certificate});
    }
    keys.init(store, new char[0]);
    SSLContext context = SSLContext.getInstance("TLSv1.3");
    var trust = new PeerTrust(null, clock);
    context.init(keys.getKeyManagers(), new TrustManager[] {trust}, null);
    var socket = (SSLSocket) context.getSocketFactory().createSocket(connect(), "holder", 1, true);
    socket.setSoTimeout(20_000);
    open.add(socket);
    return socket;
  }

  private SSLSocket tls(NodeIdentity identity) throws IOException, GeneralSecurityException {
    var pair = new KeyPair(identity.publicKey(), identity.privateKey());
    return tls(pair, NodeCertificate.of(identity));
  }

  private static void write(SSLSocket socket, byte[]... parts) throws IOException {
    for (byte[] part : parts) {
      socket.getOutputStream().write(part);
    }
    socket.getOutputStream().flush();
  }

  private static Reply read(SSLSocket socket) throws IOException, KithException {
    var in = new DataInputStream(socket.getInputStream());
    int length = in.readInt();
    byte[] frame = new byte[length + 4];
    ByteBuffer.wrap(frame).putInt(length);
    in.readFully(frame, 4, length);
    return (Reply) Wire.read(frame);
  }

  @Test
  void whoShowsNoCertificateIsHungUpOn() throws Exception {
    SSLSocket socket = tls(null, null);
    assertThrows(
        IOException.class,
        () -> {
          write(socket, Wire.bytes(friend.hello(), 1));
          read(socket);
        });
    assertTrue(recorder.opened.isEmpty());
    serves();
  }

  @Test
  void whoShowsAnotherOwnersCredentialWithHisOwnKeyIsHungUpOn() throws Exception {
    Credential stolen = friend.identity().credential();
    KeyPair own = NodeKeys.generate(new SecureRandom());
    SSLSocket socket = tls(own, CertificatesForTests.carrying(stolen.toBytes(), own));
    assertThrows(
        IOException.class,
        () -> {
          write(socket, Wire.bytes(friend.hello(), 1));
          read(socket);
        });
    assertTrue(recorder.opened.isEmpty());
    serves();
  }

  @Test
  void whoShowsAFalseCredentialIsHungUpOn() throws Exception {
    var pair = new KeyPair(friend.identity().publicKey(), friend.identity().privateKey());
    byte[] forged = friend.identity().credential().toBytes();
    forged[5] ^= 1;
    SSLSocket socket = tls(pair, CertificatesForTests.carrying(forged, pair));
    assertThrows(
        IOException.class,
        () -> {
          write(socket, Wire.bytes(friend.hello(), 1));
          read(socket);
        });
    serves();
  }

  @Test
  void whoDoesNotSayHelloIsHungUpOn() throws Exception {
    SSLSocket socket = tls(friend.identity());
    socket.startHandshake();
    var failure = assertInstanceOf(Reply.Failure.class, read(socket));
    assertTrue(failure.message().contains("no hello"), failure.message());
    expectEnd(socket.getInputStream());
    serves();
  }

  @Test
  void whoAsksBeforeHelloIsRefused() throws Exception {
    SSLSocket socket = tls(friend.identity());
    write(socket, Wire.bytes(new Request.Ping(1), 1));
    var failure = assertInstanceOf(Reply.Failure.class, read(socket));
    assertEquals(FailureKind.NOT_PERMITTED, failure.reason());
    write(socket, Wire.bytes(friend.hello(), 2));
    assertInstanceOf(Reply.Welcome.class, read(socket));
    serves();
  }

  private SSLSocket greeted() throws IOException, GeneralSecurityException, KithException {
    SSLSocket socket = tls(friend.identity());
    write(socket, Wire.bytes(friend.hello(), 1));
    assertInstanceOf(Reply.Welcome.class, read(socket));
    return socket;
  }

  @Test
  void aFrameTooLargeEndsTheLinkWithTheReason() throws Exception {
    SSLSocket socket = greeted();
    byte[] huge = Wire.bytes(new Request.Ping(1), 1);
    ByteBuffer.wrap(huge).putInt(Integer.MAX_VALUE);
    write(socket, huge);
    var failure = assertInstanceOf(Reply.Failure.class, read(socket));
    assertTrue(failure.message().contains("2147483647 bytes"), failure.message());
    expectEnd(socket.getInputStream());
    serves();
  }

  @Test
  void whoBreaksTheLinkOffHasAnsweredNothingThatWasAskedOverIt() throws Exception {
    SSLSocket socket = greeted();
    Awaitility.await().until(() -> !recorder.opened.isEmpty());
    var asked = recorder.opened.get(0).send(new Request.Ping(1), LinkContract.LONG);
    var broken = new Reply.Failure(FailureKind.CORRUPT_DATA, "it took too long", Duration.ZERO);
    write(socket, Wire.bytes(broken, 0));
    var away = assertThrows(PartnerUnavailableException.class, () -> Calls.join(asked));
    assertTrue(away.getMessage().contains("it took too long"), away.getMessage());
  }

  @Test
  void aFrameThatDripsInEndsTheLink() throws Exception {
    SSLSocket socket = greeted();
    write(socket, java.util.Arrays.copyOf(Wire.bytes(new Request.Ping(1), 1), 10));
    var failure = assertInstanceOf(Reply.Failure.class, read(socket));
    assertTrue(failure.message().contains("longer than"), failure.message());
    expectEnd(socket.getInputStream());
    serves();
  }

  @Test
  void requestsThatAreNotUnderstoodCostNothingButThemselves() throws Exception {
    SSLSocket socket = greeted();
    byte[] unknown = Wire.bytes(new Request.Ping(1), 2);
    unknown[5] = 99;
    byte[] damaged = Wire.bytes(new Request.Ping(1), 3);
    damaged[FrameHeader.SIZE] = 0x17;
    write(socket, unknown, damaged, Wire.bytes(new Request.Ping(1), 4));
    var first = assertInstanceOf(Reply.Failure.class, read(socket));
    assertEquals(FailureKind.UNKNOWN_REQUEST, first.reason());
    var second = assertInstanceOf(Reply.Failure.class, read(socket));
    assertEquals(FailureKind.CORRUPT_DATA, second.reason());
    assertInstanceOf(Reply.Pong.class, read(socket));
  }

  @Test
  void everyFlippedByteOfARequestLeavesALinkThatServesTheNext() throws Exception {
    SSLSocket socket = greeted();
    byte[] whole = Wire.bytes(new Request.HeadGet(1), 5);
    for (int at = FrameHeader.SIZE; at < whole.length; at++) {
      byte[] damaged = whole.clone();
      damaged[at] ^= 0x21;
      write(socket, damaged, Wire.bytes(new Request.Ping(at), 6));
      assertInstanceOf(Reply.Failure.class, read(socket));
      assertEquals(new Reply.Pong(at + 1), read(socket));
    }
  }

  @Test
  void strangersAreFewAndDoNotStay() throws Exception {
    recorder.strangers = true;
    var sockets = new ArrayList<SSLSocket>();
    for (int i = 0; i < 4; i++) {
      sockets.add(greeted());
    }
    SSLSocket fifth = tls(friend.identity());
    assertThrows(
        IOException.class,
        () -> {
          write(fifth, Wire.bytes(friend.hello(), 1));
          read(fifth);
        });
    for (SSLSocket socket : sockets) {
      expectEnd(socket.getInputStream());
    }
    recorder.strangers = false;
    serves();
  }

  @Test
  void theDataOfStrangersTakesNoRoom() throws Exception {
    recorder.strangers = true;
    bringsData(greeted(), new Request.PutBlocks(Messages.SHARD, 0, ByteBuffer.allocate(1 << 20)));
    bringsData(greeted(), new Reply.Blocks(ByteBuffer.allocate(1 << 20)));
    recorder.strangers = false;
    bringsData(
        tls(friend.identity()),
        new Request.PutBlocks(Messages.SHARD, 0, ByteBuffer.allocate(1 << 20)));
    serves();
  }

  /** Only the first bytes of it. */
  private void bringsData(SSLSocket socket, Message message) throws Exception {
    write(socket, java.util.Arrays.copyOf(Wire.bytes(message, 1), 1000));
    var failure = assertInstanceOf(Reply.Failure.class, read(socket));
    assertEquals(FailureKind.NOT_PERMITTED, failure.reason());
    expectEnd(socket.getInputStream());
    assertEquals(0, network.intakeTaken());
  }

  @Test
  void whoAsksAndDoesNotReadIsToldToWait() throws Exception {
    asksAndDoesNotRead(new Request.Get(Messages.SHARD, 0, 16), 200);
    asksAndDoesNotRead(new Request.HeadGet(0), 200);
    asksAndDoesNotRead(new Request.LedgerGet(0, Protocol.MAX_LISTED), 200);
    asksAndDoesNotRead(new Request.ListShards(null, Protocol.MAX_LISTED), 600);
    serves();
  }

  /** For some 200 MiB. */
  private void asksAndDoesNotRead(Request request, int times) throws Exception {
    try (SSLSocket socket = greeted()) {
      for (int i = 1; i <= times; i++) {
        write(socket, Wire.bytes(request, i));
      }
      awaitQuiet();
      int busy = 0;
      for (int i = 1; i <= times; i++) {
        busy += read(socket) instanceof Reply.Failure ? 1 : 0;
      }
      assertTrue(busy > times / 2, "too much was queued for " + request.kind());
      assertTrue(busy < times, "nothing was served for " + request.kind());
    }
  }

  /** Until the node serves nothing more: however slow it is, nobody has read until then. */
  private void awaitQuiet() {
    int[] before = {-1};
    Awaitility.await()
        .pollInterval(Duration.ofMillis(300))
        .until(
            () -> {
              int now = served.get();
              boolean quiet = now == before[0];
              before[0] = now;
              return quiet;
            });
  }

  @Test
  void aReplyNobodyAskedForIsIgnored() throws Exception {
    SSLSocket socket = greeted();
    write(socket, Wire.bytes(new Reply.Done(), 77), Wire.bytes(new Request.Ping(1), 4));
    assertInstanceOf(Reply.Pong.class, read(socket));
  }

  @Test
  void aRequestWithAFlippedByteIsAnsweredAndTheSameLinkServesTheNext() throws Exception {
    SSLSocket socket = greeted();
    for (Request request : EveryMessage.requests()) {
      byte[] whole = Wire.bytes(request, 2);
      for (int at = FrameHeader.SIZE; at < whole.length; at += 5) {
        byte[] flipped = whole.clone();
        flipped[at] ^= (byte) (1 << at % 8);
        write(socket, flipped, Wire.bytes(new Request.Ping(at), 3));
        var replies = List.of(read(socket), read(socket)); // in whatever order
        assertTrue(replies.contains(new Reply.Pong(at + 1)), request.kind() + " byte " + at);
      }
    }
    serves();
  }
}
