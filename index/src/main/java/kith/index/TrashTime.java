package kith.index;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;

/**
 * {@link ObservedTime} that has passed here, added up from looks at the clock. Kept in META, {@code
 * trash.time}: version u8 = 1, time observed u64, the clock at the last look i64, both in ms. Where
 * that is lost it begins anew: what waits then waits longer. Safe for many threads.
 */
final class TrashTime {
  /** The most that counts between two looks. */
  static final Duration STEP = Duration.ofDays(1);

  private static final byte[] KEY = "trash.time".getBytes(StandardCharsets.UTF_8);
  private static final int VERSION = 1;
  private static final int SIZE = 1 + 2 * Long.BYTES;

  private final Rows rows;
  private long observed;
  private Long last;

  TrashTime(Rows rows) throws IOException {
    this.rows = rows;
    byte[] row = rows.get(Table.META, KEY);
    if (row != null && row.length == SIZE && row[0] == VERSION) {
      ByteBuffer in = ByteBuffer.wrap(row, 1, SIZE - 1);
      observed = in.getLong();
      last = in.getLong();
    }
  }

  /** Milliseconds that were observed so far. */
  synchronized long millis() {
    return observed;
  }

  /**
   * Looks at the clock.
   *
   * @param clock ms since 1970
   */
  synchronized void look(long clock) throws IOException {
    if (last != null && clock == last) {
      return;
    }
    Instant now = Instant.ofEpochMilli(clock);
    Instant before = last == null ? now : Instant.ofEpochMilli(last);
    long counted = ObservedTime.between(before, now, STEP).toMillis();
    byte[] row =
        ByteBuffer.allocate(SIZE)
            .put((byte) VERSION)
            .putLong(observed + counted)
            .putLong(clock)
            .array();
    rows.applyUpkeep(new Update().put(Table.META, KEY, row));
    observed += counted;
    last = clock;
  }
}
