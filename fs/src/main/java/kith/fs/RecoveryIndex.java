package kith.fs;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import kith.codec.ChunkId;
import kith.codec.DriveKeys;
import kith.codec.KithException;
import kith.codec.OwnerId;
import kith.codec.PackId;
import kith.codec.PackKind;
import kith.codec.ShardLayout;
import kith.index.Rows;
import kith.index.Table;
import kith.index.Update;

/**
 * Makes the rows of packs, shards and chunks again from the index runs that a head names, oldest
 * run first, so that the newer word replaces the older. Goes on after a crash where a row says that
 * it was. For one thread.
 */
final class RecoveryIndex {
  private static final byte[] AT = "recovery.at".getBytes(StandardCharsets.UTF_8);
  private static final byte[] LAST_RUN = "run".getBytes(StandardCharsets.UTF_8);
  private static final long PAGE_CACHE = 4L << 20;

  /** Items that are taken over in one update. */
  private static final int AT_ONCE = 1000;

  private final Rows rows;
  private final Head head;
  private final Made made;
  private final PageCache pages;
  private final List<IndexRun> runs;
  private long sequence;

  /**
   * How the rows are made.
   *
   * @param owner of the drive
   * @param safe how many shards make a pack safe
   * @param now milliseconds since 1970
   * @param keys nothing is needed of what was made with those that are spent
   */
  record Made(OwnerId owner, PlacementPolicy safe, long now, DriveKeys keys) {}

  /**
   * @param ofIndex reads the chunks of INDEX packs
   */
  RecoveryIndex(Rows rows, Head head, ChunkSource ofIndex, Made made) throws IOException {
    this.rows = rows;
    this.head = head;
    this.made = made;
    this.pages = new PageCache(ofIndex, PAGE_CACHE);
    this.runs = new ArrayList<>(head.runs());
    runs.sort(Collections.reverseOrder(IndexRuns.NEWEST_FIRST));
    this.sequence = PackRows.lastSequence(rows);
  }

  /** The greatest sequence number of a pack. */
  long sequence() {
    return sequence;
  }

  /**
   * Where the work is.
   *
   * @param run how many runs are done
   * @param after the key of the item that was taken last
   */
  private record At(int run, byte[] after) {
    byte[] encode() {
      return ByteBuffer.allocate(4 + after.length).putInt(run).put(after).array();
    }
  }

  private At at() throws IOException {
    byte[] row = rows.get(Table.META, AT);
    if (row == null) {
      return new At(0, new byte[0]);
    }
    if (row.length < 4) {
      throw new IOException("the row that says how far the index is back is damaged");
    }
    return new At(ByteBuffer.wrap(row).getInt(), Arrays.copyOfRange(row, 4, row.length));
  }

  /** The head's own part of the index: runs, and the packs that they lie in. */
  void begin() throws IOException {
    Update update = new Update();
    long last = 0;
    for (IndexRun run : runs) {
      update.put(Table.RUNS, RowKeys.of(run.number()), run.toBytes());
      last = Math.max(last, run.number());
    }
    update.put(Table.META, LAST_RUN, RowKeys.of(last));
    for (PackPlacement placement : head.indexPacks()) {
      if (PackRows.pack(rows, placement.pack()).isEmpty()) {
        put(update, placement);
      }
    }
    rows.apply(update);
  }

  /** Takes over some packs; false once there are no more. */
  boolean packs() throws IOException, KithException {
    return some(IndexRunKey.PACK, this::takePacks);
  }

  /** Takes over some chunks; false once there are no more. */
  boolean chunks() throws IOException, KithException {
    return some(IndexRunKey.CHUNK, this::takeChunks);
  }

  /** Takes items of a run over. */
  private interface Taker {
    void take(IndexRunReader run, List<Map.Entry<byte[], byte[]>> items, Update update)
        throws IOException, KithException;
  }

  private boolean some(byte what, Taker taker) throws IOException, KithException {
    At at = at();
    if (at.run >= runs.size()) {
      rows.applyUpkeep(new Update().delete(Table.META, AT));
      return false;
    }
    IndexRunReader run = new IndexRunReader(pages, runs.get(at.run));
    List<Map.Entry<byte[], byte[]>> items = items(run, what, at.after);
    Update update = new Update();
    taker.take(run, items, update);
    At next =
        items.size() < AT_ONCE
            ? new At(at.run + 1, new byte[0])
            : new At(at.run, items.get(items.size() - 1).getKey());
    rows.applyUpkeep(update.put(Table.META, AT, next.encode()));
    return true;
  }

  private static List<Map.Entry<byte[], byte[]>> items(IndexRunReader run, byte what, byte[] after)
      throws IOException, KithException {
    byte[] from = after.length == 0 ? new byte[] {what} : Arrays.copyOf(after, after.length + 1);
    SortedCursor cursor = run.items(from);
    List<Map.Entry<byte[], byte[]>> items = new ArrayList<>();
    while (items.size() < AT_ONCE && cursor.next() && cursor.key()[0] == what) {
      items.add(Map.entry(cursor.key(), cursor.value()));
    }
    return items;
  }

  private void takePacks(IndexRunReader run, List<Map.Entry<byte[], byte[]>> items, Update update)
      throws IOException, KithException {
    for (Map.Entry<byte[], byte[]> item : items) {
      PackId pack = new PackId(IndexRunKey.id(item.getKey()));
      forget(update, pack);
      Optional<PackId> resealed = IndexRunKey.resealed(item.getValue());
      if (resealed.isPresent()) {
        Resealed.put(update, pack, new Resealed(resealed.get(), head.generation()));
      } else if (item.getValue().length > 0 && !made.keys.isSpent(pack)) {
        put(update, run.placement(pack, item.getValue()));
      }
    }
  }

  private void forget(Update update, PackId pack) throws IOException {
    Optional<PackRow> before = PackRows.pack(rows, pack);
    if (before.isPresent()) {
      update.delete(Table.PACKS, PackRow.key(pack)).delete(Table.META, RunBook.mark(pack));
      int shards = before.get().code().orElseThrow().n();
      for (int index = 0; index < shards; index++) {
        update.delete(Table.SHARDS, ShardRow.key(pack, index));
      }
    }
  }

  private void put(Update update, PackPlacement placement) {
    int placed = (int) placement.holders().stream().filter(Optional::isPresent).count();
    int safeShards = made.safe.safeShards(placement.code());
    PackRow row =
        new PackRow(
                placement.kind(),
                PackState.SHIPPING,
                placement.packLength(),
                0,
                0,
                ++sequence,
                head.time().toEpochMilli(),
                head.generation(),
                Optional.of(placement.code()),
                0,
                false)
            .withPlaced(placed, safeShards);
    update.put(Table.PACKS, PackRow.key(placement.pack()), row.encode());
    int length = new ShardLayout(placement.code(), placement.packLength()).sealedLength();
    for (int index = 0; index < placement.holders().size(); index++) {
      Optional<OwnerId> holder = placement.holders().get(index);
      // Who is to get one that nobody has is chosen when it is shipped: never its own owner.
      ShardRow shard =
          holder.isPresent()
              ? ShardRow.told(holder.get(), made.now, length)
              : ShardRow.pending(made.owner, made.now);
      update.put(Table.SHARDS, ShardRow.key(placement.pack(), index), shard.encode());
    }
    if (placement.kind() != PackKind.INDEX) {
      update.put(Table.META, RunBook.mark(placement.pack()), new byte[] {(byte) placed});
    }
  }

  private void takeChunks(IndexRunReader run, List<Map.Entry<byte[], byte[]>> items, Update update)
      throws IOException, KithException {
    Map<PackId, Optional<PackRow>> packs = new HashMap<>();
    for (Map.Entry<byte[], byte[]> item : items) {
      ChunkId id = new ChunkId(IndexRunKey.id(item.getKey()));
      if (item.getValue().length == 0) {
        update.delete(Table.CHUNKS, ChunkRow.key(id));
        continue;
      }
      ChunkPlace place = ChunkPlace.ofBytes(item.getValue());
      Optional<PackRow> pack = packs.get(place.pack());
      if (pack == null) {
        pack = PackRows.pack(rows, place.pack());
      }
      packs.put(place.pack(), pack.map(row -> row.withMore(1, place.rawLength())));
      if (pack.isPresent()) {
        ChunkRow row =
            new ChunkRow(place.pack(), place.offset(), place.length(), place.rawLength());
        update.put(Table.CHUNKS, ChunkRow.key(id), row.encode());
      }
    }
    packs.forEach(
        (pack, row) ->
            row.ifPresent(known -> update.put(Table.PACKS, PackRow.key(pack), known.encode())));
  }
}
