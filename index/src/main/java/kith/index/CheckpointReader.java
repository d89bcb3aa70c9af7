package kith.index;

import java.io.IOException;

/** The rows of a checkpoint. */
record CheckpointReader(RocksEngine engine) implements RowReader {
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
