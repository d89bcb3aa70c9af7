package kith.fs;

import static kith.fs.DriveException.Reason.ATTRIBUTE_TOO_LARGE;
import static kith.fs.DriveException.Reason.EXISTS;
import static kith.fs.DriveException.Reason.NO_ATTRIBUTE;
import static kith.fs.DriveException.Reason.RANGE;

import java.io.IOException;
import kith.index.Table;
import kith.index.Update;

/** Changes attributes and extended attributes in the live tree. Safe for many threads. */
final class InodeMeta {
  private static final int SETUID = 04000;
  private static final int SETGID = 02000;
  private static final int GROUP_EXECUTE = 00010;
  private static final int MAX_NAME = 255;
  private static final int MAX_VALUE = 65_536;

  private final LiveTree live;
  private final FileData data;

  InodeMeta(LiveTree live, FileData data) {
    this.live = live;
    this.data = data;
  }

  Attributes change(long inode, AttributeChange change) throws IOException {
    try (var operation = live.epochs.enter();
        var lock = live.locks.lock(inode)) {
      if (change.size().isPresent()) {
        data.truncateLocked(inode, change.size().getAsLong());
      }
      InodeRow row = live.inode(inode);
      Timestamp now = live.now();
      live.ancestry.inodeChanges(inode);
      row =
          row.withMode(change.mode().orElse(modeAfter(row, change)) & 07777, now)
              .withOwner(change.uid().orElse(row.uid()), change.gid().orElse(row.gid()), now)
              .withTimes(
                  change.atime().orElse(row.atime()), change.mtime().orElse(row.mtime()), now);
      Update update = new Update();
      live.put(update, inode, row);
      live.rows.apply(update);
      return row.attributes(inode);
    }
  }

  /** POSIX: a program that changes hands runs as nobody else any more. */
  private static int modeAfter(InodeRow row, AttributeChange change) {
    boolean changesHands = change.uid().isPresent() || change.gid().isPresent();
    if (!changesHands || row.kind() != FileKind.REGULAR) {
      return row.mode();
    }
    int setgid = (row.mode() & GROUP_EXECUTE) != 0 ? SETGID : 0;
    return row.mode() & ~(SETUID | setgid);
  }

  void setXattr(long inode, byte[] name, byte[] value, FileSystem.XattrMode mode)
      throws IOException {
    if (name.length == 0 || name.length > MAX_NAME) {
      throw new DriveException(RANGE, "an attribute's name has 1 to " + MAX_NAME + " bytes");
    }
    if (value.length > MAX_VALUE) {
      throw new DriveException(ATTRIBUTE_TOO_LARGE, value.length + " bytes of attribute");
    }
    try (var operation = live.epochs.enter();
        var lock = live.locks.lock(inode)) {
      InodeRow row = live.inode(inode);
      byte[] key = RowKeys.of(inode, name);
      boolean there = live.rows.get(Table.XATTRS, key) != null;
      if (there && mode == FileSystem.XattrMode.CREATE) {
        throw new DriveException(EXISTS, "the attribute is there");
      }
      if (!there && mode == FileSystem.XattrMode.REPLACE) {
        throw new DriveException(NO_ATTRIBUTE, "no such attribute");
      }
      live.ancestry.inodeChanges(inode);
      Update update = new Update().put(Table.XATTRS, key, value);
      live.put(update, inode, row.touched(live.now()));
      live.rows.apply(update);
    }
  }

  void removeXattr(long inode, byte[] name) throws IOException {
    try (var operation = live.epochs.enter();
        var lock = live.locks.lock(inode)) {
      InodeRow row = live.inode(inode);
      byte[] key = RowKeys.of(inode, name);
      if (live.rows.get(Table.XATTRS, key) == null) {
        throw new DriveException(NO_ATTRIBUTE, "no such attribute");
      }
      live.ancestry.inodeChanges(inode);
      Update update = new Update().delete(Table.XATTRS, key);
      live.put(update, inode, row.touched(live.now()));
      live.rows.apply(update);
    }
  }
}
