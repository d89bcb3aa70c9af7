package kith.index;

/**
 * Rows with {@code from <= key < to}.
 *
 * @param to null for the end of the table
 */
record RowRange(Table table, byte[] from, byte[] to) {}
