package kith.fs;

import java.io.IOException;
import java.util.List;
import kith.codec.ChunkId;
import kith.codec.KithException;
import kith.codec.OwnerId;
import kith.codec.PackId;
import kith.codec.PackKind;

/**
 * Writes an index run: first chunks in the order of their ids, then packs in the order of theirs.
 * For one thread.
 */
public final class IndexRunWriter {
  static final byte[] TOMBSTONE = {};

  private final long number;
  private final int level;
  private final SortedWriter table;
  private final IndexRunHolders holders = new IndexRunHolders();
  private long items;

  /**
   * @param number greater than that of any run of the drive
   */
  public IndexRunWriter(ChunkSink sink, long number) {
    this(sink, number, 0);
  }

  IndexRunWriter(ChunkSink sink, long number, int level) {
    this.number = number;
    this.level = level;
    this.table = new SortedWriter(sink, PackKind.INDEX, PageKind.INDEX);
  }

  /** A chunk is here. */
  public void chunk(ChunkId id, ChunkPlace place) throws IOException, KithException {
    add(IndexRunKey.of(id), place.toBytes());
  }

  /** A chunk is nowhere any more, whatever older runs say. */
  public void chunkGone(ChunkId id) throws IOException, KithException {
    add(IndexRunKey.of(id), TOMBSTONE);
  }

  /** A pack lies with these holders. */
  public void pack(PackPlacement placement) throws IOException, KithException {
    PageOutput value = holders.write(placement, new PageOutput(64));
    add(IndexRunKey.of(placement.pack()), value.toBytes());
  }

  /** What a pack had is in another now, whatever older runs say. */
  void packResealed(PackId before, PackId now) throws IOException, KithException {
    add(IndexRunKey.of(before), IndexRunKey.resealed(now));
  }

  /** A pack is nowhere any more, whatever older runs say. */
  public void packGone(PackId pack) throws IOException, KithException {
    add(IndexRunKey.of(pack), TOMBSTONE);
  }

  /** Ends the run; all its pages have gone to the sink. */
  public IndexRun finish() throws IOException, KithException {
    int next = 1;
    for (OwnerId owner : holders.owners()) {
      add(IndexRunKey.ofHolder(next++), owner.toBytes());
    }
    ChunkRef root = table.finish();
    return new IndexRun(number, level, root, items, List.copyOf(table.packs()));
  }

  void add(byte[] key, byte[] value) throws IOException, KithException {
    table.add(key, value);
    items++;
  }
}
