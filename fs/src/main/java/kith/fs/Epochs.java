package kith.fs;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Supplier;
import kith.index.Rows;
import kith.index.Table;
import kith.index.Update;

/**
 * Counts the spans of time between two barriers. Every operation that changes the live tree runs
 * within one epoch; a barrier waits for those under way, which do no network I/O, and starts the
 * next. What has been applied when {@link #advance} returns belongs to the closed epoch or a later
 * one, never to an earlier.
 */
final class Epochs {
  private static final byte[] KEY = "epoch".getBytes(StandardCharsets.UTF_8);

  /** An operation under way; closing ends it. */
  interface Operation extends AutoCloseable {
    @Override
    void close();
  }

  private final ReentrantReadWriteLock gate = new ReentrantReadWriteLock();
  private final Operation leave = gate.readLock()::unlock;
  private final Rows rows;
  private volatile long current;

  Epochs(Rows rows) throws IOException {
    this.rows = rows;
    byte[] stored = rows.get(Table.META, KEY);
    this.current = stored == null ? 1 : ByteBuffer.wrap(stored).getLong();
  }

  /** Begins an operation that changes the live tree. */
  Operation enter() {
    gate.readLock().lock();
    return leave;
  }

  /** The epoch of an operation that has entered. */
  long current() {
    return current;
  }

  /** Looks at something while no operation is under way; must be quick. */
  <T> T between(Supplier<T> look) {
    gate.writeLock().lock();
    try {
      return look.get();
    } finally {
      gate.writeLock().unlock();
    }
  }

  /** Closes the current epoch and returns it. */
  long advance() throws IOException {
    gate.writeLock().lock();
    try {
      long closed = current;
      rows.apply(new Update().put(Table.META, KEY, RowKeys.of(closed + 1)));
      current = closed + 1;
      return closed;
    } finally {
      gate.writeLock().unlock();
    }
  }
}
