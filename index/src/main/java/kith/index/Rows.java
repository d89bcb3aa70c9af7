package kith.index;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.regex.Pattern;

/**
 * The rows of the index, with group commit: updates are visible at once, gathered in memory, and
 * made durable together, in their order, by {@link #sync()} or by themselves within a second.
 *
 * <p>No row becomes durable before what it names (the barrier is forced first), nor before a row of
 * an earlier update, nor without the other rows of its own update. Safe for any number of threads;
 * reading takes no lock. Lock order: commit lock, apply lock.
 */
public final class Rows implements RowView, AutoCloseable {
  /** Changes in memory at which a commit begins by itself, in bytes. */
  static final long COMMIT_BYTES = 16 << 20;

  /** Changes in memory at which {@link #apply} waits for a commit, in bytes. */
  static final long MAX_BYTES = 64 << 20;

  private static final Pattern CHECKPOINT_NAME = Pattern.compile("[A-Za-z0-9_-]+");
  private static final Duration COMMIT_INTERVAL = Duration.ofSeconds(1);

  private final RowStorage storage;
  private final Barrier beforeCommit;
  private final ReentrantLock commitLock = new ReentrantLock();
  private final ReentrantLock applyLock = new ReentrantLock();
  private final CommitThread commitThread;
  private volatile Layers layers = Layers.NONE;

  /** How many updates had been applied at the last swap. Guarded by the commit lock. */
  private long swappedAt;

  /** How many updates are durable. Written under the commit lock. */
  private volatile long durable;

  /** How many updates had been applied after the last that is none of upkeep. */
  private volatile long promised;

  /**
   * Rows that commit by themselves, in a thread that ends with {@link #close()}.
   *
   * @param storage closed with the rows
   * @param beforeCommit forced before each commit
   */
  Rows(RowStorage storage, Barrier beforeCommit) {
    this(storage, beforeCommit, COMMIT_INTERVAL);
  }

  /**
   * @param interval how long a change may stay in memory alone; null for no thread, so that only
   *     {@link #sync()}, {@link #checkpoint} and back-pressure commit
   */
  Rows(RowStorage storage, Barrier beforeCommit, Duration interval) {
    this.storage = storage;
    this.beforeCommit = beforeCommit;
    this.commitThread = interval == null ? null : new CommitThread(this, interval);
  }

  /** Opens the rows of a home; they commit by themselves. */
  public static Rows open(Home home, Barrier beforeCommit) throws IOException {
    Reserve reserve = new Reserve(home.reserve());
    RowStorage storage = new RocksStorage(home.db(), home.checkpoints(), reserve);
    return new Rows(storage, beforeCommit);
  }

  /** How many changes were durable, and gone when the rows were opened: their log was damaged. */
  public long lost() {
    return storage.lost();
  }

  /**
   * Applies an update: seen at once by all readers, whole, durable with the next commit. Waits for
   * a commit when too many changes are in memory.
   *
   * @throws IOException if it waited and the commit failed, as on a full disk; then nothing of the
   *     update was applied
   */
  public void apply(Update update) throws IOException {
    apply(update, true);
  }

  /**
   * As {@link #apply}, for what {@link #syncPromised} need not wait for: an update that changes
   * where something is kept, but nothing that anybody wrote.
   */
  public void applyUpkeep(Update update) throws IOException {
    apply(update, false);
  }

  private void apply(Update update, boolean promise) throws IOException {
    if (update.isEmpty()) {
      return;
    }
    if (layers.bytes() > MAX_BYTES) {
      sync();
    }
    Layers next;
    applyLock.lock();
    try {
      next = layers.with(update);
      layers = next;
      if (promise) {
        promised = next.applied();
      }
    } finally {
      applyLock.unlock();
    }
    if (commitThread != null) {
      commitThread.changed(next.active().bytes() > COMMIT_BYTES);
    }
  }

  @Override
  public byte[] get(Table table, byte[] key) throws IOException {
    return layers.get(table, key, storage);
  }

  /** Visits the rows as they stand at the call, whatever changes meanwhile. */
  @Override
  public void scan(Table table, byte[] from, byte[] to, RowVisitor visitor) throws IOException {
    RowRange range = new RowRange(table, from, to);
    while (true) {
      Layers before = layers;
      RowCursor below = storage.cursor(range);
      if (layers.swaps() == before.swaps()) {
        before.scan(range, below, visitor);
        return;
      }
      // What was stored since may belong to updates of which the layers show only a part.
      below.close();
    }
  }

  /**
   * Returns when all updates that were applied before the call are durable. Callers that come
   * together share one commit.
   *
   * @throws IOException if the commit failed; nothing is lost, and the next commit tries again
   */
  public void sync() throws IOException {
    sync(layers.applied());
  }

  /**
   * As {@link #sync}, but does not wait for updates of {@link #applyUpkeep} that came after the
   * last other one.
   */
  public void syncPromised() throws IOException {
    sync(promised);
  }

  private void sync(long wanted) throws IOException {
    if (durable >= wanted) {
      return;
    }
    commitLock.lock();
    try {
      while (durable < wanted) {
        commit(null);
      }
    } finally {
      commitLock.unlock();
    }
  }

  /** Whether there are updates that are not durable yet. */
  public boolean isDirty() {
    return durable < layers.applied();
  }

  /**
   * Commits, and returns the rows as they stand then.
   *
   * @throws IOException if the commit failed
   */
  public FrozenRows freeze() throws IOException {
    sync();
    applyLock.lock(); // no swap, so nothing is stored that the layers do not show whole
    try {
      return new FrozenRows(layers, storage.snapshot());
    } finally {
      applyLock.unlock();
    }
  }

  /**
   * Applies an update and keeps all rows as they stand right after it under a name, durably. Other
   * updates wait only while memory is switched over; commits wait until the checkpoint is written.
   *
   * @param name letters, digits, '-' and '_' only
   * @param with applied with the checkpoint and seen in it; may be empty
   * @return the rows of the checkpoint
   * @throws java.nio.file.FileAlreadyExistsException if the name is taken; nothing was applied
   * @throws IOException if the disk fails; then the update may have been applied without there
   *     being a checkpoint, which {@link #checkpoints()} tells
   */
  public FrozenRows checkpoint(String name, Update with) throws IOException {
    if (!CHECKPOINT_NAME.matcher(name).matches()) {
      throw new IllegalArgumentException("no name for a checkpoint: " + name);
    }
    if (checkpoints().contains(name)) {
      throw new FileAlreadyExistsException(name);
    }
    sync();
    storage.prepareCheckpoint();
    commitLock.lock();
    try {
      if (!layers.committing().isEmpty()) {
        commit(null);
      }
      commit(with);
      storage.checkpoint(name);
    } finally {
      commitLock.unlock();
    }
    return openCheckpoint(name);
  }

  /**
   * Opens a checkpoint for reading.
   *
   * @throws java.nio.file.NoSuchFileException if there is none of this name
   */
  public FrozenRows openCheckpoint(String name) throws IOException {
    return new FrozenRows(Layers.NONE, storage.openCheckpoint(name));
  }

  /** Removes a checkpoint; no error if there is none. It must not be open. */
  public void dropCheckpoint(String name) throws IOException {
    storage.dropCheckpoint(name);
  }

  /** The names of all checkpoints, sorted. */
  public List<String> checkpoints() throws IOException {
    return storage.checkpoints();
  }

  /**
   * Stores the layer that failed before, or else the active one.
   *
   * @param last applied just before the active layer is taken, or null
   */
  private void commit(Update last) throws IOException {
    if (layers.committing().isEmpty()) {
      swap(last);
    }
    Layers taken = layers;
    // Only now: what the taken rows name was written before they were applied.
    beforeCommit.force();
    if (!taken.committing().isEmpty()) {
      storage.write(taken.committing());
    }
    applyLock.lock();
    try {
      layers = layers.stored();
    } finally {
      applyLock.unlock();
    }
    durable = swappedAt;
  }

  private void swap(Update last) {
    applyLock.lock();
    try {
      Layers now = last == null || last.isEmpty() ? layers : layers.with(last);
      layers = now.swapped();
      swappedAt = now.applied();
    } finally {
      applyLock.unlock();
    }
  }

  /**
   * Commits what is left and closes the storage. Nothing may use the rows any more.
   *
   * @throws IOException if the commit failed: what was applied since the last one is lost
   */
  @Override
  public void close() throws IOException {
    if (commitThread != null) {
      commitThread.close();
    }
    try (storage) {
      sync();
    }
  }
}
