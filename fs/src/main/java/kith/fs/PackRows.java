package kith.fs;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import kith.codec.ChunkId;
import kith.codec.CodeParameters;
import kith.codec.OwnerId;
import kith.codec.PackId;
import kith.codec.PackKind;
import kith.index.RowView;
import kith.index.Table;

/** Reads the rows of chunks, packs and shards together. Stateless. */
final class PackRows {
  private PackRows() {}

  /** Sees one pack after the other. */
  @FunctionalInterface
  interface Visitor {
    void pack(PackId id, PackRow row) throws IOException;
  }

  /** The row of a pack, or empty. */
  static Optional<PackRow> pack(RowView rows, PackId id) throws IOException {
    byte[] value = rows.get(Table.PACKS, PackRow.key(id));
    return value == null ? Optional.empty() : Optional.of(PackRow.decode(value));
  }

  /** The row of a pack that new content may refer to, or empty. */
  static Optional<PackRow> live(RowView rows, PackId id) throws IOException {
    return pack(rows, id).filter(row -> row.state().live());
  }

  /** Where a chunk lies in a live pack of that kind, or empty. */
  static Optional<ChunkRow> liveChunk(RowView rows, PackKind kind, ChunkId id) throws IOException {
    byte[] value = rows.get(Table.CHUNKS, ChunkRow.key(id));
    if (value == null) {
      return Optional.empty();
    }
    ChunkRow chunk = ChunkRow.decode(value);
    return live(rows, chunk.pack()).filter(row -> row.kind() == kind).map(row -> chunk);
  }

  /** Visits all packs, in the order of their ids. */
  static void visit(RowView rows, Visitor visitor) throws IOException {
    rows.scan(
        Table.PACKS,
        new byte[0],
        null,
        (key, value) -> {
          visitor.pack(new PackId(key), PackRow.decode(value));
          return true;
        });
  }

  /** The greatest sequence number of a pack, or 0. */
  static long lastSequence(RowView rows) throws IOException {
    long[] last = {0};
    visit(rows, (id, row) -> last[0] = Math.max(last[0], row.sequence()));
    return last[0];
  }

  /**
   * The rows of all shards of a coded pack, by index.
   *
   * @throws IOException if one is missing
   */
  static List<ShardRow> shards(RowView rows, PackId id, CodeParameters code) throws IOException {
    List<ShardRow> shards = new ArrayList<>();
    for (int index = 0; index < code.n(); index++) {
      byte[] value = rows.get(Table.SHARDS, ShardRow.key(id, index));
      if (value == null) {
        throw new IOException("the row of shard " + index + " of pack " + id + " is missing");
      }
      shards.add(ShardRow.decode(value));
    }
    return shards;
  }

  /**
   * How many shards of a pack its holders may have: those that are placed, and those that came back
   * wrong, for a holder may be ill and get well.
   */
  static int perhapsThere(RowView rows, PackId id, PackRow row) throws IOException {
    if (row.code().isEmpty() || row.placed() >= row.code().get().m()) {
      return row.placed();
    }
    int there = 0;
    for (ShardRow shard : shards(rows, id, row.code().get())) {
      there += holder(shard).isPresent() ? 1 : 0;
    }
    return there;
  }

  /** Who has a shard, so far as is known: a silent holder may still be asked. */
  static Optional<OwnerId> holder(ShardRow shard) {
    return switch (shard.state()) {
      case PLACED, SUSPECT -> Optional.of(shard.holder());
      case PENDING, LOST -> Optional.empty();
    };
  }
}
