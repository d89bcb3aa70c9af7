package kith.index;

import java.io.IOException;

/**
 * Reads stored rows: of the store itself, a snapshot or a checkpoint of it. Safe for any number of
 * threads.
 */
interface RowReader extends AutoCloseable {
  /** The value of a row, or null if there is none. */
  byte[] get(Table table, byte[] key) throws IOException;

  /**
   * The rows of a range as they stand now. Must be closed by the thread that opened it, before this
   * reader is.
   */
  RowCursor cursor(RowRange range) throws IOException;

  @Override
  void close() throws IOException;
}
