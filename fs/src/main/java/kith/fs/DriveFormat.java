package kith.fs;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import kith.index.Rows;
import kith.index.Table;
import kith.index.Update;

/**
 * The version of the rows of the live tree as a whole, in META. Rows that have a version of their
 * own keep it; this one covers the small ones that don't, and their keys.
 */
final class DriveFormat {
  /** What this Kith writes, and the only one that it reads. */
  static final long VERSION = 1;

  private static final byte[] KEY = "drive-format".getBytes(StandardCharsets.UTF_8);

  private DriveFormat() {}

  /**
   * Marks rows that are new.
   *
   * @throws IOException if they are of another version
   */
  static void check(Rows rows) throws IOException {
    byte[] row = rows.get(Table.META, KEY);
    if (row == null) {
      rows.apply(new Update().put(Table.META, KEY, RowKeys.of(VERSION)));
    } else if (row.length != 8 || RowKeys.first(row) != VERSION) {
      throw new IOException(
          "the drive's index is of a version that this Kith cannot read: use a newer one");
    }
  }
}
