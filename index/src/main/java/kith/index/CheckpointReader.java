package kith.index;

import java.io.IOException;

/** The rows of a checkpoint, which is open only as long as it is asked now and then. */
final class CheckpointReader implements RowReader {
  private final OpenCheckpoints open;
  private final String name;
  private volatile boolean closed;

  CheckpointReader(OpenCheckpoints open, String name) {
    this.open = open;
    this.name = name;
  }

  @Override
  public byte[] get(Table table, byte[] key) throws IOException {
    return ask(engine -> engine.get(table, key, null));
  }

  @Override
  public RowCursor cursor(RowRange range) throws IOException {
    return ask(engine -> engine.cursor(range, null));
  }

  private interface Question<T> {
    T of(RocksEngine engine) throws IOException;
  }

  private <T> T ask(Question<T> question) throws IOException {
    while (true) {
      if (closed) {
        throw new RocksEngine.ClosedException();
      }
      try {
        return question.of(open.engine(name));
      } catch (RocksEngine.ClosedException e) {
        // It gave way to another since it was handed out: once more, unless that was the end.
        Thread.onSpinWait();
      }
    }
  }

  @Override
  public void close() {
    closed = true;
    open.close(name);
  }
}
