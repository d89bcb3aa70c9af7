package kith.fs;

import java.io.IOException;
import java.util.Optional;
import kith.codec.ChunkId;
import kith.codec.CodeParameters;
import kith.codec.PackId;
import kith.index.RowView;
import kith.index.Table;

/** The placements that the rows of a living node tell. Safe for many threads. */
public final class PlacementRows implements PlacementSource {
  private final RowView rows;

  public PlacementRows(RowView rows) {
    this.rows = rows;
  }

  @Override
  public Optional<ChunkPlace> chunk(ChunkId id) throws IOException {
    byte[] value = rows.get(Table.CHUNKS, ChunkRow.key(id));
    if (value == null) {
      return Optional.empty();
    }
    ChunkRow row = ChunkRow.decode(value);
    return Optional.of(new ChunkPlace(row.pack(), row.offset(), row.length(), row.rawLength()));
  }

  /**
   * The placement of a pack that is coded, or of what was sealed of it after a rekey; shards not
   * acknowledged yet have no holder in it.
   */
  @Override
  public Optional<PackPlacement> placement(PackId pack) throws IOException {
    PackId now = Resealed.now(rows, pack);
    Optional<PackRow> row = PackRows.pack(rows, now).filter(found -> found.code().isPresent());
    if (row.isEmpty()) {
      return Optional.empty();
    }
    CodeParameters code = row.get().code().get();
    var holders = PackRows.shards(rows, now, code).stream().map(PackRows::holder).toList();
    return Optional.of(new PackPlacement(now, row.get().kind(), row.get().length(), code, holders));
  }
}
