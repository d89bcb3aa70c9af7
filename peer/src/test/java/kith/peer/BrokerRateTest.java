package kith.peer;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.List;
import kith.codec.KithException;
import kith.codec.PartnerUnavailableException;
import kith.index.MemoryStorage;
import kith.index.Rows;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A broker over TLS that one address calls too often. */
@Timeout(60)
final class BrokerRateTest {
  private static final int CALLS = 30;
  private static final int BURST = 10;

  private static LocalNode node(String name) {
    var key = TestNode.keyOf(name);
    var clock = InstantSource.system();
    var identity = NodeIdentity.create(key, Role.NODE, 1, clock, new SecureRandom());
    return new LocalNode(identity, "kith test", List.of(), clock);
  }

  @Test
  void whoCallsTooOftenIsHungUpOnAndLaterServedAgain() throws IOException {
    LocalNode self = node("broker");
    try (Rows rows = new MemoryStorage().rows(() -> {})) {
      var known =
          new KnownNodes(rows, self.identity().owner(), self.clock(), KnownNodes.Bounds.broker(0));
      var limits = TransportLimits.broker(1);
      try (var broker =
              new NettyNetwork(
                  self, RelayForTests.broker(self, known), NetworkThreads.PLAIN, limits);
          var caller = new NettyNetwork(node("caller"), (request, link) -> null, limits, true)) {
        var at = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        NodeAddress address = NodeAddress.of(broker.listen(at).address());
        var contact = new Contact(self.identity().owner(), List.of(address));
        long begun = System.nanoTime();
        int served = 0;
        for (int call = 0; call < CALLS; call++) {
          served += isServed(caller, contact) ? 1 : 0;
        }
        long seconds = 1 + (System.nanoTime() - begun) / 1_000_000_000;
        assertTrue(
            served >= BURST && served <= BURST + 1 + seconds, served + " in " + seconds + " s");
        org.awaitility.Awaitility.await().until(() -> isServed(caller, contact));
      }
    }
  }

  private static boolean isServed(Network caller, Contact broker) {
    try {
      Calls.join(caller.connect(broker)).close();
      return true;
    } catch (PartnerUnavailableException e) {
      return false;
    } catch (KithException e) {
      throw new IllegalStateException(e);
    }
  }
}
