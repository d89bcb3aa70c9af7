package kith.index;

import java.io.IOException;

/**
 * All rows as they stood at one moment. To be closed: it keeps disk and memory from being
 * reclaimed. Safe for any number of threads.
 */
public final class FrozenRows implements RowView, AutoCloseable {
  private final Layers layers;
  private final RowReader stored;

  FrozenRows(Layers layers, RowReader stored) {
    this.layers = layers;
    this.stored = stored;
  }

  @Override
  public byte[] get(Table table, byte[] key) throws IOException {
    return layers.get(table, key, stored);
  }

  @Override
  public void scan(Table table, byte[] from, byte[] to, RowVisitor visitor) throws IOException {
    RowRange range = new RowRange(table, from, to);
    layers.scan(range, stored.cursor(range), visitor);
  }

  @Override
  public void close() throws IOException {
    stored.close();
  }
}
