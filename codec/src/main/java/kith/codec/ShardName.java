package kith.codec;

import java.nio.ByteBuffer;

/**
 * Names a shard among all shards of one owner: the pack, its code and the shard's index in it. The
 * holder sees it; the keys of the seal are derived from it.
 *
 * @param pack the pack that the shard is part of
 * @param code the code that made it
 * @param index 0 to m-1 for data shards, m to m+k-1 for parity
 */
public record ShardName(PackId pack, CodeParameters code, int index)
    implements Comparable<ShardName> {
  /** Length in bytes of {@link #toBytes()}. */
  public static final int SIZE = PackId.SIZE + 4;

  public ShardName {
    if (index < 0 || index >= code.n()) {
      throw new IllegalArgumentException("code " + code + " has no shard " + index);
    }
  }

  /** Pack id, then code id, m, k and index, a byte each. */
  public byte[] toBytes() {
    return ByteBuffer.allocate(SIZE)
        .put(pack.toBytes())
        .put((byte) code.codeId())
        .put((byte) code.m())
        .put((byte) code.k())
        .put((byte) index)
        .array();
  }

  /**
   * @throws CorruptDataException if the bytes name no shard
   */
  public static ShardName parse(byte[] bytes) throws CorruptDataException {
    if (bytes.length != SIZE) {
      throw new CorruptDataException("a shard name has " + SIZE + " bytes, not " + bytes.length);
    }
    ByteBuffer in = ByteBuffer.wrap(bytes);
    byte[] pack = new byte[PackId.SIZE];
    in.get(pack);
    try {
      var code = new CodeParameters(in.get() & 0xff, in.get() & 0xff, in.get() & 0xff);
      return new ShardName(new PackId(pack), code, in.get() & 0xff);
    } catch (IllegalArgumentException e) {
      throw new CorruptDataException("not a shard name: " + e.getMessage());
    }
  }

  @Override
  public int compareTo(ShardName other) {
    return java.util.Arrays.compareUnsigned(toBytes(), other.toBytes());
  }

  @Override
  public String toString() {
    return pack + "/" + code + "#" + index;
  }
}
