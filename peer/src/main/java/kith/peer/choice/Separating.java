package kith.peer.choice;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import kith.codec.CodeParameters;
import kith.codec.OwnerId;

/**
 * Finds placements that could be better separated: where a shard's holder shares a household or a
 * network with holders of other shards of the pack, or too many of them run on his operating
 * system, and somebody else would share that with fewer. Nothing else is a reason to move what lies
 * well: who is away comes back, and space evens out by what is placed later. Immutable.
 */
public final class Separating {
  private static final int HOUSEHOLD = 1 << 16;

  private final List<Place> places;
  private final Map<OwnerId, Integer> numbers = new HashMap<>();
  private final int[][] nearness;

  /** Where all run on one system no move makes that better. */
  private final boolean mixed;

  /**
   * @param places all partners who may hold shards
   */
  public Separating(List<Place> places) {
    this.places = List.copyOf(places);
    int size = this.places.size();
    nearness = new int[size][size];
    mixed = this.places.stream().map(Place::system).distinct().count() > 1;
    for (int i = 0; i < size; i++) {
      numbers.put(this.places.get(i).owner(), i);
      for (int j = 0; j < i; j++) {
        nearness[i][j] = nearness(this.places.get(i).from(this.places.get(j)));
        nearness[j][i] = nearness[i][j];
      }
    }
  }

  private static int nearness(Separation separation) {
    return switch (separation) {
      case SAME_HOUSEHOLD -> HOUSEHOLD;
      case SAME_NETWORK -> 1;
      case SAME_FIRST_BYTE, UNKNOWN, DISTINCT -> 0;
    };
  }

  /**
   * How a pack lies.
   *
   * @param holders of all shards, by index; those who are not among the places are near nobody
   * @param code by which it was made
   */
  public record Spread(List<OwnerId> holders, CodeParameters code) {
    public Spread {
      holders = List.copyOf(holders);
    }
  }

  /**
   * So many shards of a pack may lie on one operating system: two less than may be lost at once,
   * since others may be missing when a worm comes, or one less where two are too few for four
   * systems.
   */
  static int mostAlike(CodeParameters code) {
    int even = Math.max(code.k() - 2, LossModel.mostAlike(code));
    return Math.max(1, Math.min(code.k() - 1, even));
  }

  /**
   * A shard that should be with another.
   *
   * @param index of the shard
   * @param holders who are better, best first; they are there and have room
   */
  public record Swap(int index, List<OwnerId> holders) {}

  /**
   * The shard whose move separates the pack's holders most.
   *
   * @param pack as it lies
   * @return empty if no move would leave fewer pairs in one household, or as many there and fewer
   *     in one network or too many on one system
   */
  public Optional<Swap> swap(Placement.Load load, Spread pack) {
    Optional<Swap> best = Optional.empty();
    int most = 0;
    for (int index = 0; index < pack.holders.size(); index++) {
      int now = near(pack.holders.get(index), pack, index);
      List<OwnerId> better = now <= most ? List.of() : better(load, pack, index, now - most);
      if (!better.isEmpty()) {
        most = now - near(better.get(0), pack, index);
        best = Optional.of(new Swap(index, better));
      }
    }
    return best;
  }

  /**
   * A shard for one who holds nothing yet, so that audits of him begin: any that lies no better
   * where it is.
   *
   * @return empty if there is none in this pack, or he is not there, or has no room
   */
  public Optional<Swap> first(Placement.Load load, Spread pack, OwnerId untried) {
    Place place = places.get(numbers.get(untried));
    boolean able = place.reachable() && place.freeBytes() >= load.shardBytes();
    if (!able || pack.holders.contains(untried)) {
      return Optional.empty();
    }
    for (int index = 0; index < pack.holders.size(); index++) {
      if (near(untried, pack, index) <= near(pack.holders.get(index), pack, index)) {
        return Optional.of(new Swap(index, List.of(untried)));
      }
    }
    return Optional.empty();
  }

  /** Who would be near to fewer of the others, by more than has been found already. */
  private List<OwnerId> better(Placement.Load load, Spread pack, int index, int below) {
    List<Place> able =
        places.stream()
            .filter(place -> !pack.holders.contains(place.owner()))
            .filter(place -> near(place.owner(), pack, index) < below)
            .toList();
    if (able.isEmpty()) {
      return List.of();
    }
    List<Place> others =
        places.stream().filter(place -> isOther(place.owner(), pack.holders, index)).toList();
    return Placement.spares(load, others, able);
  }

  private static boolean isOther(OwnerId owner, List<OwnerId> holders, int index) {
    int at = holders.indexOf(owner);
    return at >= 0 && at != index;
  }

  /** What a holder of that shard costs beside those of the others. */
  private int near(OwnerId holder, Spread pack, int index) {
    Integer place = numbers.get(holder);
    if (place == null) {
      return 0;
    }
    int sum = 0;
    int alike = 1;
    for (int other = 0; other < pack.holders.size(); other++) {
      Integer beside = other == index ? null : numbers.get(pack.holders.get(other));
      if (beside != null) {
        sum += nearness[place][beside];
        alike += places.get(place).system() == places.get(beside).system() ? 1 : 0;
      }
    }
    return sum + (mixed && alike > mostAlike(pack.code) ? 1 : 0);
  }
}
