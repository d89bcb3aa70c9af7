package kith.fs;

import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Optional;
import kith.index.RowView;
import kith.index.Table;
import kith.index.Update;

/**
 * What drills have shown so far; kept in META: version u8 = 1 | time, ms since 1970 i64 | files u64
 * | drilled u64 | failed u64.
 *
 * @param last when files were drilled last
 * @param files in the drive when they were counted
 * @param drilled of them within a year, as they are now
 * @param failed of them the last time
 */
public record DrillTotals(Instant last, long files, long drilled, long failed) {
  private static final byte[] KEY = "drills".getBytes(StandardCharsets.UTF_8);
  private static final int VERSION = 1;

  /** The last ones; empty if nothing was drilled yet. */
  static Optional<DrillTotals> last(RowView rows) throws IOException {
    byte[] row = rows.get(Table.META, KEY);
    if (row == null) {
      return Optional.empty();
    }
    ByteBuffer in = ByteBuffer.wrap(row);
    try {
      if (in.get() != VERSION) {
        throw new IOException("row of drills is of version " + row[0]);
      }
      return Optional.of(
          new DrillTotals(
              Instant.ofEpochMilli(in.getLong()), in.getLong(), in.getLong(), in.getLong()));
    } catch (BufferUnderflowException e) {
      throw new IOException("damaged row of drills", e);
    }
  }

  void put(Update update) {
    ByteBuffer out = ByteBuffer.allocate(33).put((byte) VERSION).putLong(last.toEpochMilli());
    update.put(Table.META, KEY, out.putLong(files).putLong(drilled).putLong(failed).array());
  }
}
