package kith.fs;

import java.io.IOException;
import java.nio.ByteBuffer;
import kith.index.RowView;
import kith.index.Table;

/**
 * A row of TREES.
 *
 * <pre>
 *   version u8 = 1 | epoch of the last change u64 | epoch of the note u64 | note...
 * </pre>
 *
 * @param changed the epoch in which the inode, or something below it, changed last; 0 for never
 * @param noted the closed epoch that the note was made of; 0 for none
 * @param note what {@link TreeBuilder} made of the inode; empty for none
 */
record TreeRow(long changed, long noted, byte[] note) {
  private static final int VERSION = 1;
  private static final TreeRow NONE = new TreeRow(0, 0, new byte[0]);

  /** The row of an inode. */
  static TreeRow of(RowView rows, long inode) throws IOException {
    byte[] row = rows.get(Table.TREES, RowKeys.of(inode));
    return row == null ? NONE : decode(row);
  }

  /**
   * @throws IOException if the row is damaged or of a later version
   */
  static TreeRow decode(byte[] row) throws IOException {
    ByteBuffer in = ByteBuffer.wrap(row);
    if (row.length < 17 || in.get() != VERSION) {
      throw new IOException("damaged tree row, or a newer Kith's");
    }
    long changed = in.getLong();
    long noted = in.getLong();
    byte[] note = new byte[in.remaining()];
    in.get(note);
    return new TreeRow(changed, noted, note);
  }

  TreeRow withChanged(long epoch) {
    return new TreeRow(epoch, noted, note);
  }

  byte[] encode() {
    ByteBuffer out = ByteBuffer.allocate(17 + note.length);
    return out.put((byte) VERSION).putLong(changed).putLong(noted).put(note).array();
  }
}
