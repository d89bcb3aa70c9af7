package kith.fs;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import kith.codec.KithException;
import kith.codec.PackKind;

/** The list of a drive's snapshots, as a sorted table in TREE chunks. */
public final class SnapshotList {
  private static final long PAGE_CACHE = 1L << 20;

  private SnapshotList() {}

  /**
   * Stores the list.
   *
   * @param entries in any order; each has a root
   * @return the root page
   */
  public static ChunkRef write(ChunkSink sink, List<SnapshotEntry> entries)
      throws IOException, KithException {
    List<SnapshotEntry> sorted = new ArrayList<>(entries);
    sorted.sort(Comparator.comparingLong(SnapshotEntry::number));
    SortedWriter table = new SortedWriter(sink, PackKind.TREE, PageKind.SNAPSHOTS);
    for (SnapshotEntry entry : sorted) {
      table.add(TreeNodeRow.key(entry.number()), entry.toBytes());
    }
    return table.finish();
  }

  /** Reads the list, ordered by number. */
  public static List<SnapshotEntry> read(ChunkSource source, ChunkRef root)
      throws IOException, KithException {
    PageCache pages = new PageCache(source, PAGE_CACHE);
    SortedCursor cursor = new SortedReader(pages, PageKind.SNAPSHOTS, root).all();
    List<SnapshotEntry> entries = new ArrayList<>();
    while (cursor.next()) {
      long number = new PageInput(cursor.key(), "snapshot number").u64();
      entries.add(SnapshotEntry.ofBytes(number, cursor.value()));
    }
    return entries;
  }
}
