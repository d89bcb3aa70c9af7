package kith.fs;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import kith.codec.OwnerId;
import kith.codec.PackId;

/**
 * Chooses holders for the shards of a pack by weighted rendezvous hashing (Thaler and Ravishankar
 * 1998; weights as by Schindelhauer and Schomaker 2005): each partner draws a number from the
 * pack's id and his own, scaled by his free space, and the smallest numbers win. So shards spread
 * in proportion to space, and a partner that comes or goes changes the choice of few packs.
 * Stateless.
 */
final class HolderChoice {
  private HolderChoice() {}

  /**
   * The best partners, best first: those with room before those without, reachable ones first.
   *
   * @param count how many at most
   * @param excluded never chosen
   */
  static List<OwnerId> choose(PackId pack, int count, Set<OwnerId> excluded, Demand demand) {
    return demand.candidates().stream()
        .filter(candidate -> !excluded.contains(candidate.owner()))
        .sorted(
            Comparator.<HolderCandidate>comparingInt(c -> rank(c, demand.sealedLength()))
                .thenComparingDouble(c -> draw(pack, c))
                .thenComparing(HolderCandidate::owner))
        .limit(count)
        .map(HolderCandidate::owner)
        .toList();
  }

  /**
   * A partner for a shard that its holder does not take: reachable and with room, or empty.
   *
   * @param excluded the holders of all shards of the pack
   */
  static Optional<OwnerId> spare(PackId pack, Set<OwnerId> excluded, Demand demand) {
    return demand.candidates().stream()
        .filter(candidate -> !excluded.contains(candidate.owner()))
        .filter(candidate -> rank(candidate, demand.sealedLength()) == 0)
        .min(Comparator.comparingDouble(c -> draw(pack, c)))
        .map(HolderCandidate::owner);
  }

  /**
   * Who could be chosen, and for how much.
   *
   * @param sealedLength bytes that a holder must have room for
   */
  record Demand(List<HolderCandidate> candidates, long sealedLength) {}

  private static int rank(HolderCandidate candidate, long sealedLength) {
    boolean room = candidate.freeBytes() >= sealedLength;
    return (room ? 0 : 2) + (candidate.reachable() ? 0 : 1);
  }

  /** Exponentially distributed with the free space as its rate. */
  private static double draw(PackId pack, HolderCandidate candidate) {
    long mixed = mix(pack.prefix() ^ mix(candidate.owner().prefix()));
    double uniform = ((mixed >>> 11) + 0.5) * 0x1.0p-53;
    return -Math.log(uniform) / Math.max(1, candidate.freeBytes());
  }

  /** Stafford's mix 13, as in SplitMix64. */
  private static long mix(long value) {
    long z = value + 0x9e3779b97f4a7c15L;
    z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
    z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
    return z ^ (z >>> 31);
  }
}
