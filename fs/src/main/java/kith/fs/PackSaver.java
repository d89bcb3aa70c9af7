package kith.fs;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import kith.codec.PackId;
import kith.codec.PackKind;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes full packs in their order, in a thread of its own. A pack that cannot be written stays in
 * memory and is tried again when somebody needs it or the next is full: references into it stay
 * good, only those who wait are told. Safe for many threads.
 */
final class PackSaver implements AutoCloseable {
  /** Full packs in memory at which {@link #awaitRoom} waits. */
  static final int MAX_WAITING = 3;

  private static final Logger log = LoggerFactory.getLogger(PackSaver.class);

  /** The node ended before a pack was full; what was in it is in staging. */
  static final class EndedException extends IOException {
    private static final long serialVersionUID = 1;

    EndedException() {
      super("the node is closing");
    }
  }

  /** Writes a pack and applies its rows. */
  @FunctionalInterface
  interface Target {
    void save(UnsavedPack pack) throws IOException;
  }

  private final Target target;
  private final Thread thread;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition work = lock.newCondition();
  private final Map<PackId, UnsavedPack> unsaved = new HashMap<>();
  private final Deque<UnsavedPack> queue = new ArrayDeque<>();
  private boolean stuck;
  private boolean closed;

  PackSaver(Target target, Pace pace) {
    this.target = target;
    thread = new Thread(() -> run(pace), "kith-packs");
    thread.setDaemon(true);
    thread.start();
  }

  /** Makes a pack known that is being filled. */
  void opened(UnsavedPack pack) {
    lock.lock();
    try {
      unsaved.put(pack.id(), pack);
    } finally {
      lock.unlock();
    }
  }

  /** The pack if it is not saved yet, else null. */
  UnsavedPack unsaved(PackId pack) {
    lock.lock();
    try {
      return unsaved.get(pack);
    } finally {
      lock.unlock();
    }
  }

  /** Takes over a pack that is full. */
  void enqueue(UnsavedPack pack) {
    lock.lock();
    try {
      queue.add(pack);
      retry();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Returns when few enough packs wait.
   *
   * @throws IOException if they wait because they cannot be written, and one more attempt failed
   */
  void awaitRoom() throws IOException {
    for (CompletableFuture<Void> next = fullQueue(); next != null; next = fullQueue()) {
      Awaiting.local(next);
    }
  }

  private CompletableFuture<Void> fullQueue() {
    lock.lock();
    try {
      if (queue.size() < MAX_WAITING) {
        return null;
      }
      retry();
      return queue.peek().attempt;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Returns when all packs of a kind that were full before are saved.
   *
   * @throws IOException if one could not be written
   */
  void awaitSaved(PackKind kind) throws IOException {
    List<CompletableFuture<Void>> attempts = new ArrayList<>();
    lock.lock();
    try {
      queue.stream().filter(pack -> pack.kind() == kind).forEach(p -> attempts.add(p.attempt));
      retry();
    } finally {
      lock.unlock();
    }
    for (CompletableFuture<Void> attempt : attempts) {
      Awaiting.local(attempt);
    }
  }

  /**
   * The outcome of saving a pack; null if it is not here, hence saved or unknown.
   *
   * <p>What depends on it runs in the thread that writes.
   */
  CompletableFuture<Void> attempt(PackId id) {
    lock.lock();
    try {
      UnsavedPack pack = unsaved.get(id);
      if (pack == null) {
        return null;
      }
      retry();
      return pack.attempt;
    } finally {
      lock.unlock();
    }
  }

  /** Lets the thread try again what failed. Under the lock. */
  private void retry() {
    stuck = false;
    work.signal();
  }

  private void run(Pace pace) {
    pace.enter();
    for (UnsavedPack pack = next(); pack != null; pack = next()) {
      pace.step();
      save(pack);
    }
  }

  /** The next pack to write, or null at the end. */
  private UnsavedPack next() {
    lock.lock();
    try {
      while (!closed && (queue.isEmpty() || stuck)) {
        work.awaitUninterruptibly();
      }
      return closed ? null : queue.peek();
    } finally {
      lock.unlock();
    }
  }

  private void save(UnsavedPack pack) {
    try {
      target.save(pack);
    } catch (IOException | RuntimeException | OutOfMemoryError e) {
      log.warn("pack {} could not be written and stays in memory: {}", pack.id(), e.toString());
      fail(e);
      return;
    }
    CompletableFuture<Void> attempt;
    lock.lock();
    try {
      queue.remove();
      unsaved.remove(pack.id());
      attempt = pack.attempt;
    } finally {
      lock.unlock();
    }
    attempt.complete(null);
  }

  /** Tells all who wait for any of the packs in the queue. */
  private void fail(Throwable cause) {
    List<CompletableFuture<Void>> failed = new ArrayList<>();
    lock.lock();
    try {
      stuck = true;
      for (UnsavedPack pack : queue) {
        failed.add(pack.attempt);
        pack.attempt = new CompletableFuture<>();
      }
    } finally {
      lock.unlock();
    }
    failed.forEach(attempt -> attempt.completeExceptionally(cause));
  }

  /** Ends the thread after what it is writing now; all other unsaved packs are forgotten. */
  @Override
  public void close() {
    List<CompletableFuture<Void>> left;
    lock.lock();
    try {
      closed = true;
      work.signal();
    } finally {
      lock.unlock();
    }
    Awaiting.end(thread);
    lock.lock();
    try {
      left = unsaved.values().stream().map(pack -> pack.attempt).toList();
    } finally {
      lock.unlock();
    }
    IOException cause = new EndedException();
    left.forEach(attempt -> attempt.completeExceptionally(cause));
  }
}
