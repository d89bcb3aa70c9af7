package kith.peer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.jmdns.ServiceInfo;
import kith.codec.OwnerId;
import org.junit.jupiter.api.Test;

/** What a local network shows is taken for a hint, and bounded. */
final class ShownNodesTest {
  private final VirtualClock clock = new VirtualClock();
  private final LocalNode self = new LocalNode(Messages.ALICE, "kith test", List.of(), clock);
  private final ShownNodes shown = new ShownNodes(self);

  private static Contact contact(String name, int port) {
    return new Contact(TestNode.keyOf(name).id(), List.of(new NodeAddress("10.0.0.1", port)));
  }

  @Test
  void whoShowsHimselfIsAskedAtOnceAndFromTimeToTime() {
    Contact ben = contact("ben", 1);
    shown.came(ben);
    shown.came(ben);
    assertEquals(List.of(ben), shown.due(4));
    assertEquals(List.of(), shown.due(4));
    shown.came(contact("ben", 2));
    assertEquals(List.of(contact("ben", 2)), shown.due(4));
    clock.advance(Duration.ofMinutes(30));
    assertEquals(1, shown.due(4).size());
    clock.advance(Duration.ofDays(-365));
    assertEquals(1, shown.due(4).size());
    shown.went(ben.owner());
    clock.advance(Duration.ofMinutes(30));
    assertEquals(List.of(), shown.due(4));
  }

  @Test
  void oneselfAndThoseWithoutAnAddressAreNobody() {
    shown.came(new Contact(self.identity().owner(), contact("x", 1).addresses()));
    shown.came(new Contact(TestNode.keyOf("ben").id(), List.of()));
    assertEquals(List.of(), shown.due(4));
  }

  @Test
  void aCrowdIsBounded() {
    for (int i = 0; i < 2 * ShownNodes.MOST; i++) {
      shown.came(contact("crowd" + i, 1));
    }
    assertEquals(4, shown.due(4).size());
    assertEquals(ShownNodes.MOST - 4, shown.due(1000).size());
  }

  @Test
  void servicesThatAreNoNodesAreLeftAlone() {
    OwnerId owner = Messages.BOB.owner();
    assertEquals(Optional.of(owner), ShownNetwork.ownerOf(service(owner.toString())));
    assertEquals(Optional.empty(), ShownNetwork.ownerOf(service("ABCDE")));
    assertEquals(Optional.empty(), ShownNetwork.ownerOf(service("x".repeat(200))));
    var plain = ServiceInfo.create(ShownNetwork.TYPE, "other", 1, "");
    assertEquals(Optional.empty(), ShownNetwork.ownerOf(plain));
    assertEquals(Optional.empty(), ShownNetwork.ownerOf(null));
    assertTrue(ShownNetwork.contact(owner, plain).addresses().isEmpty());
  }

  private static ServiceInfo service(String id) {
    return ServiceInfo.create(
        ShownNetwork.TYPE, "node", 5484, 0, 0, Map.of(ShownNetwork.OWNER, id));
  }

  @Test
  void aNodeOnLoopbackOrNowhereShowsItselfToNobody() {
    for (String host : List.of("127.0.0.1", "::1", "192.0.2.77")) {
      try (var discovery = new LocalDiscovery(self, new InetSocketAddress(host, 5484))) {
        assertEquals(List.of(), discovery.get());
        assertEquals(0, discovery.networks());
      }
    }
  }
}
