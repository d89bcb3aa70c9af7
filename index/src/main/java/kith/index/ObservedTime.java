package kith.index;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/**
 * Time that has passed here, added up from looks at the clock. Between two looks at most {@link
 * #STEP} counts, and nothing where the clock went back, so that a clock that jumps, or a long time
 * without looking, ends no wait early. Kept in META, {@code trash.time}: version u8 = 1, time
 * observed u64, the clock at the last look i64, both in ms. Where that is lost it begins anew: what
 * waits then waits longer. Safe for many threads.
 */
final class ObservedTime {
  /** The most that counts between two looks. */
  static final Duration STEP = Duration.ofDays(1);

  private static final byte[] KEY = "trash.time".getBytes(StandardCharsets.UTF_8);
  private static final int VERSION = 1;
  private static final int SIZE = 1 + 2 * Long.BYTES;

  private final Rows rows;
  private long observed;
  private Long last;

  ObservedTime(Rows rows) throws IOException {
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
    long passed = last == null ? 0 : clock - last;
    if (last != null && passed == 0) {
      return;
    }
    long counted = Math.max(0, Math.min(passed, STEP.toMillis()));
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
