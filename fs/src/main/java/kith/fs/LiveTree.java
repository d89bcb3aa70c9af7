package kith.fs;

import static kith.fs.DriveException.Reason.EXISTS;
import static kith.fs.DriveException.Reason.NOT_DIRECTORY;
import static kith.fs.DriveException.Reason.NOT_EMPTY;
import static kith.fs.DriveException.Reason.NOT_FOUND;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.InstantSource;
import kith.index.Rows;
import kith.index.Staging;
import kith.index.Table;
import kith.index.Update;

/**
 * The rows of the live tree, and what all operations on it share. {@link Namespace} changes names,
 * {@link FileData} bytes, {@link InodeMeta} attributes; {@link RowsTree} reads. Safe for many
 * threads; rows of an inode are changed only under its lock.
 */
final class LiveTree {
  /** An entry of a directory. */
  record Dirent(long inode, FileKind kind) {
    byte[] encode() {
      return ByteBuffer.allocate(9).putLong(inode).put((byte) kind.tag()).array();
    }

    static Dirent decode(byte[] row) throws IOException {
      if (row.length != 9) {
        throw new IOException("damaged directory entry row of " + row.length + " bytes");
      }
      return new Dirent(RowKeys.first(row), FileKind.ofTag(row[8]));
    }
  }

  private static final byte[] ONE = {0, 0, 0, 1};

  final Rows rows;
  final Staging staging;
  final InodeLocks locks = new InodeLocks();
  final Epochs epochs;
  final Ancestry ancestry;
  final InodeNumbers numbers;
  final StagingUse use;
  private final InstantSource clock;

  /** Opens the live tree, making the root directory of a new drive. */
  LiveTree(Rows rows, Staging staging, InstantSource clock, Caller rootOwner) throws IOException {
    this.rows = rows;
    this.staging = staging;
    this.clock = clock;
    DriveFormat.check(rows);
    this.epochs = new Epochs(rows);
    this.ancestry = new Ancestry(rows, epochs);
    this.numbers = new InodeNumbers(rows);
    this.use = new StagingUse(rows);
    staging.startAfter(use.highest());
    if (rows.get(Table.INODES, RowKeys.of(FileSystem.ROOT)) == null) {
      Update update = new Update();
      put(update, FileSystem.ROOT, InodeRow.create(FileKind.DIRECTORY, 0755, rootOwner, now()));
      rows.apply(update);
    }
  }

  Timestamp now() {
    return Timestamp.of(clock.instant());
  }

  /** The row of an inode; STALE if it is gone. */
  InodeRow inode(long inode) throws IOException {
    return RowsTree.inode(rows, inode);
  }

  /** The row of a directory that can take entries; NOT_FOUND if it has been removed. */
  InodeRow directory(long inode) throws IOException {
    InodeRow row = inode(inode);
    if (row.kind() != FileKind.DIRECTORY) {
      throw new DriveException(NOT_DIRECTORY, "inode " + inode);
    }
    if (row.nlink() == 0) {
      throw new DriveException(NOT_FOUND, "directory " + inode + " has been removed");
    }
    return row;
  }

  /** The entry of that name, or null. */
  Dirent find(long directory, FileName name) throws IOException {
    byte[] row = rows.get(Table.DIRENTS, RowKeys.of(directory, name.toBytes()));
    return row == null ? null : Dirent.decode(row);
  }

  /** The entry of that name; NOT_FOUND if there is none. */
  Dirent require(long directory, FileName name) throws IOException {
    Dirent entry = find(directory, name);
    if (entry == null) {
      throw new DriveException(NOT_FOUND, name.toString());
    }
    return entry;
  }

  /** EXISTS if the name is taken. */
  void requireFree(long directory, FileName name) throws IOException {
    if (find(directory, name) != null) {
      throw new DriveException(EXISTS, name.toString());
    }
  }

  /** NOT_EMPTY if the directory has entries. */
  void requireEmpty(long directory, FileName name) throws IOException {
    boolean[] empty = {true};
    rows.scan(
        Table.DIRENTS,
        RowKeys.of(directory),
        RowKeys.of(directory + 1),
        (key, value) -> {
          empty[0] = false;
          return false;
        });
    if (!empty[0]) {
      throw new DriveException(NOT_EMPTY, name.toString());
    }
  }

  void put(Update update, long inode, InodeRow row) {
    update.put(Table.INODES, RowKeys.of(inode), row.encode());
  }

  /** Adds a name: the entry, and the way back from the inode to the directory. */
  void addName(Update update, long directory, FileName name, Dirent entry) throws IOException {
    update.put(Table.DIRENTS, RowKeys.of(directory, name.toBytes()), entry.encode());
    countNames(update, entry.inode(), directory, 1);
  }

  /** As {@link #addName} for an inode that had none. */
  void addFirstName(Update update, long directory, FileName name, Dirent entry) {
    update.put(Table.DIRENTS, RowKeys.of(directory, name.toBytes()), entry.encode());
    update.put(Table.PARENTS, RowKeys.of(entry.inode(), directory), ONE);
  }

  /** Takes a name away. */
  void removeName(Update update, long directory, FileName name, Dirent entry) throws IOException {
    update.delete(Table.DIRENTS, RowKeys.of(directory, name.toBytes()));
    countNames(update, entry.inode(), directory, -1);
  }

  /** Takes a name of an inode away whose entry the caller replaces. */
  void forgetParent(Update update, long inode, long directory) throws IOException {
    countNames(update, inode, directory, -1);
  }

  /** The way back of an inode whose one name moves to another directory. */
  void moveName(Update update, long inode, long from, long to) throws IOException {
    countNames(update, inode, from, -1);
    countNames(update, inode, to, 1);
  }

  private void countNames(Update update, long inode, long directory, int change)
      throws IOException {
    byte[] key = RowKeys.of(inode, directory);
    byte[] row = rows.get(Table.PARENTS, key);
    int count = (row == null ? 0 : ByteBuffer.wrap(row).getInt()) + change;
    if (count == 0) {
      update.delete(Table.PARENTS, key);
    } else {
      update.put(Table.PARENTS, key, ByteBuffer.allocate(4).putInt(count).array());
    }
  }
}
