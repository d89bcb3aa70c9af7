package kith.fs;

import java.io.IOException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import kith.codec.CodeParameters;
import kith.codec.OwnerId;
import kith.codec.PackId;
import kith.codec.ShardName;
import kith.index.RowView;
import kith.index.Update;

/**
 * Which shards of a drive are needed at which holder: all that rows name of packs that were not
 * reclaimed, whatever their state, and those that are being moved there. Immutable.
 */
public final class NeededShards {
  private final long generation;
  private final Map<OwnerId, Map<ShardName, Long>> byHolder = new HashMap<>();
  private final Map<OwnerId, Set<ShardName>> reclaimed = new HashMap<>();

  private NeededShards(long generation) {
    this.generation = generation;
  }

  /**
   * Goes through all rows.
   *
   * @return empty if that does not tell all that the published head names: there is none, or shards
   *     have got other places since
   * @throws IOException if a row is damaged or missing: then nothing is known
   */
  public static Optional<NeededShards> of(RowView rows) throws IOException {
    Optional<Published> before = settled(rows);
    if (before.isEmpty()) {
      return Optional.empty();
    }
    var found = new NeededShards(before.get().generation());
    found.collect(rows);
    return settled(rows).equals(before) ? Optional.of(found) : Optional.empty();
  }

  /** The published head, if it names all places as they are now. */
  private static Optional<Published> settled(RowView rows) throws IOException {
    boolean behind =
        Recoder.isBehind(rows) || Mover.behind(rows) > 0 || !new HeadRoots(rows).isComplete();
    return behind ? Optional.empty() : Published.last(rows);
  }

  private void collect(RowView rows) throws IOException {
    Map<PackId, CodeParameters> codes = new HashMap<>();
    PackRows.visit(
        rows,
        (id, row) -> {
          if (row.code().isEmpty()) {
            return;
          }
          CodeParameters code = row.code().get();
          boolean dropped = row.state() == PackState.DROPPED;
          if (!dropped) {
            codes.put(id, code);
          }
          int index = 0;
          for (ShardRow shard : PackRows.shards(rows, id, code)) {
            ShardName name = new ShardName(id, code, index++);
            boolean placed = shard.state() == ShardState.PLACED;
            if (!dropped) {
              need(shard.holder(), name, placed ? shard.since() : 0);
            } else if (placed) {
              reclaimed.computeIfAbsent(shard.holder(), holder -> new HashSet<>()).add(name);
            }
          }
        });
    Mover.visit(
        rows,
        (pack, index, to) -> {
          CodeParameters code = codes.get(pack);
          if (code != null && index < code.n()) {
            need(to, new ShardName(pack, code, index), 0);
          }
        });
  }

  private void need(OwnerId holder, ShardName name, long placedSince) {
    byHolder.computeIfAbsent(holder, id -> new HashMap<>()).merge(name, placedSince, Math::max);
  }

  /**
   * Generation of the last head at which all that anything refers to was found to be known; 0 if it
   * was not since {@link #doubt}.
   */
  public static long whole(RowView rows) throws IOException {
    return Reclaim.whole(rows);
  }

  /** Changes of the index were lost: whether all is known is to be found out again. */
  public static void doubt(Update update) {
    Reclaim.noteDoubt(update);
  }

  /** Of the head that names all this. */
  public long generation() {
    return generation;
  }

  /** Whether a holder must keep a shard. */
  public boolean isNeeded(OwnerId holder, ShardName name) {
    return at(holder).containsKey(name);
  }

  /** Of reclaimed packs, what a holder was not told yet to drop. */
  public Set<ShardName> reclaimed(OwnerId holder) {
    return reclaimed.getOrDefault(holder, Set.of());
  }

  /** What is needed at a holder, with the time since when it is placed there; 0: it is not yet. */
  public Map<ShardName, Long> at(OwnerId holder) {
    return byHolder.getOrDefault(holder, Map.of());
  }
}
