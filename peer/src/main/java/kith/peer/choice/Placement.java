package kith.peer.choice;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Predicate;
import kith.codec.OwnerId;

/**
 * Chooses holders for the shards of a pack. What counts, in this order: room; as few pairs as
 * possible in one household, then in one network, then of one operating system; who is there now;
 * those who hold nothing yet, so that audits of them begin; those who must have a shard of every
 * pack if all of the space is to be used; and then a draw by weighted rendezvous hashing (Thaler
 * and Ravishankar 1998; weights as by Schindelhauer and Schomaker 2005): each partner draws a
 * number from the pack's id and his own, scaled by his free space, and the smallest wins. So shards
 * spread in proportion to space, and a partner that comes or goes changes the choice of few packs.
 * The same for the same inputs, in whatever order. Stateless.
 */
public final class Placement {
  private Placement() {}

  /**
   * What is to be placed.
   *
   * @param pack the first bytes of its id
   * @param shardBytes that a holder must have room for
   */
  public record Load(long pack, long shardBytes) {}

  /**
   * Holders for all shards of a pack, best first.
   *
   * @param count how many; fewer come back if there are fewer places
   */
  public static List<OwnerId> choose(Load load, int count, List<Place> places) {
    List<Place> drawn = drawn(load, places);
    List<Long> free = drawn.stream().map(Place::freeBytes).toList();
    long always = count < 1 ? Long.MAX_VALUE : Math.max(1, UsableSpace.perShard(free, count));
    var costs = new PlacementCosts(drawn, load.shardBytes(), place -> place.freeBytes() >= always);
    return costs.cheapest(Math.min(count, drawn.size())).stream()
        .map(at -> drawn.get(at).owner())
        .toList();
  }

  /**
   * Holders that could take one shard over, best first: all that have room and are there.
   *
   * @param others those who hold the pack's other shards; none of them is chosen
   */
  public static List<OwnerId> spares(Load load, List<Place> others, List<Place> places) {
    Predicate<Place> able =
        place ->
            place.reachable()
                && place.freeBytes() >= load.shardBytes()
                && others.stream().noneMatch(other -> other.owner().equals(place.owner()));
    List<Place> spares = new ArrayList<>(drawn(load, places.stream().filter(able).toList()));
    spares.sort(
        Comparator.comparingLong((Place place) -> near(place, others, Separation.SAME_HOUSEHOLD))
            .thenComparingLong(place -> near(place, others, Separation.SAME_NETWORK))
            .thenComparingLong(place -> alike(place, others))
            .thenComparing(place -> !place.untried()));
    return spares.stream().map(Place::owner).toList();
  }

  private static long near(Place place, List<Place> others, Separation how) {
    return others.stream().filter(other -> place.from(other) == how).count();
  }

  private static long alike(Place place, List<Place> others) {
    return others.stream().filter(other -> place.system() == other.system()).count();
  }

  /** In the order of the draw. */
  private static List<Place> drawn(Load load, List<Place> places) {
    return places.stream()
        .sorted(
            Comparator.comparingDouble((Place place) -> draw(load.pack(), place))
                .thenComparing(Place::owner))
        .toList();
  }

  /** Exponentially distributed with the free space as its rate. */
  private static double draw(long pack, Place place) {
    long mixed = mix(pack ^ mix(place.owner().prefix()));
    double uniform = ((mixed >>> 11) + 0.5) * 0x1.0p-53;
    return -Math.log(uniform) / Math.max(1, place.freeBytes());
  }

  /** A number drawn by two owners: in each one's view the others have another order. */
  static long mixed(OwnerId self, OwnerId other) {
    return mix(self.prefix() ^ mix(other.prefix()));
  }

  /** Stafford's mix 13, as in SplitMix64. */
  private static long mix(long value) {
    long z = value + 0x9e3779b97f4a7c15L;
    z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
    z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
    return z ^ (z >>> 31);
  }
}
