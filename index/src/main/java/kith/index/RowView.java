package kith.index;

import java.io.IOException;

/** Rows as they stand at one moment, or now. Safe for any number of threads. */
public interface RowView {
  /**
   * The value of a row, or null if there is none.
   *
   * @throws IOException if the store cannot be read
   */
  byte[] get(Table table, byte[] key) throws IOException;

  /**
   * Visits the rows with {@code from <= key < to} in the order of their keys, until the visitor
   * returns false. The visitor must not change the store.
   *
   * @param to null for the end of the table
   * @throws IOException if the store cannot be read
   */
  void scan(Table table, byte[] from, byte[] to, RowVisitor visitor) throws IOException;

  /** Sees one row after the other. */
  @FunctionalInterface
  interface RowVisitor {
    /** Returns whether to go on. */
    boolean visit(byte[] key, byte[] value) throws IOException;
  }
}
