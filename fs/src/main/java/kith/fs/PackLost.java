package kith.fs;

import java.io.IOException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import kith.codec.ChunkCodec;
import kith.codec.PackId;
import kith.index.RowView;
import kith.index.Table;

/**
 * Which packs a reference needs where its chunk is not only in the pack that it names: packs that
 * are lost and were saved, and such that were sealed anew after a rekey. For one thread.
 */
final class PackLost {
  private final RowView rows;
  private final Set<PackId> packs = new HashSet<>();
  private final Map<PackId, PackId> resealed = new HashMap<>();

  /** Of those, the packs that partners' index still names. */
  private final Set<PackId> staying = new HashSet<>();

  /** As things are now. */
  PackLost(RowView rows) throws IOException {
    this.rows = rows;
    long lastHead = Published.last(rows).map(Published::generation).orElse(0L);
    Resealed.visit(
        rows,
        (before, now) -> {
          resealed.put(before, now.to());
          if (!now.isPublished(lastHead) && PackRows.pack(rows, before).isPresent()) {
            staying.add(before);
          }
        });
    PackRows.visit(
        rows,
        (id, row) -> {
          if (row.state() == PackState.LOST) {
            packs.add(id);
          }
        });
  }

  /**
   * Adds the packs that a chunk is needed in: that of the reference, until a published head tells
   * of the one that took its place.
   */
  void needed(ChunkRef chunk, Set<PackId> needed) throws IOException {
    PackId pack = chunk.pack();
    while (resealed.containsKey(pack)) {
      if (staying.contains(pack)) {
        needed.add(pack);
      }
      pack = resealed.get(pack);
    }
    needed.add(pack);
    if (packs.contains(pack) || packs.contains(chunk.pack())) {
      byte[] row = rows.get(Table.CHUNKS, ChunkRow.key(ChunkCodec.idOf(chunk.key())));
      if (row != null) {
        needed.add(ChunkRow.decode(row).pack());
      }
    }
  }
}
