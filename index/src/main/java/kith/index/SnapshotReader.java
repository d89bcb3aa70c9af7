package kith.index;

import java.io.IOException;
import org.rocksdb.ReadOptions;
import org.rocksdb.Snapshot;

/** The rows at a snapshot; lost when the database is closed, or opened again after a failure. */
final class SnapshotReader implements RowReader {
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
