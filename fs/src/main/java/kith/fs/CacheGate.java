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
  private final Time time;
  private volatile boolean closed;

  /** When somebody waited last, when something was last done for room, and how much by then. */
  private long waited;

  private long moved;
  private long progress;

  /** How time passes for those who wait. */
  interface Time {
    /** As {@link System#nanoTime}. */
    long nanos();

    /** As {@link Condition#awaitNanos}. */
    void await(Condition changed, long nanos) throws InterruptedException;
  }

  /** The time of this machine. */
  private static final class RealTime implements Time {
    @Override
    public long nanos() {
      return System.nanoTime();
    }

    @Override
    @SuppressWarnings("WaitNotInLoop") // the loop is where it is called
    public void await(Condition changed, long nanos) throws InterruptedException {
      var unused = changed.awaitNanos(nanos);
    }
  }

  /**
   * @param shipped grows while something is being done for room
   */
  CacheGate(CacheRoom room, LongSupplier shipped) {
    this(room, shipped, new RealTime());
  }

  CacheGate(CacheRoom room, LongSupplier shipped, Time time) {
    this.room = room;
    this.shipped = shipped;
    this.time = time;
    this.waited = time.nanos() - Long.MAX_VALUE / 2;
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

  /** As {@link #admit} for all of so many bytes; waits for nothing. */
  void admitNow(long bytes) throws IOException {
    if (bytes > 0 && !room.admits(bytes)) {
      throw noSpace(bytes);
    }
  }

  /** As {@link #admit} for changes that need rows only; waits for nothing. */
  void admitRows() throws IOException {
    if (!room.admitsRows()) {
      throw noSpace(LONGEST);
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
        throw noSpace(LONGEST);
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
    long begun = time.nanos();
    if (waiting.get() == 1 && begun - waited >= patience) {
      moved = begun; // another shortage than the last
      progress = progress();
    }
    try {
      while (!room.admits(length)) {
        waited = time.nanos();
        if (progress() != progress) {
          progress = progress();
          moved = waited;
        }
        if (closed || waited - moved >= patience || waited - begun >= MOST * patience) {
          throw noSpace(LONGEST);
        }
        time.await(changed, STEP_NANOS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw noSpace(LONGEST);
    }
  }

  private long progress() {
    return room.claimed() * 31 + shipped.getAsLong();
  }

  private DriveException noSpace(long bytes) throws IOException {
    String why = room.shortage(bytes);
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
