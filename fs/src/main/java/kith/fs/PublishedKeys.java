package kith.fs;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import kith.index.RowView;
import kith.index.Table;
import kith.index.Update;

/**
 * How many rekeys there were before the last published head, and how many of the former keys it has
 * spent; kept in META: {@code version u8 = 1 | rekeys u8}, no row before the first, {@code version
 * u8 = 2 | rekeys u8 | spent u8} once some are spent. A rekey makes another head.
 */
final class PublishedKeys {
  private static final byte[] KEY = "published.keys".getBytes(StandardCharsets.US_ASCII);
  private static final int VERSION = 1;
  private static final int SPENT_VERSION = 2;

  private PublishedKeys() {}

  /** Whether the last published head is sealed by keys of before the last of so many rekeys. */
  static boolean areBehind(RowView rows, int rekeys) throws IOException {
    return last(rows)[0] < rekeys;
  }

  /** How many former keys the last published head does not bring whole any more. */
  static int spent(RowView rows) throws IOException {
    return last(rows)[1];
  }

  private static int[] last(RowView rows) throws IOException {
    byte[] row = rows.get(Table.META, KEY);
    if (row == null) {
      return new int[2];
    }
    if (row.length < 2 || row.length != row[0] + 1 || row[0] > SPENT_VERSION) {
      throw new IOException("damaged row of the keys of the published head");
    }
    return new int[] {row[1] & 0xff, row.length > 2 ? row[2] & 0xff : 0};
  }

  /** A head has been published after so many rekeys, with so many former keys spent. */
  static void put(Update update, int rekeys, int spent) {
    if (spent > 0) {
      update.put(Table.META, KEY, new byte[] {SPENT_VERSION, (byte) rekeys, (byte) spent});
    } else if (rekeys > 0) {
      update.put(Table.META, KEY, new byte[] {VERSION, (byte) rekeys});
    }
  }
}
