package kith.fs;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import kith.codec.OwnerId;
import kith.codec.PackId;
import kith.codec.ShardName;
import kith.index.PackStore;
import kith.index.Rows;
import kith.index.Table;
import kith.index.Update;

/**
 * Removes packs that nothing refers to. In one update the pack is dropped, its chunks are forgotten
 * and the notes of trees that named it, unless another pack has what it had; once that is durable
 * its file goes. The rows of shards that partners still keep stay with the dropped pack: they use
 * space there. For one thread.
 */
final class ReclaimSweep {
  /** How many chunks are looked for in one pass over the table of chunks. */
  static final int CHUNKS_AT_ONCE = 200_000;

  private final LiveTree live;
  private final Rows rows;
  private final PackStore store;
  private final PackHolds holds;
  private final Shipper shipper;

  ReclaimSweep(LiveTree live, PackStore store, PackHolds holds, Shipper shipper) {
    this.live = live;
    this.rows = live.rows;
    this.store = store;
    this.holds = holds;
    this.shipper = shipper;
  }

  /** Rows that go with a pack. */
  private static final class Belongings {
    final List<byte[]> chunks = new ArrayList<>();
    final List<Long> noted = new ArrayList<>();
    final List<PackId> before = new ArrayList<>();
  }

  /**
   * Removes packs that are not touched since a horizon, nor under way to partners.
   *
   * @return how many went
   */
  int remove(Set<PackId> packs, long horizon) throws IOException {
    Map<PackId, Belongings> all = belongings(packs);
    int gone = 0;
    for (Map.Entry<PackId, Belongings> pack : all.entrySet()) {
      if (shipper.alone(() -> drop(pack.getKey(), pack.getValue(), horizon))) {
        shipper.sealed(pack.getKey()); // it looks at the rows, and forgets the pack
        gone++;
      }
    }
    if (gone > 0) {
      finish();
    }
    return gone;
  }

  private Map<PackId, Belongings> belongings(Set<PackId> packs) throws IOException {
    Map<PackId, Belongings> found = new HashMap<>();
    packs.forEach(pack -> found.put(pack, new Belongings()));
    Map<PackId, PackId> resealed = new HashMap<>();
    Resealed.visit(rows, (before, now) -> resealed.put(before, now.to()));
    for (PackId before : resealed.keySet()) {
      Belongings of = found.get(last(resealed, before));
      if (of != null) {
        of.before.add(before);
      }
    }
    RowScan.visit(
        rows,
        Table.CHUNKS,
        (key, value) -> {
          Belongings of = found.get(ChunkRow.decode(value).pack());
          if (of != null) {
            of.chunks.add(key);
          }
        });
    RowScan.visit(
        rows,
        Table.TREES,
        (key, value) -> {
          TreeRow row = TreeRow.decode(value);
          if (row.note().length >= ChunkRef.SIZE) {
            // Notes of directories and of files both begin with a chunk.
            PackId pack = ChunkRef.read(ByteBuffer.wrap(row.note())).pack();
            Belongings of = found.get(last(resealed, pack));
            if (of != null) {
              of.noted.add(RowKeys.first(key));
            }
          }
        });
    return found;
  }

  /** What a pack named has in the end, however often it was sealed anew. */
  private static PackId last(Map<PackId, PackId> resealed, PackId pack) {
    PackId last = pack;
    while (resealed.containsKey(last)) {
      last = resealed.get(last);
    }
    return last;
  }

  /** While the shipper changes no rows. */
  private boolean drop(PackId pack, Belongings belongings, long horizon) throws IOException {
    return !shipper.isUnderWay(pack)
        && holds.remove(
            pack,
            horizon,
            () -> {
              Optional<PackRow> row =
                  PackRows.pack(rows, pack).filter(found -> found.state() != PackState.DROPPED);
              if (row.isPresent()) {
                live.ancestry.forget(belongings.noted, update(pack, row.get(), belongings));
              }
              return row.isPresent();
            });
  }

  private static Update update(PackId pack, PackRow row, Belongings belongings) {
    Update update = new Update();
    update.put(Table.PACKS, PackRow.key(pack), row.withState(PackState.DROPPED).encode());
    belongings.chunks.forEach(chunk -> update.delete(Table.CHUNKS, chunk));
    belongings.before.forEach(before -> update.delete(Table.META, Resealed.key(before)));
    return update.delete(Table.META, RunBook.mark(pack));
  }

  /** Removes the files of all dropped packs, and the rows of those that no partner has. */
  void finish() throws IOException {
    List<PackId> files = new ArrayList<>();
    Map<PackId, PackRow> nowhere = new HashMap<>();
    PackRows.visit(
        rows,
        (id, row) -> {
          if (row.state() == PackState.DROPPED) {
            if (store.exists(id)) {
              files.add(id);
            }
            if (row.placed() == 0) {
              nowhere.put(id, row);
            }
          }
        });
    if (!files.isEmpty()) {
      rows.sync(); // no row that needs a file may outlive it
      store.deleteDurably(files);
    }
    for (Map.Entry<PackId, PackRow> pack : nowhere.entrySet()) {
      rows.apply(forgotten(pack.getKey(), pack.getValue()));
    }
  }

  /**
   * Notes that a holder has dropped shards: those of reclaimed packs use no space there any more,
   * and a pack of which nobody has any is forgotten. While the shipper changes no rows.
   */
  static void gone(Rows rows, OwnerId holder, Collection<ShardName> names) throws IOException {
    for (ShardName name : names) {
      byte[] key = ShardRow.key(name.pack(), name.index());
      Optional<PackRow> pack =
          PackRows.pack(rows, name.pack())
              .filter(row -> row.state() == PackState.DROPPED)
              .filter(row -> row.code().equals(Optional.of(name.code())));
      byte[] value = pack.isEmpty() ? null : rows.get(Table.SHARDS, key);
      ShardRow shard = value == null ? null : ShardRow.decode(value);
      if (shard == null || shard.state() != ShardState.PLACED || !shard.holder().equals(holder)) {
        continue;
      }
      PackRow left = pack.get().withOneGone();
      if (left.placed() == 0) {
        rows.apply(forgotten(name.pack(), left));
      } else {
        byte[] lost = shard.withState(ShardState.LOST, shard.since()).encode();
        rows.apply(
            new Update()
                .put(Table.SHARDS, key, lost)
                .put(Table.PACKS, PackRow.key(name.pack()), left.encode()));
      }
    }
  }

  private static Update forgotten(PackId pack, PackRow row) {
    Update update = new Update().delete(Table.PACKS, PackRow.key(pack));
    int shards = row.code().isPresent() ? row.code().get().n() : 0;
    for (int index = 0; index < shards; index++) {
      update.delete(Table.SHARDS, ShardRow.key(pack, index));
    }
    return update;
  }
}
