package kith.fs;

import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import kith.codec.OwnerId;
import kith.codec.PackId;
import kith.index.RowView;

/**
 * How safe a pack with enough placed shards is while holders may be in their commitment period, in
 * which they serve no restore. Stateless but for what it was made with.
 *
 * @param locked holders in their commitment period, and when it ends
 */
record PackSafety(RowView rows, PlacementPolicy policy, Map<OwnerId, Instant> locked) {
  /**
   * @param state locked, safe or full
   * @param lockedUntil when it will be safe; null unless it is locked
   */
  record Judged(FileState state, Instant lockedUntil) {}

  /** Of a pack that is {@link PackRow#safe} or placed whole. */
  Judged of(PackId id, PackRow row) throws IOException {
    boolean whole = row.state() == PackState.PLACED;
    if (locked.isEmpty()) {
      return new Judged(whole ? FileState.FULL : FileState.SAFE, null);
    }
    List<Instant> ends = new ArrayList<>();
    int free = 0;
    for (ShardRow shard : PackRows.shards(rows, id, row.code().orElseThrow())) {
      if (shard.state() == ShardState.PLACED) {
        Optional<Instant> end = Optional.ofNullable(locked.get(shard.holder()));
        end.ifPresent(ends::add);
        free += end.isPresent() ? 0 : 1;
      }
    }
    int missing = policy.safeShards(row.code().orElseThrow()) - free;
    if (missing <= 0) {
      return new Judged(whole && ends.isEmpty() ? FileState.FULL : FileState.SAFE, null);
    }
    ends.sort(null);
    Instant until = ends.isEmpty() ? null : ends.get(Math.min(missing, ends.size()) - 1);
    return new Judged(FileState.LOCKED, until);
  }
}
