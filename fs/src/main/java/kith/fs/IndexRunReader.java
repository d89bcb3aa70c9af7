package kith.fs;

import java.io.IOException;
import java.util.Optional;
import kith.codec.CorruptDataException;
import kith.codec.KithException;
import kith.codec.PackId;

/**
 * Looks things up in one index run, reading one page per level; the holders are read once. Safe for
 * many threads.
 */
final class IndexRunReader {
  private final SortedReader table;
  private volatile IndexRunHolders holders;

  IndexRunReader(PageCache pages, IndexRun run) {
    table = new SortedReader(pages, PageKind.INDEX, run.root());
  }

  /** Value of an item; an empty array if it is known to be gone, empty if nothing is known. */
  Optional<byte[]> get(byte[] key) throws IOException, KithException {
    return table.get(key);
  }

  /** A cursor over all items but the holders, as long as {@link #isHolder} says no. */
  SortedCursor items() throws IOException, KithException {
    return table.all();
  }

  /** A cursor before the first item whose key is at least {@code from}. */
  SortedCursor items(byte[] from) throws IOException, KithException {
    return table.from(from);
  }

  static boolean isHolder(byte[] key) {
    return key.length > 0 && key[0] == IndexRunKey.HOLDER;
  }

  /** The placement in the value of a pack's item. */
  PackPlacement placement(PackId pack, byte[] value) throws IOException, KithException {
    PageInput in = new PageInput(value, "placement");
    PackPlacement placement = holders().read(pack, in);
    in.end();
    return placement;
  }

  private IndexRunHolders holders() throws IOException, KithException {
    IndexRunHolders known = holders;
    if (known == null) {
      known = readHolders();
      holders = known;
    }
    return known;
  }

  private IndexRunHolders readHolders() throws IOException, KithException {
    IndexRunHolders read = new IndexRunHolders();
    SortedCursor cursor = table.from(new byte[] {IndexRunKey.HOLDER});
    int next = 1;
    while (cursor.next() && isHolder(cursor.key())) {
      PageInput in = new PageInput(cursor.value(), "holder");
      if (read.number(in.owner()) != next++) {
        throw new CorruptDataException("holder: named twice in one run");
      }
      in.end();
    }
    return read;
  }
}
