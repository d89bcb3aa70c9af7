package kith.fs;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import kith.index.RowView;
import kith.index.Table;

/**
 * Visits many rows some at a time, so that neither the index nor a thread that wants to end has to
 * wait. Rows that change meanwhile may be seen as before or after. Stateless.
 */
final class RowScan {
  private static final int BATCH = 4096;

  private RowScan() {}

  /** Sees one row after the other; may take its time, and ask the rows. */
  @FunctionalInterface
  interface Visitor {
    void row(byte[] key, byte[] value) throws IOException;
  }

  /**
   * Visits all rows of a table in the order of their keys.
   *
   * @throws InterruptedIOException if the thread is interrupted
   */
  static void visit(RowView rows, Table table, Visitor visitor) throws IOException {
    byte[] from = new byte[0];
    List<Map.Entry<byte[], byte[]>> batch = new ArrayList<>();
    do {
      batch.clear();
      rows.scan(
          table,
          from,
          null,
          (key, value) -> {
            batch.add(Map.entry(key, value));
            return batch.size() < BATCH;
          });
      for (Map.Entry<byte[], byte[]> row : batch) {
        visitor.row(row.getKey(), row.getValue());
        from = RowKeys.after(row.getKey());
      }
      goOn();
    } while (batch.size() == BATCH);
  }

  /** Ends long work with an exception if the thread is interrupted. */
  static void goOn() throws InterruptedIOException {
    if (Thread.currentThread().isInterrupted()) {
      throw new InterruptedIOException("interrupted; nothing is lost by it");
    }
  }
}
