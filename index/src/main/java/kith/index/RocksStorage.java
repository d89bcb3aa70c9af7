package kith.index;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;
import org.rocksdb.Checkpoint;
import org.rocksdb.FlushOptions;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;
import org.rocksdb.WriteOptions;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Rows in RocksDB, checkpoints in a directory beside it on the same filesystem. After a failed
 * write RocksDB refuses all others: the next write opens it again, while reading goes on.
 */
final class RocksStorage implements RowStorage {
  private static final Logger log = LoggerFactory.getLogger(RocksStorage.class);

  /** Ends the name of what is being made or being removed. */
  private static final String UNFINISHED = ".tmp";

  private final RocksOptions options;
  private final WriteOptions synced;
  private final Path directory;
  private final Path checkpoints;
  private final OpenCheckpoints openCheckpoints;
  private final Reserve reserve;
  private final ReentrantLock opening = new ReentrantLock();
  private final DurableMark mark;
  private final long lost;
  private volatile RocksEngine engine;

  /** Whether the engine takes no writes any more. Written by the thread that commits. */
  private boolean broken;

  /** The last sequence number that is durable. Written by the thread that commits. */
  private long durable;

  /** Comes after the log was forced, and may fail as if that had. */
  private Barrier afterForce = () -> {};

  /**
   * @param directory the database, made if missing
   * @param checkpoints an existing directory on the same filesystem
   * @param reserve given up when the disk is full
   * @throws HomeInUseException if another node has the database open
   */
  RocksStorage(Path directory, Path checkpoints, Reserve reserve) throws IOException {
    RocksDB.loadLibrary();
    this.directory = directory;
    this.checkpoints = checkpoints;
    this.reserve = reserve;
    this.options = new RocksOptions();
    this.openCheckpoints = new OpenCheckpoints(checkpoints, options);
    this.synced = new WriteOptions().setSync(true);
    this.mark = new DurableMark(directory.resolveSibling(directory.getFileName() + ".mark"));
    try {
      engine = openEngine();
      lost = Math.max(0, mark.last() - sequence());
      mark.reset(sequence());
      begin();
      sweep();
    } catch (IOException e) {
      close();
      throw e;
    }
  }

  private RocksEngine openEngine() throws IOException {
    requireWhole();
    try {
      reserve.releaseIfScarce();
      return RocksEngine.open(directory, options);
    } catch (RocksDBException e) {
      if (String.valueOf(e.getMessage()).contains("LOCK")) {
        throw new HomeInUseException("another node holds the index in " + directory);
      }
      throw new IOException(
          "the index in " + directory + " cannot be opened: " + e.getMessage(), e);
    }
  }

  /** RocksDB would begin a new database over what is left of one, and remove its files. */
  private void requireWhole() throws IOException {
    if (!Files.isDirectory(directory) || Files.exists(directory.resolve("CURRENT"))) {
      return;
    }
    try (Stream<Path> files = Files.list(directory)) {
      if (files.anyMatch(file -> file.toString().endsWith(".sst"))) {
        throw new IOException(
            "the index in " + directory + " is damaged: its file CURRENT is missing");
      }
    }
  }

  /** Opens the database again; where that fails, for reading at least. */
  private void openAgain() throws IOException {
    opening.lock();
    try {
      engine.close();
      try {
        engine = openEngine();
      } catch (IOException e) {
        engine = openForReading(e);
        throw e;
      }
      leaveLog();
      broken = false;
      log.info("the index takes changes again");
    } finally {
      opening.unlock();
    }
  }

  /** A process before may have failed, or ended, while it forced the log. */
  private void begin() throws IOException {
    try {
      flush();
      durable = sequence();
    } catch (IOException e) {
      log.info("the index takes changes when the disk does: {}", e.getMessage());
      durable = -1;
      broken = true;
    }
  }

  /**
   * Leaves a log behind of which not all was forced. Its end was read and yet may be gone later;
   * then what follows in the next log would not be taken for its continuation.
   */
  private void leaveLog() throws IOException {
    if (sequence() != durable) {
      flush();
      durable = sequence();
    }
  }

  private long sequence() throws IOException {
    return engine.use((db, tables) -> db.getLatestSequenceNumber());
  }

  private void flush() throws IOException {
    try (FlushOptions wait = new FlushOptions().setWaitForFlush(true)) {
      engine.use(
          (db, tables) -> {
            db.flush(wait, List.of(tables));
            return null;
          });
    }
  }

  /** For tests. */
  void afterForce(Barrier action) {
    afterForce = action;
  }

  private RocksEngine openForReading(IOException cause) throws IOException {
    try {
      return RocksEngine.openReadOnly(directory, options);
    } catch (RocksDBException e) {
      cause.addSuppressed(e);
      throw cause;
    }
  }

  /** Reads; once more if the database was opened again meanwhile. */
  private <T> T read(Reading<T> reading) throws IOException {
    while (true) {
      RocksEngine now = engine;
      try {
        return reading.from(now);
      } catch (RocksEngine.ClosedException e) {
        if (!isReplaced(now)) {
          throw e;
        }
      }
    }
  }

  /** Waits while the database is being opened again. */
  private boolean isReplaced(RocksEngine before) {
    opening.lock();
    try {
      return engine != before;
    } finally {
      opening.unlock();
    }
  }

  @FunctionalInterface
  private interface Reading<T> {
    T from(RocksEngine engine) throws IOException;
  }

  @Override
  public byte[] get(Table table, byte[] key) throws IOException {
    return read(now -> now.get(table, key, null));
  }

  @Override
  public RowCursor cursor(RowRange range) throws IOException {
    return read(now -> now.cursor(range, null));
  }

  @Override
  public void write(Layer layer) throws IOException {
    if (broken) {
      openAgain();
    }
    try {
      writeOnce(layer);
    } catch (IOException e) {
      if (!reserve.releaseIfScarce()) {
        throw e;
      }
      log.info("the disk is full; the reserve is given up: {}", e.getMessage());
      openAgain();
      writeOnce(layer);
    }
    fillReserve();
  }

  private void writeOnce(Layer layer) throws IOException {
    broken = true;
    try (WriteBatch batch = new WriteBatch()) {
      engine.use(
          (db, tables) -> {
            layer.<RocksDBException>forEach(
                (table, key, value) -> {
                  if (value == Layer.DELETED) {
                    batch.delete(tables[table.place()], key);
                  } else {
                    batch.put(tables[table.place()], key, value);
                  }
                });
            db.write(synced, batch);
            return null;
          });
    }
    afterForce.force();
    durable = sequence();
    broken = false;
    remember();
  }

  /** Without it a later loss may go unnoticed, and nothing else: no reason to fail. */
  private void remember() {
    try {
      mark.put(durable);
    } catch (IOException e) {
      log.debug("how much of the index is durable is not remembered", e);
    }
  }

  private void fillReserve() {
    try {
      reserve.fill();
    } catch (IOException e) {
      log.debug("no bytes are kept back for a full disk", e);
    }
  }

  @Override
  public RowReader snapshot() throws IOException {
    return read(now -> new SnapshotReader(now, now.use((db, tables) -> db.getSnapshot())));
  }

  @Override
  public void prepareCheckpoint() {
    try {
      flush();
    } catch (IOException e) {
      // The checkpoint does it again; the write before it finds out whether RocksDB still works.
      log.debug("flushing ahead of a checkpoint failed", e);
    }
  }

  @Override
  public void checkpoint(String name) throws IOException {
    Path target = checkpoints.resolve(name);
    if (Files.exists(target)) {
      throw new FileAlreadyExistsException(target.toString());
    }
    Path unfinished = checkpoints.resolve(name + UNFINISHED);
    Trees.delete(unfinished);
    engine.use(
        (db, tables) -> {
          try (Checkpoint checkpoint = Checkpoint.create(db)) {
            checkpoint.createCheckpoint(unfinished.toString());
          }
          return null;
        });
    Trees.force(unfinished);
    Files.move(unfinished, target, StandardCopyOption.ATOMIC_MOVE);
    Trees.forceDirectory(checkpoints);
  }

  @Override
  public RowReader openCheckpoint(String name) throws IOException {
    openCheckpoints.engine(name); // says now what is wrong with it
    return new CheckpointReader(openCheckpoints, name);
  }

  /** How many checkpoints are open in memory, of those that were opened. */
  int checkpointsInMemory() {
    return openCheckpoints.count();
  }

  @Override
  public void dropCheckpoint(String name) throws IOException {
    Path directory = checkpoints.resolve(name);
    if (Files.exists(directory)) {
      Path unfinished = checkpoints.resolve(name + UNFINISHED);
      Trees.delete(unfinished);
      Files.move(directory, unfinished, StandardCopyOption.ATOMIC_MOVE);
      Trees.delete(unfinished);
    }
  }

  @Override
  public List<String> checkpoints() throws IOException {
    try (Stream<Path> all = Files.list(checkpoints)) {
      return all.map(path -> path.getFileName().toString())
          .filter(name -> !name.endsWith(UNFINISHED))
          .sorted()
          .toList();
    }
  }

  /** Removes checkpoints that a crash left half made or half removed. */
  private void sweep() throws IOException {
    try (Stream<Path> all = Files.list(checkpoints)) {
      for (Path path : all.filter(each -> each.toString().endsWith(UNFINISHED)).toList()) {
        Trees.delete(path);
      }
    }
  }

  @Override
  public long lost() {
    return lost;
  }

  @Override
  public void close() {
    if (engine != null) {
      engine.close();
    }
    try {
      mark.close();
    } catch (IOException e) {
      log.debug("closing", e);
    }
    synced.close();
    options.close();
  }
}
