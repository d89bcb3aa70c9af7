package kith.codec;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * How a pack lies in the shards of a code, and a shard in its blocks. All shards of a pack have the
 * same lengths, so that the same blocks of any m shards give those blocks of the others.
 *
 * @param code the code
 * @param packLength bytes of the pack, 1 to 16 MiB
 */
public record ShardLayout(CodeParameters code, int packLength) {
  /** Plain bytes of a block; the last of a shard may have fewer. */
  public static final int BLOCK = 64 * 1024;

  /** Bytes by which a sealed block is longer. */
  public static final int SEAL = Gcm.TAG;

  /** Bytes of a sealed block; the last of a shard may have fewer. */
  public static final int SEALED_BLOCK = BLOCK + SEAL;

  public ShardLayout {
    if (packLength < 1 || packLength > PackBuilder.MAX_PACK) {
      throw new IllegalArgumentException("a pack of " + packLength + " bytes");
    }
  }

  /**
   * Part of a pack inside one data shard.
   *
   * @param shard index of the data shard
   * @param firstBlock first block that has some of it
   * @param blockCount blocks that have some of it
   * @param skip plain bytes of the first block before it
   * @param length bytes of it
   */
  public record Range(int shard, int firstBlock, int blockCount, int skip, int length) {}

  /** Plain bytes of each shard: one m-th of the pack, rounded up. */
  public int shardLength() {
    return (packLength + code.m() - 1) / code.m();
  }

  /** Blocks of each shard. */
  public int blocks() {
    return (shardLength() + BLOCK - 1) / BLOCK;
  }

  /** Bytes of each sealed shard, its descriptor not counted. */
  public int sealedLength() {
    return shardLength() + blocks() * SEAL;
  }

  /** Plain bytes of {@code count} blocks from {@code first}. */
  public int plainLength(int first, int count) {
    Objects.checkFromIndexSize(first, count, blocks());
    return Math.min((first + count) * BLOCK, shardLength())
        - Math.min(first * BLOCK, shardLength());
  }

  /** Sealed bytes of {@code count} blocks from {@code first}. */
  public int sealedLength(int first, int count) {
    return plainLength(first, count) + count * SEAL;
  }

  /** Where a sealed block starts in its sealed shard. */
  public static int sealedOffset(int block) {
    return block * SEALED_BLOCK;
  }

  /** The data shards and blocks in which a range of the pack lies, in its order. */
  public List<Range> locate(int offset, int length) {
    Objects.checkFromIndexSize(offset, length, packLength);
    List<Range> ranges = new ArrayList<>();
    for (int at = offset; at < offset + length; ) {
      int shard = at / shardLength();
      int start = at - shard * shardLength();
      int part = Math.min(offset + length - at, shardLength() - start);
      int first = start / BLOCK;
      int count = (start + part - 1) / BLOCK - first + 1;
      ranges.add(new Range(shard, first, count, start - first * BLOCK, part));
      at += part;
    }
    return ranges;
  }
}
