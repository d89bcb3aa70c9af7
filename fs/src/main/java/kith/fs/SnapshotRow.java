package kith.fs;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;
import kith.codec.CorruptDataException;

/**
 * A row of SNAPSHOTS; its key is the snapshot's number, its value
 *
 * <pre>
 *   version u8 = 1 | epoch u64 | {@link SnapshotEntry}, without a root until the tree is packed
 * </pre>
 *
 * @param epoch the epoch that the barrier closed
 */
record SnapshotRow(long epoch, SnapshotEntry entry) {
  private static final int VERSION = 1;

  boolean packed() {
    return entry.root().isPresent();
  }

  /** The checkpoint that keeps the rows until the tree is packed. */
  String checkpoint() {
    return "snapshot-" + entry.number();
  }

  SnapshotRow packedTo(TreeBuilder.Built built) {
    return new SnapshotRow(
        epoch,
        new SnapshotEntry(
            entry.number(),
            entry.name(),
            entry.time(),
            Optional.of(built.root()),
            built.files(),
            built.bytes(),
            entry.held()));
  }

  /** The same, held or not. */
  SnapshotRow held(boolean now) {
    return new SnapshotRow(epoch, entry.held(now));
  }

  byte[] key() {
    return RowKeys.of(entry.number());
  }

  byte[] encode() {
    byte[] rest = entry.toBytes();
    ByteBuffer out = ByteBuffer.allocate(9 + rest.length);
    return out.put((byte) VERSION).putLong(epoch).put(rest).array();
  }

  /**
   * @throws IOException if the row is damaged or of a later version
   */
  static SnapshotRow decode(byte[] key, byte[] value) throws IOException {
    if (value.length < 9 || value[0] != VERSION) {
      throw new IOException("damaged snapshot row, or one of a newer Kith");
    }
    ByteBuffer in = ByteBuffer.wrap(value, 1, value.length - 1);
    long epoch = in.getLong();
    byte[] rest = new byte[in.remaining()];
    in.get(rest);
    try {
      return new SnapshotRow(epoch, SnapshotEntry.ofBytes(RowKeys.first(key), rest));
    } catch (CorruptDataException e) {
      throw new IOException("damaged snapshot row", e);
    }
  }
}
