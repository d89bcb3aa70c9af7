package kith.index;

import java.io.IOException;

/** Walks over rows in the order of their keys. For one thread. */
interface RowCursor extends AutoCloseable {
  /**
   * Moves to the next row; the first call moves to the first.
   *
   * @return whether there is one
   */
  boolean next() throws IOException;

  /** The key of the row at the cursor; not to be changed. */
  byte[] key();

  /** The value of the row at the cursor, {@link Layer#DELETED} if it is a deletion. */
  byte[] value();

  @Override
  void close();
}
