package kith.peer.choice;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import kith.codec.CodeParameters;
import kith.codec.OwnerId;
import org.junit.jupiter.api.Test;

/** Which shard of a pack should be elsewhere because its holder is near another's. */
final class SeparatingTest {
  private static final Placement.Load LOAD = new Placement.Load(42, 1000);

  private static OwnerId owner(int number) {
    byte[] id = new byte[OwnerId.SIZE];
    Arrays.fill(id, (byte) number);
    return new OwnerId(id);
  }

  private static Place at(int number, String address) {
    return at(number, address, OperatingSystem.LINUX);
  }

  private static Place at(int number, String address, OperatingSystem system) {
    return new Place(
        owner(number), 1 << 20, true, Set.of(NetworkPrefix.of(address)), system, false);
  }

  /** Each in a network of its own. */
  private static List<Place> on(OperatingSystem... systems) {
    List<Place> places = new ArrayList<>();
    for (OperatingSystem system : systems) {
      int number = places.size() + 1;
      places.add(at(number, 20 + number + ".1.1.1", system));
    }
    return places;
  }

  /** Of a pack that bears all losses but that of all shards on one system. */
  private static Optional<Separating.Swap> swap(List<Place> places, List<OwnerId> holders) {
    return swap(places, holders, 9);
  }

  private static Optional<Separating.Swap> swap(
      List<Place> places, List<OwnerId> holders, int losses) {
    var pack = new Separating.Spread(holders, CodeParameters.of(1, losses));
    return new Separating(places).swap(LOAD, pack);
  }

  private static List<OwnerId> owners(int... numbers) {
    return Arrays.stream(numbers).mapToObj(SeparatingTest::owner).toList();
  }

  @Test
  void oneOfTwoInAHouseholdGoesToWhoIsNearNobody() {
    var places =
        List.of(
            at(1, "198.51.100.1"), at(2, "198.51.100.1"), at(3, "203.0.113.1"), at(4, "192.0.2.1"));
    Separating.Swap swap = swap(places, owners(1, 2, 3)).orElseThrow();
    assertEquals(0, swap.index());
    assertEquals(owners(4), swap.holders());
  }

  @Test
  void aHouseholdCountsMoreThanManyNetworks() {
    var places =
        List.of(
            at(1, "198.51.1.1"),
            at(2, "198.51.1.1"),
            at(3, "203.0.1.1"),
            at(4, "203.0.2.1"),
            at(5, "203.0.3.1"));
    Separating.Swap swap = swap(places, owners(1, 2, 3, 4)).orElseThrow();
    assertTrue(swap.index() < 2, "one of the household, though three share a network then");
    assertEquals(owners(5), swap.holders());
  }

  @Test
  void nothingMovesForNoGain() {
    var same =
        List.of(at(1, "198.51.1.1"), at(2, "198.51.2.1"), at(3, "198.51.3.1"), at(4, "198.51.4.1"));
    assertEquals(Optional.empty(), swap(same, owners(1, 2, 3)));
    var apart =
        List.of(at(1, "198.51.1.1"), at(2, "203.0.2.1"), at(3, "192.0.2.1"), at(4, "100.1.1.1"));
    assertEquals(Optional.empty(), swap(apart, owners(1, 2, 3)));
  }

  @Test
  void whatAWormCouldTakeIsMovedAndNoMore() {
    var linux = OperatingSystem.LINUX;
    var places =
        on(linux, linux, linux, OperatingSystem.WINDOWS, OperatingSystem.MACOS, linux, linux);
    assertEquals(Optional.empty(), swap(places, owners(1, 2, 3, 4), 5), "three may lie on one");
    Separating.Swap swap = swap(places, owners(1, 2, 3, 4), 3).orElseThrow();
    assertTrue(swap.index() < 3, "one of those that run on linux");
    assertEquals(owners(5), swap.holders());
    assertEquals(
        Optional.empty(), swap(places, owners(1, 2, 4, 5), 3), "though more even could be");
    assertEquals(Optional.empty(), swap(on(linux, linux, linux), owners(1, 2), 1), "for no gain");
  }

  @Test
  void whoHoldsNothingYetGetsAShardThatLiesNoBetterWhereItIs() {
    var places =
        List.of(at(1, "198.51.1.1"), at(2, "203.0.2.1"), at(3, "192.0.2.1"), at(4, "203.0.9.1"));
    var separating = new Separating(places);
    var pack = new Separating.Spread(owners(1, 2, 3), CodeParameters.of(1, 9));
    Separating.Swap swap = separating.first(LOAD, pack, owner(4)).orElseThrow();
    assertEquals(1, swap.index(), "elsewhere he would share a network with the second");
    assertEquals(owners(4), swap.holders());
    assertEquals(Optional.empty(), separating.first(LOAD, pack, owner(3)), "he has one");
  }

  @Test
  void whoIsAwayOrFullIsNoGain() {
    Set<NetworkPrefix> far = Set.of(NetworkPrefix.of("192.0.2.1"));
    var places =
        List.of(
            at(1, "198.51.100.1"),
            at(2, "198.51.100.1"),
            new Place(owner(3), 1 << 20, false, far, OperatingSystem.LINUX, false),
            new Place(owner(4), 10, true, far, OperatingSystem.LINUX, false));
    assertEquals(Optional.empty(), swap(places, owners(1, 2)));
  }

  @Test
  void theSameForTheSamePlacesInWhateverOrder() {
    List<Place> places = new ArrayList<>();
    Random random = new Random(4);
    for (int i = 1; i <= 12; i++) {
      places.add(at(i, "198." + random.nextInt(3) + "." + random.nextInt(3) + ".1"));
    }
    List<OwnerId> holders = owners(1, 2, 3, 4, 5, 6);
    Optional<Separating.Swap> first = swap(places, holders);
    assertTrue(first.isPresent());
    for (int i = 0; i < 20; i++) {
      Collections.shuffle(places, random);
      assertEquals(first, swap(places, holders));
    }
  }

  @Test
  void swapsComeToAnEnd() {
    List<Place> places = new ArrayList<>();
    Random random = new Random(9);
    for (int i = 1; i <= 10; i++) {
      var system = PlacementTest.SYSTEMS.get(random.nextInt(3));
      places.add(at(i, "198." + random.nextInt(4) + "." + random.nextInt(2) + ".1", system));
    }
    List<OwnerId> holders = new ArrayList<>(owners(1, 2, 3, 4, 5));
    int swaps = 0;
    for (var swap = swap(places, holders, 3); swap.isPresent(); swap = swap(places, holders, 3)) {
      holders.set(swap.get().index(), swap.get().holders().get(0));
      swaps++;
      assertTrue(swaps < 20, holders.toString());
    }
    assertTrue(swaps > 0);
  }
}
