package kith.fs;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import kith.index.RowView;
import kith.index.Rows;
import kith.index.Table;
import kith.index.Update;

/** Counts the heads of a drive; no number is used twice, whatever became of its head. */
final class HeadGeneration {
  private static final byte[] KEY = "generation".getBytes(StandardCharsets.UTF_8);

  private final Rows rows;
  private volatile long current;

  HeadGeneration(Rows rows) throws IOException {
    this.rows = rows;
    byte[] row = rows.get(Table.META, KEY);
    this.current = row == null ? 0 : RowKeys.first(row);
  }

  /** Whether rows know of any head. */
  static boolean isBegun(RowView rows) throws IOException {
    return rows.get(Table.META, KEY) != null;
  }

  /** The next head of new rows comes after this one. */
  static void goOn(Update update, long generation) {
    update.put(Table.META, KEY, RowKeys.of(generation));
  }

  /** Of the newest head that was made, published or not; 0 before the first. */
  long current() {
    return current;
  }

  /** The next number, durable before it is used. */
  synchronized long next() throws IOException {
    long next = current + 1;
    rows.apply(new Update().put(Table.META, KEY, RowKeys.of(next)));
    rows.sync();
    current = next;
    return next;
  }
}
