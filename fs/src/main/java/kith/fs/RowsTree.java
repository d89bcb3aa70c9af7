package kith.fs;

import static kith.fs.DriveException.Reason.INVALID;
import static kith.fs.DriveException.Reason.STALE;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import kith.codec.KithException;
import kith.index.RowView;
import kith.index.Table;

/** A tree as rows hold it: the live one, or one frozen for a snapshot. */
final class RowsTree implements ReadTree {
  private final RowView rows;
  private final ContentReader content;

  RowsTree(RowView rows, ContentReader content) {
    this.rows = rows;
    this.content = content;
  }

  /** The row of an inode; STALE if it is gone. */
  static InodeRow inode(RowView rows, long inode) throws IOException {
    byte[] row = rows.get(Table.INODES, RowKeys.of(inode));
    if (row == null) {
      throw new DriveException(STALE, "inode " + inode + " is gone");
    }
    return InodeRow.decode(row);
  }

  @Override
  public Attributes attributes(long inode) throws IOException {
    return inode(rows, inode).attributes(inode);
  }

  @Override
  public OptionalLong lookup(long directory, FileName name) throws IOException {
    byte[] row = rows.get(Table.DIRENTS, RowKeys.of(directory, name.toBytes()));
    return row == null ? OptionalLong.empty() : OptionalLong.of(RowKeys.first(row));
  }

  @Override
  public void list(long directory, FileName after, Visitor visitor)
      throws IOException, KithException {
    KithException[] failed = {null};
    byte[] from =
        after == null
            ? RowKeys.of(directory)
            : RowKeys.after(RowKeys.of(directory, after.toBytes()));
    rows.scan(
        Table.DIRENTS,
        from,
        RowKeys.of(directory + 1),
        (key, value) -> {
          LiveTree.Dirent entry = LiveTree.Dirent.decode(value);
          try {
            return visitor.visit(FileName.of(RowKeys.rest(key)), entry.inode(), entry.kind());
          } catch (KithException e) {
            failed[0] = e;
            return false;
          }
        });
    if (failed[0] != null) {
      throw failed[0];
    }
  }

  @Override
  public byte[] symlinkTarget(long inode) throws IOException {
    InodeRow row = inode(rows, inode);
    if (row.kind() != FileKind.SYMLINK) {
      throw new DriveException(INVALID, "inode " + inode + " is no symlink");
    }
    return row.target();
  }

  @Override
  public List<Xattr> xattrs(long inode) throws IOException {
    List<Xattr> found = new ArrayList<>();
    rows.scan(
        Table.XATTRS,
        RowKeys.of(inode),
        RowKeys.of(inode + 1),
        (key, value) -> found.add(new Xattr(RowKeys.rest(key), value)));
    return found;
  }

  @Override
  public long seek(long inode, long offset, FileSystem.SeekTo what) throws IOException {
    return Extents.seek(rows, inode, inode(rows, inode).size(), offset, what);
  }

  @Override
  public int read(long inode, long offset, ByteBuffer target) throws IOException, KithException {
    InodeRow row = inode(rows, inode);
    int length = (int) Math.max(0, Math.min(target.remaining(), row.size() - offset));
    content.read(Extents.list(rows, inode, offset, offset + length), offset, target, length);
    return length;
  }
}
