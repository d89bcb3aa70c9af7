package kith.fs;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import kith.codec.CorruptDataException;
import kith.codec.PackId;
import kith.index.RowView;
import kith.index.Table;
import kith.index.Update;

/**
 * What the heads name that partners may have, so that none of it is reclaimed: that of the last
 * published head, and of those that were sent after it and not taken by enough partners. One row in
 * META each, {@code head.} and the generation:
 *
 * <pre>
 *   version u8 = 1 | live tree, chunk reference | list of snapshots: u8 0, or 1 and a chunk
 *     reference | INDEX packs: number u32, ids
 * </pre>
 *
 * Besides, the trees of a publication that is under way. Safe for many threads.
 */
final class HeadRoots {
  private static final String PREFIX = "head.";
  private static final byte[] FIRST = PREFIX.getBytes(StandardCharsets.US_ASCII);
  private static final byte[] END = "head/".getBytes(StandardCharsets.US_ASCII);
  private static final int VERSION = 1;
  private static final int MAX_PACKS = 1 << 20;

  /**
   * What one head names.
   *
   * @param index the packs that its index runs lie in
   */
  record Roots(ChunkRef live, Optional<ChunkRef> snapshots, List<PackId> index) {
    byte[] encode() {
      PageOutput out = new PageOutput().u8(VERSION).chunk(live).optional(snapshots);
      out.u32(index.size());
      index.forEach(out::raw);
      return out.toBytes();
    }

    static Roots decode(byte[] row) throws IOException {
      PageInput in = new PageInput(row, "roots of a head");
      try {
        if (in.u8() != VERSION) {
          throw in.corrupt("version " + row[0] + " is unknown");
        }
        ChunkRef live = in.chunk();
        Optional<ChunkRef> snapshots = in.optionalChunk();
        List<PackId> index = new ArrayList<>();
        for (int left = in.count32(MAX_PACKS); left > 0; left--) {
          index.add(in.pack());
        }
        in.end();
        return new Roots(live, snapshots, index);
      } catch (CorruptDataException e) {
        throw new IOException("damaged row of a head's roots", e);
      }
    }
  }

  private final RowView rows;
  private volatile Optional<Roots> underWay = Optional.empty();

  HeadRoots(RowView rows) {
    this.rows = rows;
  }

  /** What the next head will name; empty if there is no publication under way. */
  void underWay(Optional<Roots> next) {
    underWay = next;
  }

  /** A head is about to be sent. */
  static void sending(Update update, long generation, Roots roots) {
    update.put(Table.META, key(generation), roots.encode());
  }

  /** A head has been published: those before it do not count any more. */
  void published(Update update, long generation) throws IOException {
    rows.scan(
        Table.META,
        FIRST,
        key(generation),
        (key, value) -> {
          update.delete(Table.META, key);
          return true;
        });
  }

  /** Whether it is known what the last published head names. */
  boolean isComplete() throws IOException {
    Optional<Published> last = Published.last(rows);
    return last.isEmpty() || rows.get(Table.META, key(last.get().generation())) != null;
  }

  /** The roots of one head, if they are known. */
  static Optional<Roots> of(RowView rows, long generation) throws IOException {
    byte[] row = rows.get(Table.META, key(generation));
    return row == null ? Optional.empty() : Optional.of(Roots.decode(row));
  }

  /** The roots of all heads that partners have, or may have soon. */
  List<Roots> all() throws IOException {
    List<Roots> found = new ArrayList<>();
    underWay.ifPresent(found::add); // first: it becomes a row before it ends
    rows.scan(Table.META, FIRST, END, (key, value) -> found.add(Roots.decode(value)));
    return found;
  }

  private static byte[] key(long generation) {
    return new PageOutput(FIRST.length + Long.BYTES).raw(FIRST).u64(generation).toBytes();
  }
}
