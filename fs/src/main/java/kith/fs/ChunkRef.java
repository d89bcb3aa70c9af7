package kith.fs;

import java.nio.ByteBuffer;
import kith.codec.ChunkKey;
import kith.codec.PackId;

/**
 * A chunk, and a hint where its sealed record lies, so that it can be fetched without asking the
 * chunk table.
 *
 * @param key opens the chunk, and names it by its hash
 * @param rawLength bytes of content, at least 1
 * @param pack the pack that contains it
 * @param offset where the sealed record begins in the pack, in bytes
 * @param length length of the sealed record, in bytes
 */
public record ChunkRef(ChunkKey key, int rawLength, PackId pack, int offset, int length) {
  /** Length in bytes of the stored form. */
  public static final int SIZE = ChunkKey.SIZE + PackId.SIZE + 12;

  /** Appends the stored form: key, raw length u32, pack, offset u32, length u32. */
  public void writeTo(ByteBuffer out) {
    out.put(key.toBytes()).putInt(rawLength).put(pack.toBytes()).putInt(offset).putInt(length);
  }

  /**
   * Reads the stored form.
   *
   * @throws java.nio.BufferUnderflowException if there is less than {@link #SIZE} left
   */
  public static ChunkRef read(ByteBuffer in) {
    byte[] key = new byte[ChunkKey.SIZE];
    in.get(key);
    int rawLength = in.getInt();
    byte[] pack = new byte[PackId.SIZE];
    in.get(pack);
    return new ChunkRef(new ChunkKey(key), rawLength, new PackId(pack), in.getInt(), in.getInt());
  }
}
