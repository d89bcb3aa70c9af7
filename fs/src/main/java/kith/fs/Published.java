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
 * The last head that enough partners acknowledged; kept in META:
 *
 * <pre>
 *   version u8 = 1 | generation u64 | epoch u64 | time, ms since 1970 i64 | holders u16
 *     | snapshots u64 | last snapshot u64
 * </pre>
 *
 * @param generation of the head
 * @param epoch everything that was changed up to the end of this epoch is in it
 * @param holders how many partners acknowledged it
 * @param snapshots tells one set of snapshots from another
 * @param lastSnapshot number of the newest snapshot that is in it; 0 for none
 */
record Published(
    long generation, long epoch, Instant time, int holders, long snapshots, long lastSnapshot) {
  private static final byte[] KEY = "published".getBytes(StandardCharsets.UTF_8);
  private static final int VERSION = 1;

  /** The last one; empty if there never was one. */
  static Optional<Published> last(RowView rows) throws IOException {
    byte[] row = rows.get(Table.META, KEY);
    if (row == null) {
      return Optional.empty();
    }
    ByteBuffer in = ByteBuffer.wrap(row);
    try {
      if (in.get() != VERSION) {
        throw new IOException("row of the published head is of version " + row[0]);
      }
      return Optional.of(
          new Published(
              in.getLong(),
              in.getLong(),
              Instant.ofEpochMilli(in.getLong()),
              in.getShort() & 0xffff,
              in.getLong(),
              in.getLong()));
    } catch (BufferUnderflowException e) {
      throw new IOException("damaged row of the published head", e);
    }
  }

  void put(Update update) {
    ByteBuffer out = ByteBuffer.allocate(43);
    out.put((byte) VERSION).putLong(generation).putLong(epoch).putLong(time.toEpochMilli());
    update.put(
        Table.META,
        KEY,
        out.putShort((short) holders).putLong(snapshots).putLong(lastSnapshot).array());
  }
}
