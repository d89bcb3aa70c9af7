package kith.peer.choice;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class NetworkPrefixTest {
  @ParameterizedTest
  @CsvSource({
    "203.0.113.7, 203.0.113.7, SAME_HOUSEHOLD",
    "203.0.113.7, 203.0.113.8, SAME_NETWORK",
    "203.0.113.7, 203.0.9.8, SAME_NETWORK",
    "203.0.113.7, 203.1.113.7, SAME_FIRST_BYTE",
    "203.0.113.7, 204.0.113.7, DISTINCT",
    "127.0.0.1, 127.3.4.5, SAME_HOUSEHOLD",
    "127.0.0.1, ::1, SAME_HOUSEHOLD",
    "localhost, ::1, SAME_HOUSEHOLD",
    "192.168.1.5, 192.168.1.9, SAME_HOUSEHOLD",
    "192.168.1.5, 192.168.2.9, SAME_NETWORK",
    "10.0.0.1, 10.0.0.2, SAME_HOUSEHOLD",
    "10.1.0.1, 10.2.0.1, SAME_FIRST_BYTE",
    "172.16.5.1, 172.16.5.2, SAME_HOUSEHOLD",
    "172.15.5.1, 172.15.5.2, SAME_NETWORK",
    "100.64.1.1, 100.64.1.2, SAME_HOUSEHOLD",
    "2001:db8:1:2::1, 2001:db8:1:2:ffff::9, SAME_HOUSEHOLD",
    "2001:db8:1:2::1, 2001:db8:1:3::1, SAME_NETWORK",
    "2001:db8::1, 2001:db9::1, SAME_FIRST_BYTE",
    "2001:db8::1, 3001:db8::1, DISTINCT",
    "fe80::1%eth0, fe80::2%eth1, SAME_HOUSEHOLD",
    "::ffff:203.0.113.7, 203.0.113.7, SAME_HOUSEHOLD",
    "203.0.113.7, 2001:db8::1, DISTINCT",
    "ben.example, BEN.example, SAME_HOUSEHOLD",
    "ben.example, cleo.example, UNKNOWN",
    "ben.example, 203.0.113.7, UNKNOWN"
  })
  void tellsHowFarApartTwoAddressesAre(String one, String other, Separation expected) {
    NetworkPrefix a = NetworkPrefix.of(one);
    NetworkPrefix b = NetworkPrefix.of(other);
    assertEquals(expected, a.from(b));
    assertEquals(expected, b.from(a));
    assertEquals(Separation.SAME_HOUSEHOLD, a.from(a));
    assertEquals(a.equals(b), a.compareTo(b) == 0);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "256.0.0.1", "1:2", ":::", "2001:db8::g"})
  void refusesWhatIsNoHost(String host) {
    assertThrows(IllegalArgumentException.class, () -> NetworkPrefix.of(host));
  }

  @Test
  void addressesInsideAHouseSayNothingWhereThereAreOthers() {
    assertEquals(
        Set.of(NetworkPrefix.of("203.0.113.7")),
        NetworkPrefix.of(List.of("192.168.1.2", "203.0.113.7", "127.0.0.1", "1:2")));
    assertEquals(Set.of(NetworkPrefix.of("192.168.1.2")), NetworkPrefix.of(List.of("192.168.1.2")));
    assertEquals(Set.of(), NetworkPrefix.of(List.of()));
  }

  @Test
  void theClosestOfSeveralAddressesCounts() {
    var home = NetworkPrefix.of(List.of("203.0.113.7", "2001:db8:1:2::1"));
    var brother = NetworkPrefix.of(List.of("198.51.100.1", "2001:db8:1:2::9"));
    assertEquals(Separation.SAME_HOUSEHOLD, NetworkPrefix.between(home, brother));
    assertEquals(Separation.UNKNOWN, NetworkPrefix.between(home, Set.of()));
  }
}
