package kith.fs;

import static kith.fs.DriveException.Reason.ACCESS_DENIED;
import static kith.fs.DriveException.Reason.ATTRIBUTE_TOO_LARGE;
import static kith.fs.DriveException.Reason.EXISTS;
import static kith.fs.DriveException.Reason.NOT_SUPPORTED;
import static kith.fs.DriveException.Reason.NO_ATTRIBUTE;
import static kith.fs.DriveException.Reason.RANGE;

import java.io.IOException;
import java.util.Optional;
import kith.index.Table;
import kith.index.Update;

/**
 * Reads and changes extended attributes in the live tree. Those with access control lists go with
 * the mode: it changes with a list, and a list that says no more than the mode is not stored. Safe
 * for many threads.
 */
final class InodeXattrs {
  private static final int MAX_NAME = 255;
  private static final int MAX_VALUE = 65_536;

  private final LiveTree live;

  InodeXattrs(LiveTree live) {
    this.live = live;
  }

  Optional<byte[]> get(long inode, byte[] name) throws IOException {
    XattrNames.requireSupported(name);
    return Optional.ofNullable(live.rows.get(Table.XATTRS, RowKeys.of(inode, name)));
  }

  void set(long inode, byte[] name, byte[] value, FileSystem.XattrMode mode) throws IOException {
    if (name.length == 0 || name.length > MAX_NAME) {
      throw new DriveException(RANGE, "an attribute's name has 1 to " + MAX_NAME + " bytes");
    }
    if (value.length > MAX_VALUE) {
      throw new DriveException(ATTRIBUTE_TOO_LARGE, value.length + " bytes of attribute");
    }
    XattrNames.requireSupported(name);
    if (AccessList.isAccess(name) || AccessList.isDefault(name)) {
      setList(inode, name, value);
    } else {
      setPlain(inode, name, value, mode);
    }
  }

  private void setPlain(long inode, byte[] name, byte[] value, FileSystem.XattrMode mode)
      throws IOException {
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
      apply(inode, row, new Update().put(Table.XATTRS, key, value));
    }
  }

  private void setList(long inode, byte[] name, byte[] value) throws IOException {
    if (AccessList.isEmpty(value)) {
      remove(inode, name);
      return;
    }
    AccessList list = AccessList.of(value);
    try (var operation = live.epochs.enter();
        var lock = live.locks.lock(inode)) {
      InodeRow row = live.inode(inode);
      requireListFits(row, name);
      byte[] key = RowKeys.of(inode, name);
      boolean access = AccessList.isAccess(name);
      Update update =
          access && list.isMinimal()
              ? new Update().delete(Table.XATTRS, key)
              : new Update().put(Table.XATTRS, key, value);
      apply(inode, access ? row.withMode(list.mode(row.mode()), row.ctime()) : row, update);
    }
  }

  private static void requireListFits(InodeRow row, byte[] name) throws DriveException {
    if (row.kind() == FileKind.SYMLINK) {
      throw new DriveException(NOT_SUPPORTED, "an access control list of a symlink");
    }
    if (AccessList.isDefault(name) && row.kind() != FileKind.DIRECTORY) {
      throw new DriveException(ACCESS_DENIED, "a default list of what is no directory");
    }
  }

  void remove(long inode, byte[] name) throws IOException {
    XattrNames.requireSupported(name);
    try (var operation = live.epochs.enter();
        var lock = live.locks.lock(inode)) {
      InodeRow row = live.inode(inode);
      byte[] key = RowKeys.of(inode, name);
      if (live.rows.get(Table.XATTRS, key) == null) {
        if (AccessList.isAccess(name) || AccessList.isDefault(name)) {
          return; // as Linux's own filesystems have it
        }
        throw new DriveException(NO_ATTRIBUTE, "no such attribute");
      }
      apply(inode, row, new Update().delete(Table.XATTRS, key));
    }
  }

  private void apply(long inode, InodeRow row, Update update) throws IOException {
    live.ancestry.inodeChanges(inode);
    live.put(update, inode, row.touched(live.now()));
    live.rows.apply(update);
  }
}
