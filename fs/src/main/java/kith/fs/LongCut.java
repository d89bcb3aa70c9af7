package kith.fs;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import kith.index.Table;
import kith.index.Update;

/**
 * Cuts off the end of files that have very many extents: the length changes at once, the extents
 * behind it go in steps. A row in META remembers them until they are gone; whoever would let the
 * file reach them again sees to that first. Safe for many threads; callers hold the inode's lock
 * and have entered an operation.
 */
final class LongCut {
  static final int STEP = 2000;

  private static final byte[] PREFIX = "cut.".getBytes(StandardCharsets.UTF_8);
  private static final byte[] END = "cut/".getBytes(StandardCharsets.UTF_8);

  private final LiveTree live;
  private final int step;
  private final Set<Long> unfinished = ConcurrentHashMap.newKeySet();

  LongCut(LiveTree live, int step) {
    this.live = live;
    this.step = step;
  }

  /** Finishes what a crash left. Before the first operation. */
  void finishAll() throws IOException {
    List<Long> found = new ArrayList<>();
    live.rows.scan(
        Table.META,
        PREFIX,
        END,
        (key, value) -> found.add(ByteBuffer.wrap(key).getLong(PREFIX.length)));
    unfinished.addAll(found);
    for (long inode : found) {
      try (var operation = live.epochs.enter();
          var lock = live.locks.lock(inode)) {
        finish(inode);
      }
    }
  }

  /** Whether a file has more extents from an offset on than go at once. */
  boolean isNeeded(long inode, long from) throws IOException {
    int[] count = {0};
    Extents.visit(live.rows, inode, from, Long.MAX_VALUE, extent -> ++count[0] <= step);
    return count[0] > step;
  }

  /** Bytes that extents have from an offset on. */
  long bytesFrom(long inode, long from) throws IOException {
    long[] bytes = {0};
    Extents.visit(
        live.rows,
        inode,
        from,
        Long.MAX_VALUE,
        extent -> {
          bytes[0] += extent.end() - Math.max(from, extent.offset());
          return true;
        });
    return bytes[0];
  }

  /**
   * Begins with the first extents, with the update that sets the length.
   *
   * @return what was cut out
   */
  List<Extent> begin(Update update, long inode, long from) throws IOException {
    update.put(Table.META, key(inode), RowKeys.of(from));
    unfinished.add(inode);
    return Extents.cut(live.rows, update, inode, from, Long.MAX_VALUE, step);
  }

  /** Removes what is left of the extents that were cut off; most files have none. */
  void finish(long inode) throws IOException {
    if (!unfinished.contains(inode)) {
      return;
    }
    byte[] row = live.rows.get(Table.META, key(inode));
    boolean more = row != null;
    for (long from = more ? RowKeys.first(row) : 0; more; ) {
      Update update = new Update();
      List<Extent> gone = Extents.cut(live.rows, update, inode, from, Long.MAX_VALUE, step);
      more = gone.size() == step;
      if (more) {
        from = gone.get(gone.size() - 1).end();
      } else {
        update.delete(Table.META, key(inode));
      }
      live.rows.apply(update);
      live.use.remove(gone);
    }
    unfinished.remove(inode);
  }

  /** The mark of a file in META: from where its extents are to go, u64. */
  static byte[] key(long inode) {
    return ByteBuffer.allocate(PREFIX.length + 8).put(PREFIX).putLong(inode).array();
  }
}
