package kith.fs.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import kith.codec.OwnerId;
import kith.fs.FileState;
import kith.fs.KitPartner;
import kith.peer.NodeAddress;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ControlChannelTest {
  @TempDir Path home;
  private FakeNode node;
  private ControlServer server;
  private ControlClient client;

  @BeforeEach
  void serve() throws Exception {
    node = new FakeNode(new NodeStart(home, NodeConfig.DEFAULT, null, null));
    server = new ControlServer(ControlSocket.ofNode(home), node);
    client = new ControlClient(ControlSocket.ofNode(home));
  }

  @AfterEach
  void end() throws IOException {
    server.close();
  }

  @Test
  void statusArrivesAsItWasSaid() throws Exception {
    client.snapshot("a");
    client.accept("CODE", new AcceptTerms("Anna", 1 << 20, null, false));
    assertEquals(node.status(), client.status());
  }

  @Test
  void everyOperationReachesTheNode() throws Exception {
    assertEquals("first", client.snapshot("first").name());
    assertEquals("2026-11-21T10-00-00Z", client.snapshot(null).name());
    client.dropSnapshot("first");
    assertEquals(node.snapshots(), client.snapshots());
    var terms = new InviteTerms("", 5, 6, Duration.ofHours(1), null, false);
    assertEquals(node.invite(terms), client.invite(terms));
    client.accept("CODE", new AcceptTerms("Anna", 7, null, true));
    assertEquals(node.partners(), client.partners());
    assertEquals(node.capacity(), client.capacity());
    assertEquals(node.invitations(), client.invitations());
    client.revokeInvitation("47");
    var partner =
        new KitPartner(new OwnerId(new byte[32]), "Bo", List.of(new NodeAddress("::1", 5484)));
    node.setKitPartners(List.of(partner));
    assertEquals(node.kitPartners(), client.kitPartners());
    client.unmount(ProgressSink.NONE);
    client.shutdown(Duration.ZERO, ProgressSink.NONE);
    node.awaitEnd();
  }

  @Test
  void progressComesBeforeTheResult() throws Exception {
    var seen = new ArrayList<Progress>();
    var result = client.waitSafe(Duration.ofSeconds(9), seen::add);
    assertEquals(FileState.SAFE, result.state());
    assertEquals(List.of(0L, 1L, 2L), seen.stream().map(Progress::doneBytes).toList());
    assertEquals("shipping", seen.get(0).phase());
  }

  @Test
  void failuresKeepTheirCodeAndWords() {
    var late =
        assertThrows(
            NodeException.class, () -> client.waitSafe(Duration.ofSeconds(1), ProgressSink.NONE));
    assertEquals(ExitCode.NOT_YET_SAFE, late.code());
    assertEquals("not yet safe: 1 file is local", late.getMessage());
    var alone =
        assertThrows(
            NodeException.class, () -> client.accept("BAD", new AcceptTerms("", 1, null, false)));
    assertEquals(ExitCode.NOT_ENOUGH_PARTNERS, alone.code());
  }

  @Test
  void theNodeStopsWaitingForOneWhoIsGone() {
    assertThrows(NodeException.class, () -> client.waitSafe(Duration.ofDays(2), progress -> false));
    Awaitility.await().until(node::sawCallerGo);
  }

  @Test
  void onlyItsUserMayConnect() throws IOException {
    var socket = ControlSocket.ofNode(home);
    assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(socket)));
    var folder = Files.getPosixFilePermissions(socket.getParent());
    assertEquals("rwx------", PosixFilePermissions.toString(folder));
  }

  @Test
  void garbageIsAnsweredWithAnError() throws IOException {
    for (String line :
        List.of(
            "garbage",
            "{}",
            "[]",
            "null",
            "\"status\"",
            "{\"version\":2,\"operation\":\"status\"}",
            "{\"version\":1,\"operation\":\"fly\"}",
            "{\"version\":1,\"operation\":\"wait\"}",
            "{\"version\":1,\"operation\":\"wait\",\"arguments\":{\"timeout\":\"soon\"}}",
            "{\"version\":1,\"operation\":\"accept\",\"arguments\":{\"code\":\"x\"}}",
            "{\"version\":1,\"operation\":\"wait\",\"arguments\":{\"timeout\":\"-PT1S\"}}",
            "{\"version\":1,\"operation\":\"invite\",\"arguments\":{\"spaceForUs\":-1}}",
            "[".repeat(100_000))) {
      String reply = exchange(line + "\n");
      assertTrue(reply.contains("\"failed\""), line.length() + ": " + reply);
    }
  }

  @Test
  void anEndlessLineIsRefused() throws IOException {
    assertTrue(exchange("x".repeat(ControlJson.MAX_LINE)).contains("a control message of more"));
  }

  @Test
  void anAbandonedConnectionHarmsNobody() throws Exception {
    for (int i = 0; i < 40; i++) {
      SocketChannel.open(UnixDomainSocketAddress.of(ControlSocket.ofNode(home))).close();
    }
    Awaitility.await().untilAsserted(() -> assertEquals(node.status(), client.status()));
  }

  @Test
  void aNodeThatIsNotThereIsSaidSo() throws Exception {
    server.close();
    assertFalse(client.isServed());
    var missing = assertThrows(NodeNotRunningException.class, client::status);
    assertTrue(missing.getMessage().contains("no node runs in " + home), missing.getMessage());
    Files.createFile(ControlSocket.ofNode(home));
    assertThrows(NodeNotRunningException.class, client::status);
  }

  @Test
  void aSocketLeftByADeadProcessIsTakenOver() throws Exception {
    server.close();
    Files.createFile(ControlSocket.ofNode(home));
    server = new ControlServer(ControlSocket.ofNode(home), node);
    assertEquals(node.status(), client.status());
  }

  @Test
  void aPathTooLongForASocketIsSaidSo() {
    var deep = home.resolve("x".repeat(90));
    var refusal =
        assertThrows(
            NodeException.class, () -> new ControlServer(ControlSocket.ofNode(deep), node));
    assertTrue(refusal.getMessage().contains("shorter path"), refusal.getMessage());
    assertThrows(NodeException.class, () -> new ControlClient(ControlSocket.ofNode(deep)).status());
  }

  private String exchange(String line) throws IOException {
    try (var connection =
        SocketChannel.open(UnixDomainSocketAddress.of(ControlSocket.ofNode(home)))) {
      var bytes = ByteBuffer.wrap(line.getBytes(StandardCharsets.UTF_8));
      while (bytes.hasRemaining()) {
        connection.write(bytes);
      }
      byte[] reply = Channels.newInputStream(connection).readAllBytes();
      return new String(reply, StandardCharsets.UTF_8);
    }
  }
}
