package kith.peer.choice;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/**
 * What a choice of holders costs, and the cheapest. Costs of a kind that counts more stand in
 * higher bits; for more than 64 chosen a kind may run over into the next, and counts less exactly.
 * Where each place has one network, households lie within networks; where each network has one
 * system, too, taking the cheapest next place again and again is exact (the costs are laminar
 * convex; Murota, "Discrete Convex Analysis", 2003). Elsewhere the result is improved by a search
 * that gives up after {@link #MAX_STEPS}. For one use, by one thread.
 */
final class PlacementCosts {
  private static final int MAX_STEPS = 20_000;

  private static final long NOT_ALWAYS = 1;
  private static final long TRIED = 1L << 7;
  private static final long AWAY = 1L << 14;
  private static final long SYSTEM = 1L << 21;
  private static final long NETWORK = 1L << 32;
  private static final long HOUSEHOLD = 1L << 43;
  private static final long NO_ROOM = 1L << 54;

  private final int size;
  private final long[] alone;
  private final long[][] together;
  private final boolean exact;
  private List<Integer> best;
  private long bestCost;
  private int steps;

  /**
   * @param places in the order in which they are preferred, at most 255 of them chosen
   * @param always those who should hold a shard of every pack
   */
  PlacementCosts(List<Place> places, long shardBytes, Predicate<Place> always) {
    size = places.size();
    alone = new long[size];
    together = new long[size][size];
    boolean nested = places.stream().allMatch(place -> place.networks().size() <= 1);
    for (int i = 0; i < size; i++) {
      Place place = places.get(i);
      alone[i] =
          (place.freeBytes() >= shardBytes ? 0 : NO_ROOM)
              + (place.reachable() ? 0 : AWAY)
              + (place.untried() ? 0 : TRIED)
              + (always.test(place) ? 0 : NOT_ALWAYS);
      for (int j = 0; j < i; j++) {
        boolean alike = place.system() == places.get(j).system();
        long near = nearness(place.from(places.get(j)));
        nested &= near == 0 || alike;
        together[i][j] = near + (alike ? SYSTEM : 0);
        together[j][i] = together[i][j];
      }
    }
    exact = nested;
  }

  private static long nearness(Separation separation) {
    return switch (separation) {
      case SAME_HOUSEHOLD -> HOUSEHOLD;
      case SAME_NETWORK -> NETWORK;
      case SAME_FIRST_BYTE, UNKNOWN, DISTINCT -> 0;
    };
  }

  /** The indexes of the places that cost least together; among equal ones the preferred. */
  List<Integer> cheapest(int count) {
    best = greedy(count);
    bestCost = cost(best);
    if (!exact && bestCost >= SYSTEM) {
      improve(new ArrayList<>(), 0, 0, count);
    }
    return best;
  }

  private List<Integer> greedy(int count) {
    List<Integer> chosen = new ArrayList<>();
    while (chosen.size() < count) {
      int next = -1;
      long least = Long.MAX_VALUE;
      for (int i = 0; i < size; i++) {
        long cost = chosen.contains(i) ? Long.MAX_VALUE : added(i, chosen);
        if (cost < least) {
          least = cost;
          next = i;
        }
      }
      chosen.add(next);
    }
    return chosen;
  }

  private long added(int place, List<Integer> chosen) {
    long cost = alone[place];
    for (int other : chosen) {
      cost += together[place][other];
    }
    return cost;
  }

  private long cost(List<Integer> chosen) {
    long cost = 0;
    for (int i = 0; i < chosen.size(); i++) {
      cost += added(chosen.get(i), chosen.subList(0, i));
    }
    return cost;
  }

  private void improve(List<Integer> chosen, long cost, int from, int count) {
    if (cost >= bestCost || ++steps > MAX_STEPS) {
      return;
    }
    if (chosen.size() == count) {
      best = List.copyOf(chosen);
      bestCost = cost;
      return;
    }
    for (int i = from; i <= size - (count - chosen.size()); i++) {
      long more = cost + added(i, chosen);
      chosen.add(i);
      improve(chosen, more, i + 1, count);
      chosen.remove(chosen.size() - 1);
    }
  }
}
