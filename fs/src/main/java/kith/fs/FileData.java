package kith.fs;

import static kith.fs.DriveException.Reason.FILE_TOO_LARGE;
import static kith.fs.DriveException.Reason.INVALID;
import static kith.fs.DriveException.Reason.IS_DIRECTORY;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import kith.codec.KithException;
import kith.index.StagedRecord;
import kith.index.Table;
import kith.index.Update;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads, writes and truncates files of the live tree. A written range becomes an extent in staging,
 * laid over whatever was there; {@link Ingest} turns it into chunks later. Safe for many threads;
 * no lock is held while chunks are fetched.
 */
final class FileData {
  private static final Logger log = LoggerFactory.getLogger(FileData.class);

  /** The longest file: 8 EiB - 1, the most that off_t holds. */
  private static final long MAX_SIZE = Long.MAX_VALUE;

  private static final int ATTEMPTS = 8;

  private final LiveTree live;
  private final LongCut longCut;
  private final ContentReader content;
  private final AccessTimes accessTimes;
  private final AtomicLong writes;

  FileData(LiveTree live, LongCut longCut, ContentReader content, AccessTimes accessTimes) {
    this.live = live;
    this.longCut = longCut;
    this.content = content;
    this.accessTimes = accessTimes;
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
      longCut.finish(inode);
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

  /**
   * A change of a file's extents that is in an update.
   *
   * @param row with the new size, allocation and times
   * @param covered what is no longer used once the update is applied
   */
  record Reshaped(InodeRow row, List<Extent> covered) {}

  /**
   * Sets the length. The caller has entered an operation, holds the inode's lock and announces the
   * change.
   */
  Reshaped resize(Update update, long inode, InodeRow row, long size) throws IOException {
    requireRegular(inode, row);
    if (size < 0) {
      throw new DriveException(INVALID, "a length of " + size);
    }
    longCut.finish(inode);
    InodeRow resized = row.withContent(size, row.allocated(), live.now());
    if (size >= row.size()) {
      return new Reshaped(resized, List.of());
    }
    return longCut.isNeeded(inode, size)
        ? cutOff(update, inode, resized)
        : clearFrom(update, inode, resized, size);
  }

  private Reshaped cutOff(Update update, long inode, InodeRow row) throws IOException {
    long allocated = row.allocated() - longCut.bytesFrom(inode, row.size());
    List<Extent> covered = longCut.begin(update, inode, row.size());
    markDirty(update, inode);
    return new Reshaped(row.withContent(row.size(), allocated, live.now()), covered);
  }

  /**
   * Goes on with what {@link #resize} has begun, once its update is applied. What cannot be done
   * now is done before it matters.
   */
  void resized(long inode) {
    try {
      longCut.finish(inode);
    } catch (IOException e) {
      log.info("inode {} is cut; its extents go later: {}", inode, e.getMessage());
    }
  }

  /** Removes all extents behind the new end, under the same conditions. */
  private Reshaped clearFrom(Update update, long inode, InodeRow row, long from)
      throws IOException {
    List<Extent> covered = Extents.cut(live.rows, update, inode, from, MAX_SIZE);
    if (!covered.isEmpty()) {
      markDirty(update, inode);
    }
    long allocated = row.allocated() - Extents.bytes(covered);
    return new Reshaped(row.withContent(row.size(), allocated, live.now()), covered);
  }

  /**
   * Changes the space of a range as {@link FileSystem#allocate} says. A range of very many extents
   * is cleared in steps, between which others get at the file.
   */
  void allocate(long inode, long offset, long length, FileSystem.AllocateMode mode)
      throws IOException {
    requireRange(offset, length);
    long end = offset + length;
    for (long from = offset; from < end; ) {
      from = allocatePart(inode, from, end, mode);
    }
  }

  /** Returns where to go on. */
  private long allocatePart(long inode, long from, long end, FileSystem.AllocateMode mode)
      throws IOException {
    try (var operation = live.epochs.enter();
        var lock = live.locks.lock(inode)) {
      InodeRow row = regular(inode);
      live.ancestry.inodeChanges(inode);
      longCut.finish(inode);
      Update update = new Update();
      List<Extent> cleared =
          mode.clears()
              ? Extents.cut(live.rows, update, inode, from, end, LongCut.STEP)
              : List.of();
      boolean more = cleared.size() == LongCut.STEP;
      if (!cleared.isEmpty()) {
        markDirty(update, inode);
      }
      long size = mode.keepsSize() || more ? row.size() : Math.max(row.size(), end);
      long allocated = row.allocated() - Extents.bytes(cleared);
      live.put(update, inode, row.withContent(size, allocated, live.now()));
      live.rows.apply(update);
      live.use.remove(cleared);
      return more ? cleared.get(cleared.size() - 1).end() : end;
    }
  }

  private static void requireRange(long offset, long length) throws DriveException {
    if (offset < 0 || length <= 0) {
      throw new DriveException(INVALID, length + " bytes at " + offset);
    }
    if (offset > MAX_SIZE - length) {
      throw new DriveException(FILE_TOO_LARGE, length + " bytes at " + offset);
    }
  }

  /** How many bytes of a range have no space yet. */
  long unallocated(long inode, long offset, long length) throws IOException {
    requireRange(offset, length);
    long[] missing = {length};
    try (var lock = live.locks.lock(inode)) {
      regular(inode);
      Extents.visit(
          live.rows,
          inode,
          offset,
          offset + length,
          extent -> {
            long end = Math.min(offset + length, extent.end());
            missing[0] -= end - Math.max(offset, extent.offset());
            return true;
          });
    }
    return missing[0];
  }

  /** Finds data or a hole as {@link FileSystem#seek} says. */
  long seek(long inode, long offset, FileSystem.SeekTo what) throws IOException {
    try (var lock = live.locks.lock(inode)) {
      InodeRow row = regular(inode);
      return Extents.seek(live.rows, inode, row.size(), offset, what);
    }
  }

  /**
   * Reads content.
   *
   * @return the number of bytes put into target: fewer than remain in it only at the end of file
   */
  int read(long inode, long offset, ByteBuffer target) throws IOException, KithException {
    return read(inode, offset, target, content::read);
  }

  /** As {@link #read}, or ELSEWHERE if partners must be asked. */
  int readLocal(long inode, long offset, ByteBuffer target) throws IOException {
    boolean[] here = {false};
    try {
      int length =
          read(
              inode,
              offset,
              target,
              (extents, at, into, count) -> here[0] = content.readLocal(extents, at, into, count));
      return here[0] ? length : FileSystem.ELSEWHERE;
    } catch (KithException e) {
      return FileSystem.ELSEWHERE;
    }
  }

  /** As {@link FileSystem#readAround}. */
  Optional<FileSystem.Range> readAround(long inode, FileSystem.Range wanted, ByteBuffer target)
      throws IOException {
    InodeRow row;
    List<Extent> extents;
    try (var lock = live.locks.lock(inode)) {
      row = regular(inode);
      long end = Math.min(row.size(), wanted.offset() + wanted.length());
      extents = Extents.list(live.rows, inode, wanted.offset(), end);
    }
    FileSystem.Range range = Extents.around(extents, wanted, row.size(), target.remaining());
    try {
      boolean here = content.readLocal(extents, range.offset(), target, range.length());
      accessTimes.read(inode, row);
      return here ? Optional.of(range) : Optional.empty();
    } catch (NoSuchFileException | KithException e) {
      return Optional.empty();
    }
  }

  /** Puts the bytes of extents into a buffer. */
  @FunctionalInterface
  private interface Source {
    void read(List<Extent> extents, long offset, ByteBuffer target, int length)
        throws IOException, KithException;
  }

  private int read(long inode, long offset, ByteBuffer target, Source source)
      throws IOException, KithException {
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
        source.read(extents, offset, target, length);
        accessTimes.read(inode, row);
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

  /**
   * Everything written so far survives a crash when this returns.
   *
   * @throws IOException if it might not, or the disk failed since the start and has not kept bytes
   *     of this file, until they are written again
   */
  void sync(long inode) throws IOException {
    live.rows.syncPromised();
    if (live.staging.anyLost()) {
      try (var lock = live.locks.lock(inode)) {
        Extents.visit(live.rows, inode, 0, MAX_SIZE, extent -> requireKept(inode, extent));
      }
    }
  }

  private boolean requireKept(long inode, Extent extent) throws IOException {
    boolean staged = extent instanceof Extent.Staged s && live.staging.isLost(s.record());
    if (staged || extent instanceof Extent.Damaged) {
      throw new IOException(
          "the disk did not keep what was written to inode " + inode + " at " + extent.offset());
    }
    return true;
  }

  /** The version that the next ingest of a file sees, changed by every write. */
  private void markDirty(Update update, long inode) {
    update.put(Table.DIRTY, RowKeys.of(inode), RowKeys.of(writes.incrementAndGet()));
  }

  private InodeRow regular(long inode) throws IOException {
    InodeRow row = live.inode(inode);
    requireRegular(inode, row);
    return row;
  }

  private static void requireRegular(long inode, InodeRow row) throws DriveException {
    if (row.kind() == FileKind.DIRECTORY) {
      throw new DriveException(IS_DIRECTORY, "inode " + inode);
    }
    if (row.kind() != FileKind.REGULAR) {
      throw new DriveException(INVALID, "inode " + inode + " has no content");
    }
  }
}
