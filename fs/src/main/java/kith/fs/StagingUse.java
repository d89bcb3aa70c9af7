package kith.fs;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import kith.index.RowView;
import kith.index.Table;

/**
 * Counts the bytes of each staging segment that live extents still need, and those in chunks that
 * live extents need no more. Not stored: at start it is counted again from the extents of the files
 * that wait for ingest. Safe for many threads.
 */
final class StagingUse {
  private final Map<Integer, Long> bytes = new TreeMap<>();
  private long letGo;

  /** Counts what the rows refer to. */
  StagingUse(RowView rows) throws IOException {
    RowScan.visit(
        rows,
        Table.DIRTY,
        (key, value) ->
            Extents.visit(
                rows,
                RowKeys.first(key),
                0,
                Long.MAX_VALUE,
                extent -> {
                  add(extent);
                  return true;
                }));
  }

  synchronized void add(Extent extent) {
    if (extent instanceof Extent.Staged staged) {
      bytes.merge(staged.record().segment(), (long) staged.length(), Long::sum);
    }
  }

  synchronized void remove(List<Extent> extents) {
    for (Extent extent : extents) {
      if (extent instanceof Extent.Staged staged) {
        bytes.merge(staged.record().segment(), (long) -staged.length(), Long::sum);
      } else {
        letGo += extent.length();
      }
    }
  }

  /** Bytes in chunks to which extents no longer refer, since the start. */
  synchronized long letGo() {
    return letGo;
  }

  /** The highest number of a segment that was ever counted; 0 if there is none. */
  synchronized int highest() {
    return bytes.isEmpty() ? 0 : java.util.Collections.max(bytes.keySet());
  }

  /** Bytes that wait for ingest. */
  synchronized long total() {
    return bytes.values().stream().mapToLong(Long::longValue).sum();
  }

  /** Whether no live extent needs a segment. */
  synchronized boolean free(int segment) {
    return bytes.getOrDefault(segment, 0L) <= 0;
  }
}
