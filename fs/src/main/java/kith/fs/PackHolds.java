package kith.fs;

import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import kith.codec.PackId;

/**
 * Keeps packs from being reclaimed to which somebody is about to refer. Who makes references takes
 * a hold before the first and ends it when they stand in rows, or never will. A pack is touched
 * when it is sealed, and when a chunk is found in it instead of being packed again; what was
 * touched since the oldest hold began is not reclaimed. Safe for many threads.
 */
final class PackHolds {
  /** References that are being made; closing it again is no error. */
  interface Hold extends AutoCloseable {
    @Override
    void close();
  }

  /** Something that is done with the rows of packs. */
  @FunctionalInterface
  interface Work<T> {
    T run() throws IOException;
  }

  private final ReentrantReadWriteLock gate = new ReentrantReadWriteLock();
  private final AtomicLong time = new AtomicLong();
  private final TreeSet<Long> holds = new TreeSet<>();
  private final Map<PackId, Long> touched = new ConcurrentHashMap<>();

  /** Begins a hold. */
  Hold begin() {
    long start;
    synchronized (holds) {
      start = time.incrementAndGet();
      holds.add(start);
    }
    return () -> {
      synchronized (holds) {
        holds.remove(start);
      }
    };
  }

  /** A chunk that is found is touched before its pack can go. */
  Optional<ChunkRow> find(Work<Optional<ChunkRow>> search) throws IOException {
    return beside(
        () -> {
          Optional<ChunkRow> found = search.run();
          found.ifPresent(chunk -> touch(chunk.pack()));
          return found;
        });
  }

  /** Does something while no pack is reclaimed; many may at once. */
  <T> T beside(Work<T> work) throws IOException {
    return under(gate.readLock(), work);
  }

  void touch(PackId pack) {
    touched.put(pack, time.get());
  }

  /** The time from which on touched packs stay: now, or the beginning of the oldest hold. */
  long horizon() {
    long horizon;
    synchronized (holds) {
      horizon = holds.isEmpty() ? time.incrementAndGet() : holds.first();
    }
    touched.values().removeIf(at -> at < horizon);
    return horizon;
  }

  /** Whether anybody holds. */
  boolean isHeld() {
    synchronized (holds) {
      return !holds.isEmpty();
    }
  }

  /** Whether a pack must stay for those who have held since a horizon. */
  boolean isTouched(PackId pack, long horizon) {
    Long at = touched.get(pack);
    return at != null && at >= horizon;
  }

  /**
   * Takes a pack out of use, unless it was touched.
   *
   * @param removal of the rows by which its chunks are found
   */
  boolean remove(PackId pack, long horizon, Work<Boolean> removal) throws IOException {
    return under(gate.writeLock(), () -> !isTouched(pack, horizon) && removal.run());
  }

  private static <T> T under(Lock lock, Work<T> work) throws IOException {
    lock.lock();
    try {
      return work.run();
    } finally {
      lock.unlock();
    }
  }
}
