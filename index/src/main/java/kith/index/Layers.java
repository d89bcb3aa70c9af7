package kith.index;

import java.io.IOException;
import java.util.List;

/**
 * What lies over the stored rows at one moment.
 *
 * @param active takes the changes of operations
 * @param committing on its way into the store; may be stored already
 * @param applied how many updates were applied until this moment
 * @param swaps how often an active layer became the committing one
 */
record Layers(Layer active, Layer committing, long applied, long swaps) {
  static final Layers NONE = new Layers(Layer.EMPTY, Layer.EMPTY, 0, 0);

  Layers with(Update update) {
    return new Layers(active.with(update), committing, applied + 1, swaps);
  }

  /** The active layer begins its way into the store. */
  Layers swapped() {
    if (!committing.isEmpty()) {
      throw new IllegalStateException("the layer before is not stored yet");
    }
    return new Layers(Layer.EMPTY, active, applied, swaps + 1);
  }

  /** The committing layer is stored. */
  Layers stored() {
    return new Layers(active, Layer.EMPTY, applied, swaps);
  }

  long bytes() {
    return active.bytes() + committing.bytes();
  }

  /** The value of a row, or null if there is none, here or in the store below. */
  byte[] get(Table table, byte[] key, RowReader below) throws IOException {
    byte[] value = active.find(table, key);
    if (value == null) {
      value = committing.find(table, key);
    }
    if (value == null) {
      return below.get(table, key);
    }
    return value == Layer.DELETED ? null : value;
  }

  /**
   * Visits the rows of these layers over the stored ones.
   *
   * @param below a cursor over the same range; closed at the end
   */
  void scan(RowRange range, RowCursor below, RowView.RowVisitor visitor) throws IOException {
    try (RowCursor rows = over(range, below)) {
      while (rows.next()) {
        if (!visitor.visit(rows.key(), rows.value())) {
          return;
        }
      }
    }
  }

  private RowCursor over(RowRange range, RowCursor below) {
    RowCursor newest = active.cursor(range);
    RowCursor newer = committing.cursor(range);
    return new MergedCursor(List.of(newest, newer, below));
  }
}
