package kith.peer.choice;

import java.util.Arrays;
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
  private int[] best;
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
      improve(new int[count], 0, 0, 0);
    }
    return Arrays.stream(best).boxed().toList();
  }

  private int[] greedy(int count) {
    int[] chosen = new int[count];
    boolean[] taken = new boolean[size];
    for (int i = 0; i < count; i++) {
      int next = -1;
      long least = Long.MAX_VALUE;
      for (int place = 0; place < size; place++) {
        long cost = taken[place] ? Long.MAX_VALUE : added(place, chosen, i);
        if (cost < least) {
          least = cost;
          next = place;
        }
      }
      chosen[i] = next;
      taken[next] = true;
    }
    return chosen;
  }

  /** What a place costs beside the first of those chosen. */
  private long added(int place, int[] chosen, int count) {
    long cost = alone[place];
    long[] beside = together[place];
    for (int i = 0; i < count; i++) {
      cost += beside[chosen[i]];
    }
    return cost;
  }

  private long cost(int[] chosen) {
    long cost = 0;
    for (int i = 0; i < chosen.length; i++) {
      cost += added(chosen[i], chosen, i);
    }
    return cost;
  }

  /**
   * Looks for the cheapest way to go on.
   *
   * @param chosen of which the first {@code count} are
   * @param cost of those
   * @param from the first place that may follow
   */
  private void improve(int[] chosen, int count, long cost, int from) {
    if (cost >= bestCost || ++steps > MAX_STEPS) {
      return;
    }
    if (count == chosen.length) {
      best = chosen.clone();
      bestCost = cost;
      return;
    }
    for (int i = from; i <= size - (chosen.length - count); i++) {
      long more = cost + added(i, chosen, count);
      chosen[count] = i;
      improve(chosen, count + 1, more, i + 1);
    }
  }
}
