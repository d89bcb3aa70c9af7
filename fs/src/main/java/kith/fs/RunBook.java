package kith.fs;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import kith.codec.ChunkId;
import kith.codec.CorruptDataException;
import kith.codec.DriveKeys;
import kith.codec.KithException;
import kith.codec.PackEntry;
import kith.codec.PackId;
import kith.codec.PackKind;
import kith.codec.PackReader;
import kith.index.PackStore;
import kith.index.RowView;
import kith.index.Rows;
import kith.index.Table;
import kith.index.Update;

/**
 * Keeps the index runs at the partners up with the rows: writes a run of the packs that are placed
 * and not in one yet, with their chunks, and merges runs when there are many. A mark in META tells
 * for each pack how many of its shards were placed when it was entered last. For one thread.
 */
final class RunBook {
  private static final byte[] MARK = "indexed.".getBytes(StandardCharsets.UTF_8);
  private static final byte[] LAST = "run".getBytes(StandardCharsets.UTF_8);

  /** So many packs are sorted in memory for one run. */
  static final int PACKS_PER_RUN = 64;

  /** No more packs for a run that has so many chunks, of about 150 bytes of memory each. */
  static final int CHUNKS_PER_RUN = 128 << 10;

  private final Rows rows;
  private final PackStore store;
  private final PackBytes bytes;
  private final DriveKeys keys;
  private final PackWriter packs;
  private final ChunkSource source;

  /** Has whole packs, from wherever they are. */
  @FunctionalInterface
  interface PackBytes {
    byte[] of(PackId pack) throws IOException, KithException;
  }

  RunBook(
      Rows rows,
      PackStore store,
      PackBytes bytes,
      DriveKeys keys,
      PackWriter packs,
      ChunkSource source) {
    this.rows = rows;
    this.store = store;
    this.bytes = bytes;
    this.keys = keys;
    this.packs = packs;
    this.source = source;
  }

  /** All runs that together are the index. */
  List<IndexRun> runs() throws IOException {
    List<IndexRun> found = new ArrayList<>();
    rows.scan(
        Table.RUNS,
        new byte[0],
        null,
        (key, value) -> {
          try {
            return found.add(IndexRun.ofBytes(value));
          } catch (CorruptDataException e) {
            throw new IOException("damaged row of index run " + RowKeys.first(key), e);
          }
        });
    return found;
  }

  /**
   * Brings the runs up to the rows; their pages are in sealed packs when this returns.
   *
   * @param head generation of the next head
   */
  void write(long head) throws IOException, KithException {
    for (List<PackId> some : byRun(waiting())) {
      writeRun(some);
    }
    writeResealed(head);
    for (List<IndexRun> due = due(); !due.isEmpty(); due = due()) {
      merge(due);
    }
  }

  /** Runs of before a rekey are made anew by merging, once nothing else is of before it. */
  private List<IndexRun> due() throws IOException {
    List<IndexRun> all = runs();
    List<IndexRun> due = IndexRunMerge.due(all);
    return due.isEmpty() && Resealed.isAllButIndex(rows, keys)
        ? IndexRunMerge.lowest(all, run -> isFormer(run, keys))
        : due;
  }

  /** Whether pages of a run lie in packs of before a rekey. */
  private static boolean isFormer(IndexRun run, DriveKeys keys) {
    int now = keys.former().size();
    return run.packs().stream().anyMatch(pack -> keys.generation(pack) < now);
  }

  /** Whether the next {@link #write} will make runs of before a rekey anew. */
  boolean isFormer() throws IOException {
    return runs().stream().anyMatch(run -> isFormer(run, keys))
        && Resealed.isAllButIndex(rows, keys);
  }

  /**
   * A pack whose placement is in no run as it is now.
   *
   * @param chunks that are in no run either
   */
  record Waiting(PackId pack, int chunks) {}

  /** Which packs go into one run: packs full of tiny chunks are few. */
  static List<List<PackId>> byRun(List<Waiting> waiting) {
    List<List<PackId>> runs = new ArrayList<>();
    List<PackId> run = new ArrayList<>();
    int chunks = 0;
    for (Waiting next : waiting) {
      if (run.size() == PACKS_PER_RUN || chunks >= CHUNKS_PER_RUN) {
        runs.add(run);
        run = new ArrayList<>();
        chunks = 0;
      }
      run.add(next.pack);
      chunks += next.chunks;
    }
    if (!run.isEmpty()) {
      runs.add(run);
    }
    return runs;
  }

  /** In the order of their ids. */
  private List<Waiting> waiting() throws IOException {
    List<Waiting> found = new ArrayList<>();
    PackRows.visit(
        rows,
        (id, row) -> {
          if (row.kind() != PackKind.INDEX && row.state().live() && row.placed() > 0) {
            byte[] mark = rows.get(Table.META, mark(id));
            boolean told = Resealed.of(rows, id).map(Resealed::head).orElse(0L) > 0;
            if (!told && (mark == null || (mark[0] & 0xff) != row.placed())) {
              found.add(new Waiting(id, mark == null ? row.chunks() : 0));
            }
          }
        });
    return found;
  }

  private void writeRun(List<PackId> entered) throws IOException, KithException {
    long number = nextNumber();
    Update update = new Update().put(Table.META, LAST, RowKeys.of(number));
    IndexRunWriter run = new IndexRunWriter(packs, number);
    for (Map.Entry<ChunkId, ChunkPlace> chunk : newChunks(entered).entrySet()) {
      run.chunk(chunk.getKey(), chunk.getValue());
    }
    PlacementRows placements = new PlacementRows(rows);
    for (PackId pack : entered) {
      PackPlacement placement = placements.placement(pack).orElseThrow();
      run.pack(placement);
      long placed = placement.holders().stream().filter(holder -> holder.isPresent()).count();
      update.put(Table.META, mark(pack), new byte[] {(byte) placed});
    }
    finish(run.finish(), update);
  }

  /** Tells of packs that were sealed anew, once it is in the runs where the others are. */
  private void writeResealed(long head) throws IOException, KithException {
    SortedMap<PackId, PackId> ready = new TreeMap<>();
    Resealed.visit(
        rows,
        (before, now) -> {
          if (now.head() == 0 && Resealed.isSafe(rows, now.to()) && isEntered(now.to())) {
            ready.put(before, now.to());
          }
        });
    if (ready.isEmpty()) {
      return;
    }
    long number = nextNumber();
    Update update = new Update().put(Table.META, LAST, RowKeys.of(number));
    IndexRunWriter run = new IndexRunWriter(packs, number);
    for (Map.Entry<PackId, PackId> each : ready.entrySet()) {
      run.packResealed(each.getKey(), each.getValue());
      Resealed.put(update, each.getKey(), new Resealed(each.getValue(), head));
    }
    finish(run.finish(), update);
  }

  private boolean isEntered(PackId pack) throws IOException {
    byte[] mark = rows.get(Table.META, mark(pack));
    return mark != null && mark[0] != 0;
  }

  /** The chunks of packs that are in no run at all yet. */
  private Map<ChunkId, ChunkPlace> newChunks(List<PackId> entered)
      throws IOException, KithException {
    Map<ChunkId, ChunkPlace> chunks = new TreeMap<>();
    Set<PackId> evicted = new HashSet<>();
    for (PackId pack : entered) {
      if (rows.get(Table.META, mark(pack)) == null && !store.exists(pack)) {
        evicted.add(pack);
      } else if (rows.get(Table.META, mark(pack)) == null) {
        for (PackEntry entry : PackReader.open(bytes.of(pack), keys).entries()) {
          chunks.put(
              entry.id(), new ChunkPlace(pack, entry.offset(), entry.length(), entry.rawLength()));
        }
      }
    }
    if (!evicted.isEmpty()) {
      addChunks(evicted, chunks);
    }
    return chunks;
  }

  /** Of packs that are at the partners only, by a pass over all chunks. */
  private void addChunks(Set<PackId> evicted, Map<ChunkId, ChunkPlace> chunks) throws IOException {
    RowScan.visit(
        rows,
        Table.CHUNKS,
        (key, value) -> {
          ChunkRow row = ChunkRow.decode(value);
          if (evicted.contains(row.pack())) {
            ChunkPlace place =
                new ChunkPlace(row.pack(), row.offset(), row.length(), row.rawLength());
            chunks.put(new ChunkId(key), place);
          }
        });
  }

  private void merge(List<IndexRun> due) throws IOException, KithException {
    long number = nextNumber();
    Update update = new Update().put(Table.META, LAST, RowKeys.of(number));
    due.forEach(run -> update.delete(Table.RUNS, RowKeys.of(run.number())));
    finish(IndexRunMerge.merge(source, packs, runs(), due, number), update);
  }

  /** The run is entered only once its pages are on the disk. */
  private void finish(IndexRun run, Update update) throws IOException {
    packs.flush(PackKind.INDEX);
    rows.applyUpkeep(update.put(Table.RUNS, RowKeys.of(run.number()), run.toBytes()));
  }

  private long nextNumber() throws IOException {
    byte[] last = rows.get(Table.META, LAST);
    return last == null ? 1 : RowKeys.first(last) + 1;
  }

  /** Lets the next {@link #write} make all runs anew. */
  static void forget(RowView rows, Update update) throws IOException {
    rows.scan(
        Table.RUNS,
        new byte[0],
        null,
        (key, value) -> {
          update.delete(Table.RUNS, key);
          return true;
        });
    Resealed.visit(rows, (before, now) -> Resealed.put(update, before, new Resealed(now.to(), 0)));
    byte[] end = MARK.clone();
    end[end.length - 1]++;
    rows.scan(
        Table.META,
        MARK,
        end,
        (key, value) -> {
          update.delete(Table.META, key);
          return true;
        });
  }

  /** A shard of a pack is elsewhere: the next {@link #write} enters its placement again. */
  static void moved(RowView rows, Update update, PackId pack) throws IOException {
    if (rows.get(Table.META, mark(pack)) != null) {
      update.put(Table.META, mark(pack), new byte[1]); // as if none were placed when it was entered
    }
  }

  /** Key of a pack's mark in META. */
  static byte[] mark(PackId pack) {
    return ByteBuffer.allocate(MARK.length + PackId.SIZE).put(MARK).put(pack.toBytes()).array();
  }
}
