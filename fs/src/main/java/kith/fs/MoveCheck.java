package kith.fs;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import kith.codec.CodeParameters;
import kith.codec.OwnerId;
import kith.codec.PackId;
import kith.codec.ShardLayout;
import kith.index.RowView;
import kith.peer.conduct.Standing;

/**
 * What becomes of a drive's packs if a partner leaves, gone through pack by pack with the room that
 * the others have.
 *
 * @param packs that have a shard with him
 * @param bytes of shards that others would have to take
 * @param homeless packs of these for which the others have no room, or are too few
 * @param homelessBytes of those packs
 */
public record MoveCheck(long packs, long bytes, long homeless, long homelessBytes) {

  static MoveCheck without(
      RowView rows, PlacementPolicy policy, List<HolderCandidate> partners, OwnerId leaving)
      throws IOException {
    var pass = new Pass(policy, partners, leaving);
    PackRows.visit(
        rows,
        (id, row) -> {
          if (row.state().live() && row.code().isPresent()) {
            List<ShardRow> shards = PackRows.shards(rows, id, row.code().get());
            pass.look(id, row, shards.stream().map(ShardRow::holder).toList());
          }
        });
    return new MoveCheck(pass.packs, pass.bytes, pass.homeless, pass.homelessBytes);
  }

  /** One pass over all packs. For one thread. */
  private static final class Pass {
    private final OwnerId leaving;
    private final int count;
    private final Optional<CodeParameters> code;
    private final List<HolderCandidate> rest = new ArrayList<>();
    private long packs;
    private long bytes;
    private long homeless;
    private long homelessBytes;

    private Pass(PlacementPolicy policy, List<HolderCandidate> partners, OwnerId leaving) {
      this.leaving = leaving;
      List<HolderCandidate> others =
          partners.stream().filter(partner -> !partner.owner().equals(leaving)).toList();
      count = others.size();
      code = policy.codeFor(others);
      others.stream()
          .filter(partner -> !partner.gone())
          .forEach(partner -> rest.add(withFree(partner, partner.freeBytes())));
    }

    /** Who is away comes back. */
    private static HolderCandidate withFree(HolderCandidate of, long free) {
      return new HolderCandidate(
          of.owner(),
          free,
          true,
          of.pastCommitment(),
          of.spaceBytes(),
          of.networks(),
          of.system(),
          Standing.GOOD,
          of.agreed());
    }

    private void look(PackId id, PackRow row, List<OwnerId> holders) {
      boolean anew = Recoder.isTooWide(row, count);
      if (!anew && !holders.contains(leaving)) {
        return;
      }
      packs++;
      boolean finds = anew ? anew(id, row) : moves(id, row, holders);
      homeless += finds ? 0 : 1;
      homelessBytes += finds ? 0 : row.length();
    }

    /** All shards of it are made by another code, while the old ones stay where they are. */
    private boolean anew(PackId id, PackRow row) {
      if (code.isEmpty()) {
        return false;
      }
      long size = new ShardLayout(code.get(), row.length()).sealedLength();
      int wanted = code.get().n();
      var demand = new HolderChoice.Demand(rest, size);
      List<OwnerId> chosen = HolderChoice.choose(id, wanted, demand);
      boolean fits = chosen.size() == wanted && chosen.stream().allMatch(who -> free(who) >= size);
      if (fits) {
        chosen.forEach(who -> take(who, size));
      }
      return fits;
    }

    private boolean moves(PackId id, PackRow row, List<OwnerId> holders) {
      long size = new ShardLayout(row.code().orElseThrow(), row.length()).sealedLength();
      var demand = new HolderChoice.Demand(rest, size);
      List<OwnerId> spares = HolderChoice.spares(id, holders, holders.indexOf(leaving), demand);
      if (spares.isEmpty()) {
        return false;
      }
      take(spares.get(0), size);
      return true;
    }

    private long free(OwnerId who) {
      return rest.stream()
          .filter(partner -> partner.owner().equals(who))
          .mapToLong(HolderCandidate::freeBytes)
          .sum();
    }

    private void take(OwnerId who, long size) {
      bytes += size;
      rest.replaceAll(
          partner ->
              partner.owner().equals(who)
                  ? withFree(partner, partner.freeBytes() - size)
                  : partner);
    }
  }
}
