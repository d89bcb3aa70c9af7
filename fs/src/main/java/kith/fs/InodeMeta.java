package kith.fs;

import java.io.IOException;
import java.util.List;
import kith.index.Table;
import kith.index.Update;

/** Changes attributes in the live tree; each call is one atomic update. Safe for many threads. */
final class InodeMeta {
  private static final int SETUID = 04000;
  private static final int SETGID = 02000;
  private static final int GROUP_EXECUTE = 00010;
  private static final int PERMISSIONS = 07777;

  private final LiveTree live;
  private final FileData data;
  private final AccessTimes accessTimes;

  InodeMeta(LiveTree live, FileData data, AccessTimes accessTimes) {
    this.live = live;
    this.data = data;
    this.accessTimes = accessTimes;
  }

  Attributes change(long inode, AttributeChange change) throws IOException {
    try (var operation = live.epochs.enter();
        var lock = live.locks.lock(inode)) {
      InodeRow row = accessTimes.latest(inode, live.inode(inode));
      live.ancestry.inodeChanges(inode);
      Update update = new Update();
      List<Extent> covered = List.of();
      if (change.size().isPresent()) {
        var reshaped = data.resize(update, inode, row, change.size().getAsLong());
        row = reshaped.row();
        covered = reshaped.covered();
      }
      row = withModeAndOwner(row, change);
      if (change.mode().isPresent()) {
        adaptList(update, inode, row.mode());
      }
      Timestamp ctime = change.ctime().orElse(live.now());
      row =
          row.withTimes(
              change.atime().orElse(row.atime()), change.mtime().orElse(row.mtime()), ctime);
      live.put(update, inode, row);
      live.rows.apply(update);
      accessTimes.forget(inode);
      live.use.remove(covered);
      data.resized(inode);
      return row.attributes(inode);
    }
  }

  private static InodeRow withModeAndOwner(InodeRow row, AttributeChange change) {
    int mode = change.mode().orElse(modeAfter(row, change)) & PERMISSIONS;
    int uid = change.uid().orElse(row.uid());
    int gid = change.gid().orElse(row.gid());
    return row.withMode(mode, row.ctime()).withOwner(uid, gid, row.ctime());
  }

  /** POSIX: a program that changes hands runs as nobody else any more. */
  private static int modeAfter(InodeRow row, AttributeChange change) {
    boolean changesHands = change.uid().isPresent() || change.gid().isPresent();
    return changesHands && row.kind() != FileKind.DIRECTORY
        ? withoutPrivileges(row.mode())
        : row.mode();
  }

  private static int withoutPrivileges(int mode) {
    int setgid = (mode & GROUP_EXECUTE) != 0 ? SETGID : 0;
    return mode & ~(SETUID | setgid);
  }

  private void adaptList(Update update, long inode, int mode) throws IOException {
    byte[] key = RowKeys.of(inode, AccessList.access());
    byte[] stored = live.rows.get(Table.XATTRS, key);
    if (stored != null) {
      update.put(Table.XATTRS, key, AccessList.of(stored).withMode(mode).bytes());
    }
  }

  /** Takes from a program what it may do beyond those who run it. */
  void clearPrivileges(long inode) throws IOException {
    try (var operation = live.epochs.enter();
        var lock = live.locks.lock(inode)) {
      InodeRow row = live.inode(inode);
      byte[] capability = RowKeys.of(inode, XattrNames.capability());
      boolean capable = live.rows.get(Table.XATTRS, capability) != null;
      int mode = withoutPrivileges(row.mode());
      if (row.kind() != FileKind.REGULAR || (mode == row.mode() && !capable)) {
        return;
      }
      live.ancestry.inodeChanges(inode);
      Update update = new Update().delete(Table.XATTRS, capability);
      live.put(update, inode, row.withMode(mode, live.now()));
      live.rows.apply(update);
    }
  }
}
