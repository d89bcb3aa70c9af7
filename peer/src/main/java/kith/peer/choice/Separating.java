package kith.peer.choice;

import java.util.ArrayList;
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

  /** The number of who is not among the places. */
  private static final int ELSEWHERE = -1;

  private final List<Place> places;
  private final Map<OwnerId, Integer> numbers = new HashMap<>();
  private final int[][] nearness;
  private final OperatingSystem[] systems;

  /** Where all run on one system no move makes that better. */
  private final boolean mixed;

  /**
   * @param places all partners who may hold shards
   */
  public Separating(List<Place> places) {
    this.places = List.copyOf(places);
    int size = this.places.size();
    nearness = new int[size][size];
    systems = this.places.stream().map(Place::system).toArray(OperatingSystem[]::new);
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
    var lying = new Lying(pack);
    Optional<Swap> best = Optional.empty();
    int most = 0;
    for (int index = 0; index < pack.holders.size(); index++) {
      int now = lying.near(lying.at[index], index);
      List<OwnerId> better = now <= most ? List.of() : lying.better(load, index, now - most);
      if (!better.isEmpty()) {
        most = now - lying.near(numbers.get(better.get(0)), index);
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
    int number = numbers.get(untried);
    Place place = places.get(number);
    boolean able = place.reachable() && place.freeBytes() >= load.shardBytes();
    if (!able || pack.holders.contains(untried)) {
      return Optional.empty();
    }
    var lying = new Lying(pack);
    for (int index = 0; index < pack.holders.size(); index++) {
      if (lying.near(number, index) <= lying.near(lying.at[index], index)) {
        return Optional.of(new Swap(index, List.of(untried)));
      }
    }
    return Optional.empty();
  }

  /** A pack's holders as numbers of places. */
  private final class Lying {
    private final int[] at;
    private final boolean[] holds = new boolean[places.size()];
    private final int mostAlike;

    private Lying(Spread pack) {
      at = new int[pack.holders.size()];
      for (int index = 0; index < at.length; index++) {
        at[index] = numbers.getOrDefault(pack.holders.get(index), ELSEWHERE);
        if (at[index] != ELSEWHERE) {
          holds[at[index]] = true;
        }
      }
      mostAlike = mixed ? mostAlike(pack.code) : Integer.MAX_VALUE;
    }

    /** Who would be near to fewer of the others, by more than has been found already. */
    private List<OwnerId> better(Placement.Load load, int index, int below) {
      List<Place> able = new ArrayList<>();
      for (int place = 0; place < holds.length; place++) {
        if (!holds[place] && near(place, index) < below) {
          able.add(places.get(place));
        }
      }
      return able.isEmpty() ? List.of() : Placement.spares(load, others(index), able);
    }

    /** Who holds the other shards. */
    private List<Place> others(int index) {
      List<Place> others = new ArrayList<>();
      for (int other = 0; other < at.length; other++) {
        if (other != index && at[other] != ELSEWHERE) {
          others.add(places.get(at[other]));
        }
      }
      return others;
    }

    /** What a holder of that shard costs beside those of the others. */
    private int near(int place, int index) {
      if (place == ELSEWHERE) {
        return 0;
      }
      int sum = 0;
      int alike = 1;
      for (int other = 0; other < at.length; other++) {
        if (other != index && at[other] != ELSEWHERE) {
          sum += nearness[place][at[other]];
          alike += systems[place] == systems[at[other]] ? 1 : 0;
        }
      }
      return sum + (alike > mostAlike ? 1 : 0);
    }
  }
}
