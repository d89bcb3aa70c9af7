package kith.fs;

import java.io.IOException;
import java.util.Optional;
import kith.index.RowView;
import kith.index.Table;
import kith.index.Update;

/**
 * What a new file takes over from its directory: in a setgid directory the group, and its default
 * access control list if it has one. The caller holds the directory's lock.
 */
final class Inheritance {
  private static final int SETGID = 02000;

  private final InodeRow parent;
  private final Optional<AccessList> list;

  Inheritance(RowView rows, long directory, InodeRow parent) throws IOException {
    byte[] stored = rows.get(Table.XATTRS, RowKeys.of(directory, AccessList.byDefault()));
    this.parent = parent;
    this.list = stored == null ? Optional.empty() : Optional.of(AccessList.of(stored));
  }

  /**
   * The row of a new file, after its lists have been added to the update.
   *
   * @param fresh as {@link InodeRow#create} makes it for the caller
   * @param umask counts where there is no default list
   */
  InodeRow handDown(Update update, long inode, InodeRow fresh, int umask) {
    InodeRow row = withGroup(fresh);
    if (row.kind() == FileKind.SYMLINK) {
      return row;
    }
    if (list.isEmpty()) {
      return row.withMode(row.mode() & ~umask, row.ctime());
    }
    AccessList access = list.get().forNew(row.mode());
    if (!access.isMinimal()) {
      put(update, inode, AccessList.access(), access);
    }
    if (row.kind() == FileKind.DIRECTORY) {
      put(update, inode, AccessList.byDefault(), list.get());
    }
    return row.withMode(access.mode(row.mode()), row.ctime());
  }

  private static void put(Update update, long inode, byte[] name, AccessList list) {
    update.put(Table.XATTRS, RowKeys.of(inode, name), list.bytes());
  }

  /** POSIX: in a setgid directory, files take its group and directories the bit, too. */
  private InodeRow withGroup(InodeRow row) {
    if ((parent.mode() & SETGID) == 0) {
      return row;
    }
    InodeRow inherited = row.withOwner(row.uid(), parent.gid(), row.ctime());
    return row.kind() == FileKind.DIRECTORY
        ? inherited.withMode(row.mode() | SETGID, row.ctime())
        : inherited;
  }
}
