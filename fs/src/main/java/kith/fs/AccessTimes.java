package kith.fs;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import kith.index.Update;

/**
 * Access times by reading, as the mount option relatime has them: one moves on if it is not after
 * the last change, or a day old. They are kept in memory and written many at once; a crash loses
 * some. Reading alone makes no new state of the drive: no snapshot differs by it. Safe for many
 * threads.
 */
final class AccessTimes {
  private static final long DAY_SECONDS = 86_400;
  private static final int MAX_PENDING = 1024;

  private final LiveTree live;
  private final Map<Long, Timestamp> pending = new ConcurrentHashMap<>();
  private final AtomicBoolean writing = new AtomicBoolean();

  AccessTimes(LiveTree live) {
    this.live = live;
  }

  /**
   * Somebody reads an inode now.
   *
   * @param row as it is stored
   */
  void read(long inode, InodeRow row) throws IOException {
    Timestamp now = live.now();
    if (isDue(latest(inode, row), now)) {
      pending.put(inode, now);
      if (pending.size() > MAX_PENDING) {
        write();
      }
    }
  }

  private static boolean isDue(InodeRow row, Timestamp now) {
    return row.atime().compareTo(row.mtime()) <= 0
        || row.atime().compareTo(row.ctime()) <= 0
        || now.seconds() - row.atime().seconds() >= DAY_SECONDS;
  }

  /** A stored row with the time of the last access. */
  InodeRow latest(long inode, InodeRow row) {
    Timestamp atime = pending.isEmpty() ? null : pending.get(inode);
    return atime == null ? row : row.withTimes(atime, row.mtime(), row.ctime());
  }

  /** The row has its time of access now. The caller holds the inode's lock. */
  void forget(long inode) {
    pending.remove(inode);
  }

  /** Writes what is only in memory. */
  void write() throws IOException {
    if (writing.compareAndSet(false, true)) {
      try {
        for (long inode : List.copyOf(pending.keySet())) {
          write(inode);
        }
      } finally {
        writing.set(false);
      }
    }
  }

  private void write(long inode) throws IOException {
    try (var operation = live.epochs.enter();
        var lock = live.locks.lock(inode)) {
      Timestamp atime = pending.remove(inode);
      byte[] stored = live.rows.get(kith.index.Table.INODES, RowKeys.of(inode));
      if (atime != null && stored != null) {
        InodeRow row = InodeRow.decode(stored);
        Update update = new Update();
        live.put(update, inode, row.withTimes(atime, row.mtime(), row.ctime()));
        live.rows.apply(update);
      }
    }
  }
}
