package kith.fs;

import java.nio.ByteBuffer;
import kith.codec.CorruptDataException;

/**
 * Where the record of an inode is: one of the names that it has. Row of a NODES table.
 *
 * @param parent inode number of the directory
 */
record TreeNodeRow(long parent, FileName name) {
  /** Key of the row of an inode. */
  static byte[] key(long inode) {
    return ByteBuffer.allocate(Long.BYTES).putLong(inode).array();
  }

  /** Parent u64, then the name. */
  byte[] toBytes() {
    return new PageOutput(Long.BYTES + name.length()).u64(parent).raw(name.toBytes()).toBytes();
  }

  static TreeNodeRow ofBytes(byte[] bytes) throws CorruptDataException {
    PageInput in = new PageInput(bytes, "node row");
    return new TreeNodeRow(in.count64(), name(in.raw(Math.max(0, bytes.length - Long.BYTES))));
  }

  /** A file name out of a stored format. */
  static FileName name(byte[] bytes) throws CorruptDataException {
    try {
      return FileName.of(bytes);
    } catch (DriveException e) {
      throw new CorruptDataException("not a file name", e);
    }
  }
}
