package kith.peer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** When the router is asked, and what others are told of it. */
final class PortMappingTest {
  private static final NodeAddress OUTSIDE = new NodeAddress("31.1.1.2", 5484);

  private final VirtualClock clock = new VirtualClock();
  private final Asked router = new Asked();
  private final List<Optional<NodeAddress>> told = new ArrayList<>();
  private final PortMapping mapping = new PortMapping(router, 5484, clock, told::add);

  /** Grants what the test says, and counts. */
  private static final class Asked implements Router {
    NodeAddress external = OUTSIDE;
    Duration life = Duration.ofHours(2);
    boolean away;
    int asked;
    int closed;

    @Override
    public Lease map(int port, Duration wanted) throws IOException {
      asked++;
      if (away) {
        throw new IOException("no router answers");
      }
      return new Lease(external, life, "NAT-PMP");
    }

    @Override
    public void close() {
      closed++;
    }
  }

  private void pass(Duration time, Duration step) throws InterruptedException {
    for (Duration at = Duration.ZERO; at.compareTo(time) < 0; at = at.plus(step)) {
      mapping.tick();
      clock.advance(step);
    }
  }

  @Test
  void aLeaseIsRenewedAtHalfOfItsTimeAndToldOnce() throws InterruptedException {
    assertEquals("not asked yet", mapping.text());
    pass(Duration.ofHours(10), Duration.ofMinutes(1));
    assertEquals(10, router.asked);
    assertEquals(List.of(Optional.of(OUTSIDE)), told);
    assertEquals("lends 31.1.1.2:5484 by NAT-PMP", mapping.text());
  }

  @Test
  void aShortLeaseIsRenewedSoonButNotWithoutEnd() throws InterruptedException {
    router.life = Duration.ofSeconds(10);
    pass(Duration.ofMinutes(10), Duration.ofSeconds(1));
    assertEquals(10, router.asked);
  }

  @Test
  void whereNobodyAnswersTheRouterIsAskedLessAndLess() throws InterruptedException {
    router.away = true;
    pass(Duration.ofDays(1), Duration.ofMinutes(1));
    assertEquals(6 + (24 * 60 - 63) / 32, router.asked, 1);
    assertEquals(List.of(), told);
    assertEquals("no router answers", mapping.text());
    router.away = false;
    pass(Duration.ofMinutes(33), Duration.ofMinutes(1));
    assertEquals(List.of(Optional.of(OUTSIDE)), told);
  }

  @Test
  void anotherAddressIsTold() throws InterruptedException {
    mapping.tick();
    router.external = new NodeAddress("31.1.1.9", 40_000);
    clock.advance(Duration.ofHours(1));
    mapping.tick();
    router.away = true;
    clock.advance(Duration.ofHours(1));
    mapping.tick();
    assertEquals(
        List.of(
            Optional.of(OUTSIDE),
            Optional.of(new NodeAddress("31.1.1.9", 40_000)),
            Optional.empty()),
        told);
  }

  @Test
  void aRouterBehindAnotherNatIsOfNoUse() throws InterruptedException {
    for (String inner :
        List.of("10.0.0.7", "192.168.3.2", "172.16.9.9", "100.64.1.1", "0.0.0.0", "127.0.0.1")) {
      router.external = new NodeAddress(inner, 5484);
      mapping.tick();
      clock.advance(Duration.ofHours(1));
      assertTrue(mapping.text().contains("behind another NAT"), mapping.text());
    }
    assertEquals(List.of(), told);
  }

  @Test
  void aClockThatIsPutBackDelaysNothingForLong() throws InterruptedException {
    mapping.tick();
    clock.advance(Duration.ofDays(-400));
    mapping.tick();
    assertEquals(2, router.asked);
  }

  @Test
  void whatIsLentIsGivenBack() throws InterruptedException {
    mapping.tick();
    mapping.close();
    assertEquals(1, router.closed);
  }

  @Test
  void onlyPrivateAddressesNeedARouter() throws IOException {
    assertTrue(sense("192.168.1.2"));
    assertTrue(sense("10.9.8.7"));
    assertTrue(sense("100.100.1.2"));
    assertFalse(sense("127.0.0.1"));
    assertFalse(sense("::1"));
    assertFalse(sense("31.1.1.2"));
    assertFalse(sense("2001:db8::1"));
    assertFalse(
        PortMapping.makesSense(InetSocketAddress.createUnresolved("nowhere.invalid", 5484)));
  }

  private static boolean sense(String host) throws IOException {
    return PortMapping.makesSense(new InetSocketAddress(InetAddress.getByName(host), 5484));
  }
}
