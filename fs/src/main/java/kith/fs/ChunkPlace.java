package kith.fs;

import kith.codec.ChunkKey;
import kith.codec.CorruptDataException;
import kith.codec.PackId;

/**
 * Where a chunk lies, for whoever knows its key.
 *
 * @param offset of the sealed record in the pack, in bytes
 * @param length of the sealed record, in bytes
 * @param rawLength bytes of content
 */
public record ChunkPlace(PackId pack, int offset, int length, int rawLength) {
  /** The reference of a chunk with this key that lies here. */
  public ChunkRef ref(ChunkKey key) {
    return new ChunkRef(key, rawLength, pack, offset, length);
  }

  /** Pack, offset u32, length u32, raw length u32. */
  byte[] toBytes() {
    return new PageOutput(PackId.SIZE + 12)
        .raw(pack)
        .u32(offset)
        .u32(length)
        .u32(rawLength)
        .toBytes();
  }

  static ChunkPlace ofBytes(byte[] bytes) throws CorruptDataException {
    PageInput in = new PageInput(bytes, "place of a chunk");
    PackId pack = in.pack();
    ChunkPlace place =
        new ChunkPlace(
            pack,
            in.count32(Integer.MAX_VALUE),
            in.count32(Integer.MAX_VALUE),
            in.count32(Integer.MAX_VALUE));
    in.end();
    return place;
  }
}
