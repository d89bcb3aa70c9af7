package kith.index;

import java.util.ArrayList;
import java.util.List;

/**
 * The row changes of one operation, applied all or not at all. Made, filled and handed to {@code
 * Rows.apply} by one thread.
 */
public final class Update {
  /**
   * One change.
   *
   * @param value null to delete the row
   */
  record Change(Table table, byte[] key, byte[] value) {}

  private final List<Change> changes = new ArrayList<>();

  /** Sets a row. Neither array may be changed afterwards. */
  public Update put(Table table, byte[] key, byte[] value) {
    changes.add(new Change(table, key, value));
    return this;
  }

  /** Removes a row; no error if there is none. */
  public Update delete(Table table, byte[] key) {
    changes.add(new Change(table, key, null));
    return this;
  }

  public boolean isEmpty() {
    return changes.isEmpty();
  }

  List<Change> changes() {
    return changes;
  }
}
