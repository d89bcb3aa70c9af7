package kith.fs;

import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import kith.codec.CodeParameters;
import kith.codec.OwnerId;
import kith.codec.PackId;
import kith.codec.SealedShard;
import kith.codec.ShardLayout;
import kith.codec.ShardName;
import kith.index.Rows;
import kith.index.Table;
import kith.index.Update;

/**
 * The packs with shards to ship, oldest first: the rows that say so, kept in memory, and their
 * transitions. For one thread at a time.
 */
final class ShipperBacklog {
  /**
   * A pack and its shards as their rows say.
   *
   * @param shards by index; empty if the pack is not coded
   */
  record Entry(PackId id, PackRow row, List<ShardRow> shards) {
    /** Bytes that are to be shipped yet, at a guess if the pack is not coded. */
    long bytesToShip(Optional<CodeParameters> guess) {
      CodeParameters code = row.code().or(() -> guess).orElse(CodeParameters.of(1, 0));
      long shard = new ShardLayout(code, row.length()).sealedLength();
      return shard * (code.n() - row.placed());
    }

    List<OwnerId> holders() {
      return shards.stream().map(ShardRow::holder).toList();
    }
  }

  private final Rows rows;
  private final PlacementPolicy policy;
  private final Map<Long, Entry> bySequence = new TreeMap<>();
  private final Map<PackId, Long> sequences = new HashMap<>();

  ShipperBacklog(Rows rows, PlacementPolicy policy) {
    this.rows = rows;
    this.policy = policy;
  }

  /** All entries, oldest first; a copy. */
  List<Entry> entries() {
    return List.copyOf(bySequence.values());
  }

  /** Reads all rows again. */
  void reload() throws IOException {
    bySequence.clear();
    sequences.clear();
    PackRows.visit(rows, this::take);
  }

  /** Reads the rows of one pack again, and forgets it if there is nothing to ship. */
  Optional<Entry> refresh(PackId id) throws IOException {
    Long sequence = sequences.remove(id);
    if (sequence != null) {
      bySequence.remove(sequence);
    }
    Optional<PackRow> row = PackRows.pack(rows, id);
    if (row.isPresent()) {
      take(id, row.get());
    }
    return Optional.ofNullable(sequences.get(id)).map(bySequence::get);
  }

  private void take(PackId id, PackRow row) throws IOException {
    if (row.state() != PackState.SEALED && row.state() != PackState.SHIPPING) {
      return;
    }
    List<ShardRow> shards =
        row.code().isEmpty() ? List.of() : PackRows.shards(rows, id, row.code().get());
    bySequence.put(row.sequence(), new Entry(id, row, shards));
    sequences.put(id, row.sequence());
  }

  /** Fixes the code of a pack and who is to hold its shards. */
  Entry code(Entry entry, CodeParameters code, List<OwnerId> holders, long now) throws IOException {
    Update update = new Update();
    update.put(Table.PACKS, PackRow.key(entry.id()), entry.row().coded(code).encode());
    for (int index = 0; index < code.n(); index++) {
      byte[] shard = ShardRow.pending(holders.get(index), now).encode();
      update.put(Table.SHARDS, ShardRow.key(entry.id(), index), shard);
    }
    rows.applyUpkeep(update);
    return refresh(entry.id()).orElseThrow();
  }

  /** Gives a pending shard to another holder. */
  void reassign(Entry entry, int index, OwnerId holder, long now) throws IOException {
    byte[] shard = ShardRow.pending(holder, now).encode();
    rows.applyUpkeep(new Update().put(Table.SHARDS, ShardRow.key(entry.id(), index), shard));
    refresh(entry.id());
  }

  /**
   * Notes that a holder has a shard.
   *
   * @return false if that is no news, or he would be holder of two shards of the pack
   */
  boolean placed(SealedShard shard, byte[] ack, long now) throws IOException {
    PackId id = shard.name().pack();
    int index = shard.name().index();
    Optional<Entry> found = refresh(id);
    if (found.isEmpty() || !takes(found.get(), shard)) {
      return false;
    }
    Entry entry = found.get();
    CodeParameters code = entry.row().code().orElseThrow();
    PackRow row = entry.row().withPlaced(entry.row().placed() + 1, policy.safeShards(code));
    rows.applyUpkeep(
        new Update()
            .put(Table.SHARDS, ShardRow.key(id, index), ShardRow.placed(now, shard, ack).encode())
            .put(Table.PACKS, PackRow.key(id), row.encode()));
    refresh(id);
    return true;
  }

  private static boolean takes(Entry entry, SealedShard shard) {
    if (!entry.row().code().equals(Optional.of(shard.name().code()))) {
      return false;
    }
    int index = shard.name().index();
    int other = entry.holders().indexOf(shard.holder());
    return isDue(entry.shards().get(index)) && (other < 0 || other == index);
  }

  /** Whether a shard is to be sent to its holder. */
  static boolean isDue(ShardRow shard) {
    return shard.state() == ShardState.PENDING || shard.state() == ShardState.SUSPECT;
  }

  /**
   * Notes that a holder no longer has a shard as he acknowledged it.
   *
   * @return false if he is not known to have it
   */
  boolean doubt(ShardName shard, OwnerId holder, long now) throws IOException {
    PackId id = shard.pack();
    Optional<PackRow> pack = PackRows.live(rows, id);
    if (pack.isEmpty() || !pack.get().code().equals(Optional.of(shard.code()))) {
      return false;
    }
    ShardRow row = PackRows.shards(rows, id, shard.code()).get(shard.index());
    if (row.state() != ShardState.PLACED || !row.holder().equals(holder)) {
      return false;
    }
    PackRow fewer = pack.get().withPlaced(pack.get().placed() - 1, policy.safeShards(shard.code()));
    byte[] doubted = row.withState(ShardState.SUSPECT, now).encode();
    rows.applyUpkeep(
        new Update()
            .put(Table.SHARDS, ShardRow.key(id, shard.index()), doubted)
            .put(Table.PACKS, PackRow.key(id), fewer.encode()));
    refresh(id);
    return true;
  }
}
