package kith.peer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import kith.codec.KithException;
import kith.codec.PartnerUnavailableException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A node with several addresses, at some of which nobody answers. */
@Timeout(60)
final class DialingTest {
  private static final Duration LONG = Duration.ofMinutes(10);

  /** So patient that whoever waits for one address before the next misses the test's time. */
  private static final TransportLimits PATIENT =
      new TransportLimits(
          LONG, LONG, LONG, Duration.ofSeconds(20), LONG, 50, 50, 50, 50, LONG, 0, 1 << 20);

  private final InetAddress loopback = InetAddress.getLoopbackAddress();
  private final List<ServerSocket> mute = new ArrayList<>();
  private NettyNetwork caller;
  private NettyNetwork called;
  private NodeAddress there;

  private static LocalNode node(String name) {
    var clock = InstantSource.system();
    var key = TestNode.keyOf(name);
    var identity = NodeIdentity.create(key, Role.NODE, 1, clock, new SecureRandom());
    return new LocalNode(identity, name, List.of(), clock);
  }

  private static NettyNetwork network(String name) {
    LocalNode self = node(name);
    return new NettyNetwork(
        self, new LinkContract.Recorder(self, LinkContract::echo), PATIENT, true);
  }

  @BeforeEach
  void start() throws IOException {
    caller = network("caller");
    called = network("called");
    there = NodeAddress.of(called.listen(new InetSocketAddress(loopback, 0)).address());
  }

  @AfterEach
  void end() throws IOException {
    caller.close();
    called.close();
    for (ServerSocket each : mute) {
      each.close();
    }
  }

  /** It accepts and says nothing, as a packet that gets lost says nothing. */
  private NodeAddress silence() throws IOException {
    mute.add(new ServerSocket(0, 5, loopback));
    return new NodeAddress(loopback.getHostAddress(), mute.get(mute.size() - 1).getLocalPort());
  }

  private Contact contact(NodeAddress... addresses) {
    return new Contact(TestNode.keyOf("called").id(), List.of(addresses));
  }

  @Test
  void anAddressWhereNobodyAnswersDoesNotHoldUpTheNext() throws Exception {
    try (Link link = Calls.join(caller.connect(contact(silence(), silence(), there)))) {
      assertEquals(TestNode.keyOf("called").id(), link.partner());
    }
  }

  @Test
  void whereAllRefuseItFailsAtOnce() throws KithException, IOException {
    NodeAddress closed = silence();
    mute.get(0).close();
    var failure =
        assertThrows(
            PartnerUnavailableException.class,
            () -> Calls.join(caller.connect(contact(closed, closed, closed))));
    assertTrue(failure.getMessage().contains("cannot be reached"), failure.getMessage());
  }
}
