package kith.fs;

import java.io.IOException;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import kith.codec.ChunkCodec;
import kith.codec.PackId;
import kith.index.RowView;
import kith.index.Table;

/** The lost packs, and where their chunks are by now if they were saved. For one thread. */
final class PackLost {
  private final RowView rows;
  private final Set<PackId> packs = new HashSet<>();

  /** Those that are lost now. */
  PackLost(RowView rows) throws IOException {
    this.rows = rows;
    PackRows.visit(
        rows,
        (id, row) -> {
          if (row.state() == PackState.LOST) {
            packs.add(id);
          }
        });
  }

  /** The pack that has the chunk of a reference into a lost pack; empty for all others. */
  Optional<PackId> now(ChunkRef chunk) throws IOException {
    if (!packs.contains(chunk.pack())) {
      return Optional.empty();
    }
    byte[] row = rows.get(Table.CHUNKS, ChunkRow.key(ChunkCodec.idOf(chunk.key())));
    return row == null ? Optional.empty() : Optional.of(ChunkRow.decode(row).pack());
  }
}
