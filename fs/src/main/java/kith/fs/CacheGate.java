package kith.fs;

import java.io.IOException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;

/**
 * Holds writers back while there is no room for what they write: as long as room is being made, and
 * a while longer, they wait; then they, and all who come after them, are told that there is no
 * space. Called without any lock. Safe for many threads.
 */
final class CacheGate implements AutoCloseable {
  private static final long STEP_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

  private static final int LONGEST = 1 << 20;

  /** No write waits longer than so many times the patience, whatever becomes free. */
  private static final int MOST = 10;

  private final CacheRoom room;
  private final LongSupplier shipped;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final AtomicInteger waiting = new AtomicInteger();
  private volatile boolean closed;

  /** When somebody waited last, when something was last done for room, and how much by then. */
  private long waited = System.nanoTime() - Long.MAX_VALUE / 2;

  private long moved;
  private long progress;

  /**
   * @param shipped grows while something is being done for room
   */
  CacheGate(CacheRoom room, LongSupplier shipped) {
    this.room = room;
    this.shipped = shipped;
  }

  /**
   * Returns when there is room for a write, or for the first part of one that is longer than those
   * of a kernel.
   *
   * @throws DriveException NO_SPACE if there will be none soon
   */
  void admit(int bytes) throws IOException {
    if (!admits(bytes)) {
      await(Math.min(bytes, LONGEST));
    }
  }

  /** Whether {@link #admit} would return at once. */
  boolean admits(int bytes) throws IOException {
    return room.admits(Math.min(bytes, LONGEST));
  }

  /** As {@link #admit} for changes that need rows only; waits for nothing. */
  void admitRows() throws IOException {
    if (!room.admitsRows()) {
      throw noSpace();
    }
  }

  /** How many writers wait. */
  int waiting() {
    return waiting.get();
  }

  /** Whether room should be made at once. */
  boolean isTight() throws IOException {
    return waiting.get() > 0 || room.excess() > 0;
  }

  /** Lets writers look again, after room was made. */
  void roomMade() {
    if (waiting.get() > 0) {
      lock.lock();
      try {
        changed.signalAll();
      } finally {
        lock.unlock();
      }
    }
  }

  private void await(int length) throws IOException {
    lock.lock();
    try {
      if (waiting.get() >= room.settings().waiters()) {
        throw noSpace();
      }
      waiting.incrementAndGet();
      try {
        awaitRoom(length);
      } finally {
        waiting.decrementAndGet();
      }
    } finally {
      lock.unlock();
    }
  }

  /** With the lock, which is let go while it waits. */
  private void awaitRoom(int length) throws IOException {
    long patience = room.settings().patience().toNanos();
    long begun = System.nanoTime();
    if (waiting.get() == 1 && begun - waited >= patience) {
      moved = begun; // another shortage than the last
      progress = progress();
    }
    try {
      while (!room.admits(length)) {
        waited = System.nanoTime();
        if (progress() != progress) {
          progress = progress();
          moved = waited;
        }
        if (closed || waited - moved >= patience || waited - begun >= MOST * patience) {
          throw noSpace();
        }
        var unused = changed.awaitNanos(STEP_NANOS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw noSpace();
    }
  }

  private long progress() {
    return room.claimed() * 31 + shipped.getAsLong();
  }

  private DriveException noSpace() throws IOException {
    String why = room.shortage(LONGEST);
    return new DriveException(
        DriveException.Reason.NO_SPACE, why.isEmpty() ? "there was no room in time" : why);
  }

  /** Lets all writers go, with an error. */
  @Override
  public void close() {
    closed = true;
    roomMade();
  }
}
