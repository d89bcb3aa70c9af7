package kith.index;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.rocksdb.Checkpoint;
import org.rocksdb.FlushOptions;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.Snapshot;
import org.rocksdb.WriteBatch;
import org.rocksdb.WriteOptions;

/** Rows in RocksDB, checkpoints in a directory beside it on the same filesystem. */
final class RocksStorage implements RowStorage {
  /** Ends the name of what is being made or being removed. */
  private static final String UNFINISHED = ".tmp";

  private final RocksOptions options;
  private final WriteOptions synced;
  private final RocksEngine engine;
  private final Path checkpoints;

  /**
   * @param directory the database, made if missing
   * @param checkpoints an existing directory on the same filesystem
   * @throws HomeInUseException if another node has the database open
   */
  RocksStorage(Path directory, Path checkpoints) throws IOException {
    RocksDB.loadLibrary();
    this.checkpoints = checkpoints;
    this.options = new RocksOptions();
    try {
      engine = RocksEngine.open(directory, options);
    } catch (RocksDBException e) {
      options.close();
      if (String.valueOf(e.getMessage()).contains("LOCK")) {
        throw new HomeInUseException("another node holds the index in " + directory);
      }
      throw new IOException(
          "the index in " + directory + " cannot be opened: " + e.getMessage(), e);
    }
    synced = new WriteOptions().setSync(true);
    sweep();
  }

  @Override
  public byte[] get(Table table, byte[] key) throws IOException {
    return engine.get(table, key, null);
  }

  @Override
  public RowCursor cursor(RowRange range) throws IOException {
    return engine.cursor(range, null);
  }

  @Override
  public void write(Layer layer) throws IOException {
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
  }

  @Override
  public RowReader snapshot() throws IOException {
    return new SnapshotReader(engine, engine.use((db, tables) -> db.getSnapshot()));
  }

  @Override
  public void prepareCheckpoint() throws IOException {
    try (FlushOptions wait = new FlushOptions().setWaitForFlush(true)) {
      engine.use(
          (db, tables) -> {
            db.flush(wait, List.of(tables));
            return null;
          });
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
    Files.move(unfinished, target, java.nio.file.StandardCopyOption.ATOMIC_MOVE);
    Trees.forceDirectory(checkpoints);
  }

  @Override
  public RowReader openCheckpoint(String name) throws IOException {
    Path directory = checkpoints.resolve(name);
    if (!Files.isDirectory(directory)) {
      throw new NoSuchFileException(directory.toString());
    }
    try {
      return new CheckpointReader(RocksEngine.openReadOnly(directory, options));
    } catch (RocksDBException e) {
      throw new IOException("checkpoint " + name + " cannot be opened: " + e.getMessage(), e);
    }
  }

  @Override
  public void dropCheckpoint(String name) throws IOException {
    Path directory = checkpoints.resolve(name);
    if (Files.exists(directory)) {
      Path unfinished = checkpoints.resolve(name + UNFINISHED);
      Trees.delete(unfinished);
      Files.move(directory, unfinished, java.nio.file.StandardCopyOption.ATOMIC_MOVE);
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
  public void close() {
    engine.close();
    synced.close();
    options.close();
  }

  /** The rows at a snapshot. */
  private static final class SnapshotReader implements RowReader {
    private final RocksEngine engine;
    private final Snapshot snapshot;
    private final ReadOptions options;
    private boolean closed;

    SnapshotReader(RocksEngine engine, Snapshot snapshot) {
      this.engine = engine;
      this.snapshot = snapshot;
      this.options = new ReadOptions().setSnapshot(snapshot);
    }

    @Override
    public byte[] get(Table table, byte[] key) throws IOException {
      return engine.get(table, key, options);
    }

    @Override
    public RowCursor cursor(RowRange range) throws IOException {
      return engine.cursor(range, snapshot);
    }

    @Override
    public void close() throws IOException {
      if (!closed) {
        closed = true;
        engine.use(
            (db, tables) -> {
              options.close();
              db.releaseSnapshot(snapshot);
              return null;
            });
      }
    }
  }

  /** The rows of a checkpoint. */
  private record CheckpointReader(RocksEngine engine) implements RowReader {
    @Override
    public byte[] get(Table table, byte[] key) throws IOException {
      return engine.get(table, key, null);
    }

    @Override
    public RowCursor cursor(RowRange range) throws IOException {
      return engine.cursor(range, null);
    }

    @Override
    public void close() {
      engine.close();
    }
  }
}
