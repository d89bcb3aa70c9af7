package kith.fs;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import kith.index.RowView;
import kith.index.Table;
import kith.index.Update;

/**
 * How many rekeys there were before the last published head; kept in META: {@code version u8 = 1 |
 * rekeys u8}, no row before the first. A rekey makes another head.
 */
final class PublishedKeys {
  private static final byte[] KEY = "published.keys".getBytes(StandardCharsets.US_ASCII);
  private static final int VERSION = 1;

  private PublishedKeys() {}

  /** Whether the last published head is sealed by keys of before the last of so many rekeys. */
  static boolean areBehind(RowView rows, int rekeys) throws IOException {
    return last(rows) < rekeys;
  }

  private static int last(RowView rows) throws IOException {
    byte[] row = rows.get(Table.META, KEY);
    if (row == null) {
      return 0;
    }
    if (row.length != 2 || row[0] != VERSION) {
      throw new IOException("damaged row of the keys of the published head");
    }
    return row[1] & 0xff;
  }

  /** A head has been published after so many rekeys. */
  static void put(Update update, int rekeys) {
    if (rekeys > 0) {
      update.put(Table.META, KEY, new byte[] {VERSION, (byte) rekeys});
    }
  }
}
