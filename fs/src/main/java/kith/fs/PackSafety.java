package kith.fs;

import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import kith.codec.CodeParameters;
import kith.codec.PackId;
import kith.index.RowView;

/**
 * How safe a pack with enough placed shards is while holders may count as gone, or be in their
 * commitment period, in which they serve no restore. Stateless but for what it was made with.
 */
record PackSafety(RowView rows, PlacementPolicy policy, HolderStates holders) {
  /**
   * @param state degraded, locked, safe or full
   * @param lockedUntil when it will be safe; null unless it is locked
   */
  record Judged(FileState state, Instant lockedUntil) {}

  /** Of a pack that is {@link PackRow#safe} or placed whole. */
  Judged of(PackId id, PackRow row) throws IOException {
    CodeParameters code = row.code().orElseThrow();
    if (holders.isEmpty()) {
      boolean whole = row.state() == PackState.PLACED;
      return new Judged(whole ? FileState.FULL : FileState.SAFE, null);
    }
    List<Instant> ends = new ArrayList<>();
    int free = 0;
    for (ShardRow shard : PackRows.shards(rows, id, code)) {
      if (holders.has(shard)) {
        Optional<Instant> end = Optional.ofNullable(holders.locked().get(shard.holder()));
        end.ifPresent(ends::add);
        free += end.isPresent() ? 0 : 1;
      }
    }
    int missing = policy.safeShards(code) - free;
    if (missing > ends.size()) {
      return new Judged(FileState.DEGRADED, null);
    } else if (missing <= 0) {
      return new Judged(free == code.n() ? FileState.FULL : FileState.SAFE, null);
    }
    ends.sort(null);
    return new Judged(FileState.LOCKED, ends.get(missing - 1));
  }
}
