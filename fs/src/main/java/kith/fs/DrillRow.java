package kith.fs;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Optional;
import kith.index.RowView;
import kith.index.Table;
import kith.index.Update;

/**
 * A row of DRILLS, by inode: what came of the last drill of a file.
 *
 * <pre>
 *   version u8 = 1 | outcome u8 (1 whole, 2 not) | time, ms since 1970 i64 | changed u64
 * </pre>
 *
 * @param whole whether all came back from the partners as it was
 * @param changed epoch of the file's last change then; another one now makes the row void
 */
record DrillRow(boolean whole, Instant time, long changed) {
  private static final int VERSION = 1;
  private static final int SIZE = 18;

  /** The row of a file as it is now; empty if this content was never drilled. */
  static Optional<DrillRow> of(RowView rows, long inode) throws IOException {
    byte[] row = rows.get(Table.DRILLS, RowKeys.of(inode));
    if (row == null) {
      return Optional.empty();
    }
    DrillRow found = decode(row);
    boolean isStill = TreeRow.of(rows, inode).changed() == found.changed;
    return isStill ? Optional.of(found) : Optional.empty();
  }

  /**
   * @throws IOException if the row is damaged or of a later version
   */
  static DrillRow decode(byte[] row) throws IOException {
    boolean sound = row.length == SIZE && row[0] == VERSION && (row[1] == 1 || row[1] == 2);
    if (!sound) {
      throw new IOException("drill row of " + row.length + " bytes is damaged or from later");
    }
    ByteBuffer in = ByteBuffer.wrap(row, 2, SIZE - 2);
    return new DrillRow(row[1] == 1, Instant.ofEpochMilli(in.getLong()), in.getLong());
  }

  byte[] encode() {
    return ByteBuffer.allocate(SIZE)
        .put((byte) VERSION)
        .put((byte) (whole ? 1 : 2))
        .putLong(time.toEpochMilli())
        .putLong(changed)
        .array();
  }

  void put(Update update, long inode) {
    update.put(Table.DRILLS, RowKeys.of(inode), encode());
  }

  /** As the mount tells it. */
  String text() {
    return whole ? time.toString() : "failed " + time;
  }
}
