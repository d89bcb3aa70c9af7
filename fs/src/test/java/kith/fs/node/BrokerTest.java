package kith.fs.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import kith.codec.CorruptDataException;
import kith.fs.Pace;
import kith.peer.NodeAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A real broker on loopback, asked by nodes over TLS. */
@Timeout(60)
final class BrokerTest {
  private @TempDir Path folder;

  private static NodeAddress free() throws Exception {
    var loopback = InetAddress.getLoopbackAddress();
    try (var socket = new ServerSocket(0, 1, loopback)) {
      return new NodeAddress(loopback.getHostAddress(), socket.getLocalPort());
    }
  }

  private Broker start(NodeAddress listen) throws Exception {
    return new Broker(
        new BrokerStart(folder.resolve("broker"), listen, 0, 0, kith.peer.RelayBounds.NONE),
        NodeWorld.real(1, Pace.NONE));
  }

  private NodeStart node(String name, String broker) throws Exception {
    Path home = folder.resolve(name);
    var config =
        ConfigFile.parse(
            home,
            "{\"listen\": \""
                + free()
                + "\", \"reserve\": \"1MB\", \"finding\": {\"name\": \""
                + name
                + "\", \"brokers\": [\""
                + broker
                + "\"]}}");
    new Initialiser(InstantSource.system(), new SecureRandom())
        .initialise(home, config, "x".toCharArray());
    return new NodeStart(home, config, new IdentityFiles(home).secrets(), null);
  }

  @Test
  void nodesFindEachOtherThroughABrokerThatIsStartedAgain() throws Exception {
    NodeAddress listen = free();
    String address;
    try (var broker = start(listen);
        var one = new NodeCore(known(broker, "one"), NodeWorld.real(1, Pace.NONE))) {
      address = broker.brokerStatus().address();
      one.exchange().tick();
      assertEquals(1, broker.brokerStatus().nodes());
      assertEquals(1, broker.brokerStatus().published());
    }
    try (var broker = start(listen);
        var two = new NodeCore(known(broker, "two"), NodeWorld.real(1, Pace.NONE))) {
      assertEquals(address, broker.brokerStatus().address());
      assertEquals(1, broker.brokerStatus().nodes());
      two.exchange().tick();
      assertEquals("one", two.known().all().get(0).facts().name());
      assertEquals(2, broker.brokerStatus().nodes());
      assertThrows(NodeException.class, broker::status);
      broker.shutdown(Duration.ZERO, ProgressSink.NONE);
      broker.awaitEnd();
    }
  }

  private NodeStart known(Broker broker, String name) throws Exception {
    return node(name, broker.brokerStatus().address());
  }

  @Test
  void aNodesHomeIsNoBrokersAndABrokersNoNodes() throws Exception {
    NodeStart node = node("node", brokerName());
    var refused =
        assertThrows(
            NodeException.class,
            () ->
                new Broker(
                    new BrokerStart(node.home(), free(), 0, 0, kith.peer.RelayBounds.NONE),
                    NodeWorld.real(1, Pace.NONE)));
    assertTrue(refused.getMessage().contains("home of a node"), refused.getMessage());
    start(free()).close();
    assertThrows(NodeException.class, () -> Initialiser.check(folder.resolve("broker")));
  }

  private static String brokerName() {
    return new kith.codec.OwnerId(new byte[32]) + "@127.0.0.1:1";
  }

  @Test
  void aDamagedKeyIsNotReplaced() throws Exception {
    start(free()).close();
    Path key = folder.resolve("broker").resolve(BrokerKey.NAME);
    Files.write(key, new byte[] {1, 2, 3});
    assertThrows(CorruptDataException.class, () -> start(free()));
    assertEquals(3, Files.size(key));
  }

  @Test
  void theCommandLineAsksABrokerForWhatABrokerKnows() throws Exception {
    Path socket = ControlSocket.ofNode(folder.resolve("broker"));
    try (var broker = start(free());
        var control = new ControlServer(socket, broker)) {
      var client = new ControlClient(socket);
      assertEquals(0, client.brokerStatus().nodes());
      var refused = assertThrows(NodeException.class, client::partners);
      assertTrue(refused.getMessage().contains("this is a broker"), refused.getMessage());
      assertTrue(control.socket().equals(socket));
    }
  }
}
