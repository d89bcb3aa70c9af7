package kith.fs;

import kith.codec.CorruptDataException;

/**
 * A packed directory with all that is below it.
 *
 * @param root root page of its entries
 * @param files names below it, at any depth, that are no directories
 * @param bytes sum of the sizes of the regular files among them, or 2^63 - 1 if it is greater
 */
public record DirectoryRef(ChunkRef root, long files, long bytes) {
  /** Length in bytes of the stored form. */
  public static final int SIZE = ChunkRef.SIZE + 16;

  /** The stored form: root, files u64, bytes u64. */
  public byte[] toBytes() {
    return writeTo(new PageOutput(SIZE)).toBytes();
  }

  /**
   * Reads what {@link #toBytes} wrote.
   *
   * @throws CorruptDataException if it isn't that
   */
  public static DirectoryRef ofBytes(byte[] bytes) throws CorruptDataException {
    PageInput in = new PageInput(bytes, "directory reference");
    DirectoryRef ref = read(in);
    in.end();
    return ref;
  }

  /** The sum of two sizes. Sparse files can claim more than a number holds. */
  static long sum(long bytes, long more) {
    return bytes > Long.MAX_VALUE - more ? Long.MAX_VALUE : bytes + more;
  }

  PageOutput writeTo(PageOutput out) {
    return out.chunk(root).u64(files).u64(bytes);
  }

  static DirectoryRef read(PageInput in) throws CorruptDataException {
    return new DirectoryRef(in.chunk(), in.count64(), in.count64());
  }
}
