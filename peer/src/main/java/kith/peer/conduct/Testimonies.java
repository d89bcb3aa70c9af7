package kith.peer.conduct;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import kith.codec.OwnerId;
import kith.peer.choice.NetworkPrefix;
import kith.peer.choice.Separation;
import kith.peer.choice.TrackRecord;

/**
 * Makes a track record of what others have signed: the newest word of each, those in one household
 * or network together once, nothing that is old.
 */
public final class Testimonies {
  /** What is older says nothing any more. */
  public static final Duration VALID = Duration.ofDays(180);

  private Testimonies() {}

  /**
   * The track record of a node.
   *
   * @param subject who does not speak for itself
   * @param networks where the subject is: who lives with it does not speak for it, either
   */
  public static TrackRecord of(
      OwnerId subject, Set<NetworkPrefix> networks, List<Testimony> testimonies) {
    List<Testimony> newest =
        testimonies.stream()
            .filter(each -> !each.reporter().equals(subject))
            .filter(each -> each.age() <= VALID.toMillis())
            // What went wrong stands before what went well of those who live together.
            .sorted(
                Comparator.comparing(Testimony::kept)
                    .thenComparingLong(Testimony::age)
                    .thenComparing(Testimony::reporter))
            .toList();
    Set<OwnerId> heard = new HashSet<>();
    List<Set<NetworkPrefix>> places = new ArrayList<>();
    int kept = 0;
    int reneged = 0;
    for (Testimony each : newest) {
      boolean near = each.kept() && isNear(each.networks(), List.of(networks));
      if (near || isNear(each.networks(), places) || !heard.add(each.reporter())) {
        continue;
      }
      places.add(each.networks());
      kept += each.kept() ? 1 : 0;
      reneged += each.kept() ? 0 : 1;
    }
    return new TrackRecord(kept + reneged, kept, reneged);
  }

  /** Where it is not known where somebody is nothing is known of him being near. */
  private static boolean isNear(Set<NetworkPrefix> networks, List<Set<NetworkPrefix>> others) {
    for (Set<NetworkPrefix> other : others) {
      Separation between = NetworkPrefix.between(networks, other);
      if (between != Separation.UNKNOWN && between.isClose()) {
        return true;
      }
    }
    return false;
  }
}
