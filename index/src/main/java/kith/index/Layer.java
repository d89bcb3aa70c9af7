package kith.index;

/**
 * Row changes in memory that lie over what is stored. Never changes: {@link #with} makes the next
 * layer, so that a reader who holds one sees whole operations only.
 */
final class Layer {
  /** Stands for the value of a row that is deleted; recognised by identity. */
  static final byte[] DELETED = new byte[0];

  static final Layer EMPTY = new Layer(new RowTree[Table.COUNT], 0, 0);

  /** What an entry costs beside its key and value: tree node, two array headers, alignment. */
  private static final int ENTRY_BYTES = 80;

  private static final Table[] TABLES = Table.values();

  private final RowTree[] trees;
  private final int rows;
  private final long bytes;

  private Layer(RowTree[] trees, int rows, long bytes) {
    this.trees = trees;
    this.rows = rows;
    this.bytes = bytes;
  }

  /** This layer and then the changes of an update. */
  Layer with(Update update) {
    RowTree[] next = trees.clone();
    int nextRows = rows;
    long nextBytes = bytes;
    for (Update.Change change : update.changes()) {
      int table = change.table().place();
      byte[] value = change.value() == null ? DELETED : change.value();
      byte[] before = RowTree.find(next[table], change.key());
      next[table] = RowTree.put(next[table], change.key(), value);
      if (before == null) {
        nextRows++;
        nextBytes += ENTRY_BYTES + change.key().length + value.length;
      } else {
        nextBytes += value.length - before.length;
      }
    }
    return new Layer(next, nextRows, nextBytes);
  }

  /** The value of a row, {@link #DELETED}, or null if this layer says nothing about it. */
  byte[] find(Table table, byte[] key) {
    return RowTree.find(trees[table.place()], key);
  }

  RowCursor cursor(RowRange range) {
    return RowTree.cursor(trees[range.table().place()], range);
  }

  boolean isEmpty() {
    return rows == 0;
  }

  /** Changed rows, deletions among them. */
  int rows() {
    return rows;
  }

  /** About how much memory this layer takes, in bytes. */
  long bytes() {
    return bytes;
  }

  /** Shows all changes, by table and key. */
  <E extends Exception> void forEach(ChangeVisitor<E> visitor) throws E {
    for (Table table : TABLES) {
      RowTree.forEach(trees[table.place()], table, visitor);
    }
  }

  /** Sees one change after the other. */
  @FunctionalInterface
  interface ChangeVisitor<E extends Exception> {
    /**
     * @param value {@link Layer#DELETED} for a deletion
     */
    void change(Table table, byte[] key, byte[] value) throws E;
  }
}
