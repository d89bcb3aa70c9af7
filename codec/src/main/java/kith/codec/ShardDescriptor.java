package kith.codec;

import java.nio.ByteBuffer;

/**
 * What a shard tells of its pack, beyond its name, when nothing else is left. Sealed and stored
 * beside the shard by its holder.
 *
 * @param kind of the pack
 * @param packLength bytes of the pack
 * @param headGeneration as in the footer of the pack, so that a rebuilt descriptor has the same
 *     bytes
 */
public record ShardDescriptor(PackKind kind, int packLength, long headGeneration) {
  private static final int VERSION = 1;
  private static final int PLAIN = 1 + 1 + 4 + 8;

  /** Bytes of a sealed descriptor. */
  public static final int SEALED_SIZE = PLAIN + Gcm.TAG;

  public ShardDescriptor {
    if (packLength < 1 || packLength > PackBuilder.MAX_PACK) {
      throw new IllegalArgumentException("a pack of " + packLength + " bytes");
    }
  }

  /** Version u8 | kind u8 | pack length u32 | head generation u64. */
  byte[] toBytes() {
    return ByteBuffer.allocate(PLAIN)
        .put((byte) VERSION)
        .put((byte) kind.tag())
        .putInt(packLength)
        .putLong(headGeneration)
        .array();
  }

  static ShardDescriptor parse(byte[] bytes) throws CorruptDataException {
    ByteBuffer in = ByteBuffer.wrap(bytes);
    if (bytes.length != PLAIN || in.get() != VERSION) {
      throw new CorruptDataException("a shard's descriptor has an unknown version");
    }
    PackKind kind = PackKind.of(in.get() & 0xff);
    int packLength = in.getInt();
    if (packLength < 1 || packLength > PackBuilder.MAX_PACK) {
      throw new CorruptDataException("a shard's descriptor tells of " + packLength + " bytes");
    }
    return new ShardDescriptor(kind, packLength, in.getLong());
  }
}
