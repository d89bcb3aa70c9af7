package kith.fs;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import kith.index.Table;
import kith.index.Update;

/**
 * Inodes without a name. They live until their last handle is released; a row in META remembers
 * them, so that a crash leaves none behind. Purging goes in steps, so that a huge file makes no
 * huge update. Safe for many threads.
 */
final class Orphans {
  private static final byte[] PREFIX = "orphan.".getBytes(StandardCharsets.UTF_8);
  private static final byte[] END = "orphan/".getBytes(StandardCharsets.UTF_8);
  private static final int STEP = 2000;

  private final LiveTree live;
  private final Map<Long, Integer> open = new ConcurrentHashMap<>();

  Orphans(LiveTree live) {
    this.live = live;
  }

  /** Removes what a crash left. Before the first operation. */
  void purgeAll() throws IOException {
    List<Long> found = new ArrayList<>();
    live.rows.scan(
        Table.META,
        PREFIX,
        END,
        (key, value) -> found.add(ByteBuffer.wrap(key).getLong(PREFIX.length)));
    for (long inode : found) {
      purgeIfUnused(inode);
    }
  }

  /** Remembers that an inode lost its last name. */
  void add(Update update, long inode) {
    update.put(Table.META, key(inode), new byte[0]);
  }

  /** Forgets an inode that has a name again (linkat of an open file). */
  void linkedAgain(Update update, long inode) throws IOException {
    if (live.rows.get(Table.META, key(inode)) != null) {
      update.delete(Table.META, key(inode));
    }
  }

  /** Whether there is a handle. Under the inode's lock, an orphan without one is being purged. */
  boolean isOpen(long inode) {
    return open.containsKey(inode);
  }

  /**
   * Counts a handle.
   *
   * @return the inode's row; STALE if it is gone, or on its way
   */
  InodeRow opened(long inode) throws IOException {
    try (var lock = live.locks.lock(inode)) {
      InodeRow row = live.inode(inode);
      if (row.nlink() == 0 && !isOpen(inode)) {
        throw new DriveException(DriveException.Reason.STALE, "inode " + inode + " is removed");
      }
      open.merge(inode, 1, Integer::sum);
      return row;
    }
  }

  /** Ends a handle. */
  void released(long inode) throws IOException {
    open.computeIfPresent(inode, (key, count) -> count == 1 ? null : count - 1);
    if (!open.containsKey(inode)) {
      purgeIfUnused(inode);
    }
  }

  /** Removes all rows of an inode that has neither name nor handle. */
  void purgeIfUnused(long inode) throws IOException {
    boolean more = true;
    while (more) {
      try (var operation = live.epochs.enter();
          var lock = live.locks.lock(inode)) {
        byte[] row = live.rows.get(Table.INODES, RowKeys.of(inode));
        if (row == null || open.containsKey(inode) || InodeRow.decode(row).nlink() > 0) {
          return;
        }
        more = purgeStep(inode);
      }
    }
  }

  /** Returns whether there is more to purge. */
  private boolean purgeStep(long inode) throws IOException {
    Update update = new Update();
    List<Extent> extents = new ArrayList<>();
    Extents.visit(
        live.rows, inode, 0, Long.MAX_VALUE, e -> extents.add(e) && extents.size() < STEP);
    for (Extent extent : extents) {
      update.delete(Table.EXTENTS, RowKeys.of(inode, extent.offset()));
    }
    boolean more = extents.size() == STEP;
    if (!more) {
      live.rows.scan(
          Table.XATTRS,
          RowKeys.of(inode),
          RowKeys.of(inode + 1),
          (key, value) -> {
            update.delete(Table.XATTRS, key);
            return true;
          });
      update.delete(Table.DIRTY, RowKeys.of(inode));
      update.delete(Table.TREES, RowKeys.of(inode));
      update.delete(Table.INODES, RowKeys.of(inode));
      update.delete(Table.META, key(inode));
    }
    live.rows.apply(update);
    live.use.remove(extents);
    return more;
  }

  private static byte[] key(long inode) {
    return ByteBuffer.allocate(PREFIX.length + 8).put(PREFIX).putLong(inode).array();
  }
}
