package kith.fs;

import java.util.List;
import kith.codec.OwnerId;
import kith.codec.PackId;
import kith.codec.PackKind;
import kith.codec.ShardLayout;
import kith.peer.choice.Place;
import kith.peer.choice.Placement;

/** Chooses holders for the shards of a pack among the partners. Stateless. */
final class HolderChoice {
  private HolderChoice() {}

  /**
   * The best partners for all shards of a pack, best first; of those who are trusted, if they are
   * enough and have room.
   *
   * @param count how many at most
   */
  static List<OwnerId> choose(PackId pack, int count, Demand demand) {
    List<HolderCandidate> trusted =
        demand.candidates().stream()
            .filter(one -> one.trusted() && one.freeBytes() >= demand.sealedLength())
            .toList();
    Demand from = trusted.size() < count ? demand : new Demand(trusted, demand.sealedLength());
    return Placement.choose(load(pack, demand), count, places(from));
  }

  /**
   * Partners for a shard that its holder does not take, best first: reachable and with room. Who is
   * back and has yet to show what he has is better than nobody.
   *
   * @param holders of all shards of the pack; none of them is a spare
   * @param index of the shard
   */
  static List<OwnerId> spares(PackId pack, List<OwnerId> holders, int index, Demand demand) {
    OwnerId leaving = holders.get(index);
    List<OwnerId> spares = List.of();
    for (boolean returned : new boolean[] {false, true}) {
      List<Place> partners =
          demand.candidates().stream()
              .filter(one -> !one.owner().equals(leaving))
              .map(one -> one.place(returned))
              .toList();
      List<Place> others =
          partners.stream().filter(place -> holders.contains(place.owner())).toList();
      spares = spares.isEmpty() ? Placement.spares(load(pack, demand), others, partners) : spares;
    }
    return spares;
  }

  /** Whether the holder has room for a new shard only in what is kept for trees and index. */
  static boolean needsReserve(PackRow row, ShardRow shard, List<HolderCandidate> partners) {
    long size = new ShardLayout(row.code().orElseThrow(), row.length()).sealedLength();
    return shard.state() == ShardState.PENDING
        && partners.stream()
            .filter(one -> one.owner().equals(shard.holder()))
            .anyMatch(one -> one.fitsOnlyInReserve(row.kind(), size));
  }

  /**
   * Who could be chosen, and for how much.
   *
   * @param candidates all partners
   * @param sealedLength bytes that a holder must have room for
   */
  record Demand(List<HolderCandidate> candidates, long sealedLength) {
    /** Of a shard of a pack of that kind. */
    static Demand of(PackKind kind, List<HolderCandidate> candidates, long sealedLength) {
      return new Demand(candidates.stream().map(one -> one.seenBy(kind)).toList(), sealedLength);
    }
  }

  static Placement.Load load(PackId pack, Demand demand) {
    return new Placement.Load(pack.prefix(), demand.sealedLength());
  }

  static List<Place> places(Demand demand) {
    return demand.candidates().stream().map(one -> one.place(false)).toList();
  }
}
