package kith.fs;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import kith.index.Table;
import kith.index.Update;

/**
 * Inodes without a name. They live until nobody uses them: the kernel has forgotten them, and the
 * last handle is released. A row in META remembers them, so that a crash leaves none behind.
 * Purging goes in steps, so that a huge file makes no huge update. Safe for many threads.
 */
final class Orphans {
  private static final byte[] PREFIX = "orphan.".getBytes(StandardCharsets.UTF_8);
  private static final byte[] END = "orphan/".getBytes(StandardCharsets.UTF_8);
  private static final int STEP = 2000;

  private final LiveTree live;
  private final InodeUses uses = new InodeUses();
  private final Set<Long> nameless = ConcurrentHashMap.newKeySet();
  private final Set<Long> going = ConcurrentHashMap.newKeySet();

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
      nameless.add(inode);
      purgeIfUnused(inode);
    }
  }

  /** Takes one name from a file. The caller holds its lock. */
  void dropLink(Update update, long inode) throws IOException {
    InodeRow row = live.inode(inode);
    live.put(update, inode, row.withNlink(row.nlink() - 1, live.now()));
    if (row.nlink() == 1) {
      add(update, inode);
    }
  }

  /** Takes its name from a directory. The caller holds its lock. */
  void dropDirectory(Update update, long inode) throws IOException {
    live.put(update, inode, live.inode(inode).withNlink(0, live.now()));
    add(update, inode);
  }

  /** Remembers that an inode lost its last name, or has none yet. */
  void add(Update update, long inode) {
    nameless.add(inode);
    update.put(Table.META, key(inode), new byte[0]);
  }

  /** Forgets an inode that has a name again (linkat of an open file). */
  void linkedAgain(Update update, long inode) throws IOException {
    if (live.rows.get(Table.META, key(inode)) != null) {
      update.delete(Table.META, key(inode));
    }
  }

  /** Whether somebody uses it. Under the inode's lock, an orphan in no use is being purged. */
  boolean isUsed(long inode) {
    return uses.contains(inode) && !going.contains(inode);
  }

  /** Whether the kernel knows an inode, or somebody has it open. */
  boolean isKnown(long inode) {
    return uses.contains(inode);
  }

  /** Counts a use; STALE if the inode is on its way out. */
  void use(long inode) throws IOException {
    uses.add(inode);
    if (going.contains(inode)) {
      uses.remove(inode, 1);
      throw new DriveException(DriveException.Reason.STALE, "inode " + inode + " is removed");
    }
  }

  /**
   * Counts a handle.
   *
   * @return the inode's row; STALE if it is gone, or on its way
   */
  InodeRow opened(long inode) throws IOException {
    try (var lock = live.locks.lock(inode)) {
      InodeRow row = live.inode(inode);
      if (row.nlink() == 0 && !isUsed(inode)) {
        throw new DriveException(DriveException.Reason.STALE, "inode " + inode + " is removed");
      }
      use(inode);
      return row;
    }
  }

  /** Ends that many uses. */
  void unused(long inode, long count) throws IOException {
    if (uses.remove(inode, count) && nameless.contains(inode)) {
      purgeIfUnused(inode);
    }
  }

  /** Ends all uses but those of open handles. */
  void unusedBut(Collection<Long> handles) throws IOException {
    uses.clear();
    for (long inode : handles) {
      uses.add(inode);
    }
    for (long inode : List.copyOf(nameless)) {
      purgeIfUnused(inode);
    }
  }

  /** Removes all rows of an inode that has no name and is in no use. */
  void purgeIfUnused(long inode) throws IOException {
    boolean more = nameless.contains(inode);
    while (more) {
      try (var operation = live.epochs.enter();
          var lock = live.locks.lock(inode)) {
        // Either a use sees that it is going, or we see the use.
        going.add(inode);
        try {
          more = !isGone(inode) && !uses.contains(inode) && purgeStep(inode);
        } finally {
          if (!more) {
            going.remove(inode);
          }
        }
      }
    }
  }

  /** Whether there is nothing to purge: it has a name, or no row. */
  private boolean isGone(long inode) throws IOException {
    byte[] row = live.rows.get(Table.INODES, RowKeys.of(inode));
    boolean named = row != null && InodeRow.decode(row).nlink() > 0;
    if (row == null || named) {
      nameless.remove(inode);
    }
    return row == null || named;
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
      update.delete(Table.META, LongCut.key(inode));
    }
    live.rows.apply(update);
    if (!more) {
      nameless.remove(inode);
    }
    live.use.remove(extents);
    return more;
  }

  private static byte[] key(long inode) {
    return ByteBuffer.allocate(PREFIX.length + 8).put(PREFIX).putLong(inode).array();
  }
}
