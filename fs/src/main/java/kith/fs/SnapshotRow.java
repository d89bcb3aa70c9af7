package kith.fs;

import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.time.Instant;

/**
 * A row of SNAPSHOTS; its key is the snapshot's number.
 *
 * <pre>
 *   version u8 = 1 | state u8 | created, ms since 1970 i64 | epoch u64 | name length u8 | name | entry...
 * </pre>
 *
 * @param number below {@code 0x7fffff}; the upper bits of its inode numbers
 * @param epoch the epoch that the barrier closed
 * @param entry the packed tree ({@link SnapshotEntry}), empty until it is built
 */
record SnapshotRow(long number, FileName name, Instant created, long epoch, byte[] entry) {
  private static final int VERSION = 1;
  private static final int PENDING = 1;
  private static final int BUILT = 2;

  boolean built() {
    return entry.length > 0;
  }

  /** The checkpoint that keeps the rows until the tree is built. */
  String checkpoint() {
    return "snapshot-" + number;
  }

  SnapshotRow withEntry(byte[] built) {
    return new SnapshotRow(number, name, created, epoch, built);
  }

  byte[] encode() {
    ByteBuffer out = ByteBuffer.allocate(19 + name.length() + entry.length);
    out.put((byte) VERSION).put((byte) (built() ? BUILT : PENDING));
    out.putLong(created.toEpochMilli()).putLong(epoch);
    return out.put((byte) name.length()).put(name.toBytes()).put(entry).array();
  }

  /**
   * @throws IOException if the row is damaged or of a later version
   */
  static SnapshotRow decode(byte[] key, byte[] value) throws IOException {
    ByteBuffer in = ByteBuffer.wrap(value);
    try {
      if (in.get() != VERSION) {
        throw new IOException("snapshot row of version " + value[0] + ": written by a newer Kith?");
      }
      int state = in.get();
      Instant created = Instant.ofEpochMilli(in.getLong());
      long epoch = in.getLong();
      byte[] name = new byte[in.get() & 0xff];
      in.get(name);
      byte[] entry = new byte[in.remaining()];
      in.get(entry);
      if ((state == BUILT) != (entry.length > 0)) {
        throw new IOException("damaged snapshot row: state " + state);
      }
      return new SnapshotRow(RowKeys.first(key), FileName.of(name), created, epoch, entry);
    } catch (BufferUnderflowException e) {
      throw new IOException("damaged snapshot row", e);
    }
  }
}
