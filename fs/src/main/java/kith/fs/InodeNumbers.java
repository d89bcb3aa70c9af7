package kith.fs;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import kith.index.Rows;
import kith.index.Table;
import kith.index.Update;

/**
 * Hands out inode numbers, each only once in the life of a drive. They are reserved in runs, so
 * that a crash wastes some and repeats none. Safe for many threads.
 */
final class InodeNumbers {
  /** Numbers of the live tree are below this, so that a snapshot's number fits above. */
  static final long LIMIT = 1L << 40;

  private static final byte[] KEY = "inodes".getBytes(StandardCharsets.UTF_8);
  private static final int RUN = 4096;

  private final Rows rows;
  private long next;
  private long reserved;

  InodeNumbers(Rows rows) throws IOException {
    this.rows = rows;
    byte[] stored = rows.get(Table.META, KEY);
    this.next = stored == null ? FileSystem.ROOT + 1 : ByteBuffer.wrap(stored).getLong();
    this.reserved = next;
  }

  /** Skips numbers that may have been given out on another machine. */
  synchronized void startAfter(long used) throws IOException {
    next = Math.min(Math.max(next, used + 1), LIMIT);
    reserved = next;
    rows.apply(new Update().put(Table.META, KEY, RowKeys.of(reserved)));
  }

  synchronized long next() throws IOException {
    if (next == LIMIT) {
      throw new DriveException(DriveException.Reason.NO_SPACE, "all inode numbers are used");
    }
    if (next == reserved) {
      // Applied before the first row that uses a number of the run, so never durable after it.
      reserved = Math.min(next + RUN, LIMIT);
      rows.apply(new Update().put(Table.META, KEY, RowKeys.of(reserved)));
    }
    return next++;
  }
}
