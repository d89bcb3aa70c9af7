package kith.fs;

import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import kith.codec.OwnerId;
import kith.codec.PackId;
import kith.codec.PackKind;
import kith.index.RowView;

/** Since when audits have covered what a file needs. Stateless but for what it reads. */
final class FileProof {
  private final RowView rows;
  private final PlacementPolicy policy;
  private final AuditCover cover;

  FileProof(RowView rows, PlacementPolicy policy, AuditCover cover) {
    this.rows = rows;
    this.policy = policy;
    this.cover = cover;
  }

  /**
   * For content in these packs, or in all, and the trees and indexes that lead to it: the earliest
   * time, over all packs, at which enough holders for what is called safe had passed an audit.
   *
   * @param packs null for all
   * @return empty if there is a pack for which that is not so
   */
  Optional<Instant> of(Set<PackId> packs) throws IOException {
    Instant[] earliest = {Instant.MAX};
    boolean[] all = {true};
    PackRows.visit(
        rows,
        (id, row) -> {
          boolean asked = row.kind() != PackKind.DATA || packs == null || packs.contains(id);
          if (all[0] && asked && row.state() != PackState.DROPPED) {
            Optional<Instant> proved = proved(id, row);
            all[0] = proved.isPresent();
            earliest[0] = proved.filter(earliest[0]::isAfter).orElse(earliest[0]);
          }
        });
    return all[0] && !earliest[0].equals(Instant.MAX) ? Optional.of(earliest[0]) : Optional.empty();
  }

  private Optional<Instant> proved(PackId id, PackRow row) throws IOException {
    if (row.code().isEmpty()) {
      return Optional.empty();
    }
    Map<OwnerId, Instant> holders = new HashMap<>();
    for (ShardRow shard : PackRows.shards(rows, id, row.code().get())) {
      cover.covered(shard).ifPresent(time -> holders.put(shard.holder(), time));
    }
    int needed = policy.safeShards(row.code().get());
    List<Instant> times = new ArrayList<>(holders.values());
    times.sort(Comparator.reverseOrder());
    return times.size() < needed ? Optional.empty() : Optional.of(times.get(needed - 1));
  }
}
