package kith.fs;

import static kith.fs.DriveException.Reason.FILE_TOO_LARGE;
import static kith.fs.DriveException.Reason.INVALID;
import static kith.fs.DriveException.Reason.IS_DIRECTORY;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import kith.codec.KithException;
import kith.index.StagedRecord;
import kith.index.Table;
import kith.index.Update;

/**
 * Reads, writes and truncates files of the live tree. A written range becomes an extent in staging,
 * laid over whatever was there; {@link Ingest} turns it into chunks later. Safe for many threads;
 * no lock is held while chunks are fetched.
 */
final class FileData {
  /** The longest file: 8 EiB - 1, the most that off_t holds. */
  private static final long MAX_SIZE = Long.MAX_VALUE;

  private static final int ATTEMPTS = 8;

  private final LiveTree live;
  private final ContentReader content;
  private final AtomicLong writes;

  FileData(LiveTree live, ContentReader content) {
    this.live = live;
    this.content = content;
    // Larger than any version before a restart, so that no ingest mistakes a new write for an old.
    this.writes = new AtomicLong(live.now().seconds() * 1_000_000_000L + live.now().nanos());
  }

  /** Writes all remaining bytes at an offset. */
  void write(long inode, long offset, ByteBuffer source) throws IOException {
    if (offset < 0 || offset > MAX_SIZE - source.remaining()) {
      throw new DriveException(FILE_TOO_LARGE, "a write at " + offset);
    }
    long position = offset;
    while (source.hasRemaining()) {
      int length = Math.min(source.remaining(), Extent.MAX_LENGTH);
      ByteBuffer part = source.slice(source.position(), length);
      writePart(inode, position, part);
      source.position(source.position() + length);
      position += length;
    }
  }

  private void writePart(long inode, long offset, ByteBuffer part) throws IOException {
    int length = part.remaining();
    try (var operation = live.epochs.enter();
        var lock = live.locks.lock(inode)) {
      InodeRow row = regular(inode);
      live.ancestry.inodeChanges(inode);
      StagedRecord record = live.staging.append(inode, offset, part);
      Update update = new Update();
      List<Extent> covered =
          offset >= row.size()
              ? List.of()
              : Extents.cut(live.rows, update, inode, offset, offset + length);
      Extent written = new Extent.Staged(offset, length, 0, record);
      Extents.put(update, inode, written);
      long allocated = row.allocated() + length - Extents.bytes(covered);
      long size = Math.max(row.size(), offset + length);
      live.put(update, inode, row.withContent(size, allocated, live.now()));
      markDirty(update, inode);
      // Counted before others can see the row, so that its segment is never taken for unused.
      live.use.add(written);
      try {
        live.rows.apply(update);
      } catch (IOException e) {
        live.use.remove(List.of(written));
        throw e;
      }
      live.use.remove(covered);
    }
  }

  /** Sets the length. The caller has entered an operation and holds the inode's lock. */
  void truncateLocked(long inode, long size) throws IOException {
    InodeRow row = regular(inode);
    if (size < 0) {
      throw new DriveException(INVALID, "a length of " + size);
    }
    live.ancestry.inodeChanges(inode);
    Update update = new Update();
    List<Extent> covered =
        size >= row.size()
            ? List.of()
            : Extents.cut(live.rows, update, inode, size, Long.MAX_VALUE);
    long allocated = row.allocated() - Extents.bytes(covered);
    live.put(update, inode, row.withContent(size, allocated, live.now()));
    if (size < row.size()) {
      markDirty(update, inode);
    }
    live.rows.apply(update);
    live.use.remove(covered);
  }

  /**
   * Reads content.
   *
   * @return the number of bytes put into target: fewer than remain in it only at the end of file
   */
  int read(long inode, long offset, ByteBuffer target) throws IOException, KithException {
    int start = target.position();
    for (int attempt = 1; ; attempt++) {
      InodeRow row;
      List<Extent> extents;
      int length;
      try (var lock = live.locks.lock(inode)) {
        row = regular(inode);
        length = (int) Math.max(0, Math.min(target.remaining(), row.size() - offset));
        extents = Extents.list(live.rows, inode, offset, offset + length);
      }
      try {
        content.read(extents, offset, target, length);
        return length;
      } catch (NoSuchFileException e) {
        // The segment went after the extents were read: they lie in a pack now.
        if (attempt == ATTEMPTS) {
          throw e;
        }
        target.position(start);
      }
    }
  }

  /** Everything written so far survives a crash when this returns. */
  void sync() throws IOException {
    live.rows.sync();
  }

  /** The version that the next ingest of a file sees, changed by every write. */
  private void markDirty(Update update, long inode) {
    update.put(Table.DIRTY, RowKeys.of(inode), RowKeys.of(writes.incrementAndGet()));
  }

  private InodeRow regular(long inode) throws IOException {
    InodeRow row = live.inode(inode);
    if (row.kind() == FileKind.DIRECTORY) {
      throw new DriveException(IS_DIRECTORY, "inode " + inode);
    }
    if (row.kind() != FileKind.REGULAR) {
      throw new DriveException(INVALID, "inode " + inode + " has no content");
    }
    return row;
  }
}
