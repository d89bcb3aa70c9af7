package kith.fs.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import kith.peer.NodeAddress;
import org.junit.jupiter.api.Test;

/** What a node tells of where it is. */
final class NodeWhereaboutsTest {
  private static NodeWhereabouts at(NodeConfig config, String... machine) {
    return new NodeWhereabouts(config, () -> List.of(machine));
  }

  private static String told(NodeWhereabouts whereabouts) {
    return whereabouts.get().toString();
  }

  private static NodeConfig advertising(String address) {
    return new NodeConfig(
        null,
        List.of(new NodeAddress(address, 99)),
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        null);
  }

  @Test
  void whoListensEverywhereTellsTheMachinesAddressesPublicOnesFirst() {
    var both = at(NodeConfig.DEFAULT, "10.0.0.7", "2001:db8::7", "203.0.113.7");
    assertEquals("[[2001:db8::7]:5484, 203.0.113.7:5484, 10.0.0.7:5484]", told(both));
    assertEquals("", both.note());
    both.mapped(Optional.of(new NodeAddress("198.51.100.1", 7)));
    assertEquals(new NodeAddress("198.51.100.1", 7), both.get().get(0));
  }

  @Test
  void whatIsConfiguredIsToldAlone() {
    var chosen = at(advertising("home.example.org"), "203.0.113.7");
    assertEquals("[home.example.org:99]", told(chosen));
    assertEquals("", chosen.note());
  }

  @Test
  void whoIsBehindARouterIsToldInOneLineWhatToDo() {
    var inside = at(NodeConfig.DEFAULT, "192.168.1.7");
    assertEquals("[192.168.1.7:5484]", told(inside));
    assertTrue(inside.note().contains("nobody reaches 192.168.1.7:5484"), inside.note());
    assertTrue(inside.note().contains("'advertise'"), inside.note());
    inside.mapped(Optional.of(new NodeAddress("198.51.100.1", 7)));
    assertEquals("", inside.note());
    assertEquals("[]", told(at(NodeConfig.DEFAULT)));
  }
}
