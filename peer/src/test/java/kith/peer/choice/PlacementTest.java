package kith.peer.choice;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import kith.codec.OwnerId;
import org.junit.jupiter.api.Test;

/** Who holds the shards of a pack, compared with every other choice where that is few. */
final class PlacementTest {
  private static final long SEED = 99;
  private static final long SHARD = 100;
  private static final OperatingSystem LINUX = OperatingSystem.LINUX;
  static final List<OperatingSystem> SYSTEMS =
      List.of(LINUX, OperatingSystem.WINDOWS, OperatingSystem.OTHER);

  private final Random random = new Random(SEED);

  static OwnerId owner(int number) {
    byte[] id = new byte[OwnerId.SIZE];
    new Random(number).nextBytes(id);
    return new OwnerId(id);
  }

  private static Place place(int number, long free, String... hosts) {
    return new Place(owner(number), free, true, NetworkPrefix.of(List.of(hosts)), LINUX, false);
  }

  private Placement.Load load() {
    return new Placement.Load(random.nextLong(), SHARD);
  }

  private String host() {
    return "203." + random.nextInt(3) + ".1." + (1 + random.nextInt(2));
  }

  /** Places with one address each, or up to three. */
  private List<Place> places(int count, int hosts) {
    List<Place> places = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      Set<NetworkPrefix> networks = new HashSet<>();
      for (int j = random.nextInt(hosts); j >= 0; j--) {
        networks.add(NetworkPrefix.of(host()));
      }
      var system = SYSTEMS.get(random.nextInt(SYSTEMS.size()));
      long free = random.nextInt(8) * 50L;
      places.add(new Place(owner(i), free, random.nextInt(4) > 0, networks, system, false));
    }
    return places;
  }

  /** What counts before the draw, most important first. */
  private static List<Integer> badness(List<Place> chosen) {
    int noRoom = (int) chosen.stream().filter(place -> place.freeBytes() < SHARD).count();
    int away = (int) chosen.stream().filter(place -> !place.reachable()).count();
    int households = 0;
    int networks = 0;
    int systems = 0;
    for (int i = 0; i < chosen.size(); i++) {
      for (int j = 0; j < i; j++) {
        Separation separation =
            NetworkPrefix.between(chosen.get(i).networks(), chosen.get(j).networks());
        households += separation == Separation.SAME_HOUSEHOLD ? 1 : 0;
        networks += separation == Separation.SAME_NETWORK ? 1 : 0;
        systems += chosen.get(i).system() == chosen.get(j).system() ? 1 : 0;
      }
    }
    return List.of(noRoom, households, networks, systems, away);
  }

  private static int compare(List<Integer> one, List<Integer> other) {
    for (int i = 0; i < one.size(); i++) {
      if (!one.get(i).equals(other.get(i))) {
        return one.get(i) - other.get(i);
      }
    }
    return 0;
  }

  private static List<Integer> best(List<Place> places, int count) {
    List<Integer> best = null;
    for (int set = 0; set < 1 << places.size(); set++) {
      if (Integer.bitCount(set) == count) {
        List<Place> chosen = new ArrayList<>();
        for (int i = 0; i < places.size(); i++) {
          if ((set >> i & 1) == 1) {
            chosen.add(places.get(i));
          }
        }
        List<Integer> bad = badness(chosen);
        best = best == null || compare(bad, best) < 0 ? bad : best;
      }
    }
    return best;
  }

  @Test
  void noChoiceIsBetterSpread() {
    for (int round = 0; round < 600; round++) {
      List<Place> places = places(1 + random.nextInt(9), 1 + round % 3);
      int count = 1 + random.nextInt(places.size());
      Map<OwnerId, Place> byOwner =
          places.stream().collect(Collectors.toMap(Place::owner, Function.identity()));
      List<OwnerId> chosen = Placement.choose(load(), count, places);
      assertEquals(count, new HashSet<>(chosen).size(), "seed " + SEED);
      assertEquals(
          best(places, count),
          badness(chosen.stream().map(byOwner::get).toList()),
          "seed " + SEED + " round " + round);
    }
  }

  @Test
  void theOrderOfPlacesChangesNothing() {
    for (int round = 0; round < 200; round++) {
      List<Place> places = places(12, 3);
      Placement.Load load = load();
      List<OwnerId> chosen = Placement.choose(load, 5, places);
      List<OwnerId> spares = Placement.spares(load, places.subList(0, 1), places);
      List<Place> others = places.subList(0, 1);
      List<Place> shuffled = new ArrayList<>(places);
      Collections.shuffle(shuffled, random);
      assertEquals(chosen, Placement.choose(load, 5, shuffled), "seed " + SEED);
      assertEquals(spares, Placement.spares(load, others, shuffled), "seed " + SEED);
    }
  }

  @Test
  void moreThanThereAreIsAll() {
    assertEquals(3, Placement.choose(load(), 9, places(3, 1)).size());
    assertEquals(List.of(), Placement.choose(load(), 2, List.of()));
    assertEquals(List.of(), Placement.choose(load(), 0, places(3, 1)));
  }

  /** 100, 50 and 50 with two holders each hold 100 packs only if the first has a shard of each. */
  @Test
  void allOfTheSpaceIsUsedHoweverUnevenItIs() {
    for (int round = 0; round < 200; round++) {
      Map<OwnerId, Long> free = new HashMap<>();
      for (int i = 0; i < 3 + random.nextInt(4); i++) {
        free.put(owner(i), SHARD * (1 + random.nextInt(40)));
      }
      int count = 2;
      long fits = UsableSpace.perShard(List.copyOf(free.values()), count) / SHARD;
      int packs = 0;
      while (true) {
        List<Place> places =
            free.entrySet().stream()
                .map(one -> new Place(one.getKey(), one.getValue(), true, Set.of(), LINUX, false))
                .toList();
        List<OwnerId> chosen = Placement.choose(load(), count, places);
        if (chosen.stream().anyMatch(one -> free.get(one) < SHARD)) {
          break;
        }
        chosen.forEach(one -> free.merge(one, -SHARD, Long::sum));
        packs++;
      }
      assertTrue(packs >= fits - 1, "seed " + SEED + ": " + packs + " of " + fits);
    }
  }

  @Test
  void aSpareComesFromAnotherHouseholdWhereThereIsOne() {
    List<Place> others = List.of(place(0, 0, "203.0.1.1"), place(1, 0, "198.51.1.1"));
    Place brother = place(2, 900, "203.0.1.1");
    Place neighbour = place(3, 900, "203.0.9.9");
    Place far = place(4, 900, "192.0.2.1");
    Place full = place(5, 99, "8.8.8.8");
    Place away =
        new Place(owner(6), 900, false, NetworkPrefix.of(List.of("9.9.9.9")), LINUX, false);
    Place other =
        new Place(
            owner(7), 1, true, Set.of(NetworkPrefix.of("8.1.1.1")), OperatingSystem.BSD, false);
    Place unlike = new Place(owner(8), 900, true, other.networks(), other.system(), false);
    assertEquals(
        List.of(unlike.owner(), far.owner(), neighbour.owner(), brother.owner()),
        Placement.spares(
            load(),
            others,
            List.of(brother, far, neighbour, full, away, other, unlike, others.get(0))));
  }

  @Test
  void whoHoldsNothingYetIsAmongTheHoldersOfTheNextPack() {
    for (int round = 0; round < 100; round++) {
      List<Place> places = new ArrayList<>(List.of(place(0, 900), place(1, 900), place(2, 900)));
      Place fresh = new Place(owner(3), 200, true, Set.of(), LINUX, true);
      places.add(fresh);
      assertTrue(Placement.choose(load(), 2, places).contains(fresh.owner()), "round " + round);
      Place away = new Place(owner(4), 900, false, Set.of(), LINUX, true);
      places.set(3, away);
      assertTrue(!Placement.choose(load(), 2, places).contains(away.owner()), "it is not there");
    }
  }
}
