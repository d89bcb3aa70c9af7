package kith.peer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import kith.codec.CorruptDataException;
import org.junit.jupiter.api.Test;

/** Addresses as people and nodes write them. */
final class NodeAddressTest {
  @Test
  void areReadWithAndWithoutPort() throws CorruptDataException {
    assertEquals(new NodeAddress("home.example", 5484), NodeAddress.parse("home.example"));
    assertEquals(new NodeAddress("home.example", 99), NodeAddress.parse("home.example:99"));
    assertEquals(new NodeAddress("192.0.2.1", 1), NodeAddress.parse("192.0.2.1:1"));
    assertEquals(new NodeAddress("2001:db8::1", 5484), NodeAddress.parse("2001:db8::1"));
    assertEquals(new NodeAddress("2001:db8::1", 5484), NodeAddress.parse("[2001:db8::1]"));
    assertEquals(new NodeAddress("2001:db8::1", 77), NodeAddress.parse("[2001:db8::1]:77"));
  }

  @Test
  void areReadAsTheyAreWritten() throws CorruptDataException {
    for (String text : List.of("home.example:5484", "192.0.2.1:1", "[2001:db8::1]:77")) {
      assertEquals(text, NodeAddress.parse(text).toString());
    }
  }

  @Test
  void areRefusedWhenTheyAreNone() {
    for (String text :
        List.of("", ":1", "a:", "a:0", "a:65536", "a:x", "[::1]x", "[::1]:", "[]:5", "[::1")) {
      assertThrows(CorruptDataException.class, () -> NodeAddress.parse(text), text);
    }
    assertThrows(CorruptDataException.class, () -> NodeAddress.parse("a".repeat(71) + ":1"));
  }
}
