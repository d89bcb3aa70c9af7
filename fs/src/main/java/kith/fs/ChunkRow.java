package kith.fs;

import java.io.IOException;
import java.nio.ByteBuffer;
import kith.codec.ChunkId;
import kith.codec.ChunkKey;
import kith.codec.PackId;

/**
 * Row of table CHUNKS, by chunk id: where the record of the chunk lies
 * (docs/formats/packs-rows.md).
 *
 * @param pack the sealed pack that contains it
 * @param offset of the record in the pack, in bytes
 * @param length of the record, in bytes
 * @param rawLength of the chunk, in bytes
 */
record ChunkRow(PackId pack, int offset, int length, int rawLength) {
  private static final int VERSION = 1;
  private static final int SIZE = 1 + PackId.SIZE + 12;

  /** Key of the row of a chunk. */
  static byte[] key(ChunkId chunk) {
    return chunk.toBytes();
  }

  static ChunkRow of(ChunkRef ref) {
    return new ChunkRow(ref.pack(), ref.offset(), ref.length(), ref.rawLength());
  }

  /** The reference to this chunk under its key. */
  ChunkRef ref(ChunkKey key) {
    return new ChunkRef(key, rawLength, pack, offset, length);
  }

  byte[] encode() {
    return ByteBuffer.allocate(SIZE)
        .put((byte) VERSION)
        .put(pack.toBytes())
        .putInt(offset)
        .putInt(length)
        .putInt(rawLength)
        .array();
  }

  /**
   * @throws IOException if the row is damaged or of a later version
   */
  static ChunkRow decode(byte[] value) throws IOException {
    if (value.length != SIZE || value[0] != VERSION) {
      throw new IOException("chunk row of " + value.length + " bytes is damaged or from later");
    }
    ByteBuffer in = ByteBuffer.wrap(value, 1, SIZE - 1);
    byte[] pack = new byte[PackId.SIZE];
    in.get(pack);
    return new ChunkRow(new PackId(pack), in.getInt(), in.getInt(), in.getInt());
  }
}
