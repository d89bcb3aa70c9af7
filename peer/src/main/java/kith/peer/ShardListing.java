package kith.peer;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import kith.codec.CorruptDataException;
import kith.codec.Digest;
import kith.codec.ShardName;

/**
 * The raw part of a listing, per shard: name (20), sealed length u64, Merkle root (32), sequence
 * u64, descriptor length u16, descriptor.
 */
final class ShardListing {
  private static final int FIXED = ShardName.SIZE + 8 + Digest.SIZE + 8 + 2;

  private ShardListing() {}

  /** Bytes of a listing. */
  static int length(List<Reply.Listed> shards) {
    int size = 0;
    for (Reply.Listed each : shards) {
      size += FIXED + each.descriptor().length;
    }
    return size;
  }

  static ByteBuffer write(List<Reply.Listed> shards) {
    ByteBuffer out = ByteBuffer.allocate(length(shards));
    for (Reply.Listed each : shards) {
      out.put(each.shard().toBytes()).putLong(each.sealedLength());
      out.put(each.merkleRoot().toBytes()).putLong(each.sequence());
      out.putShort((short) each.descriptor().length).put(each.descriptor());
    }
    return out.flip();
  }

  static List<Reply.Listed> read(ByteBuffer payload) throws CorruptDataException {
    ByteBuffer in = payload.duplicate();
    var shards = new ArrayList<Reply.Listed>();
    try {
      while (in.hasRemaining()) {
        if (shards.size() == Protocol.MAX_LISTED) {
          throw new CorruptDataException("a listing has too many shards");
        }
        shards.add(readOne(in));
      }
      return shards;
    } catch (BufferUnderflowException e) {
      throw new CorruptDataException("a listing is cut off", e);
    }
  }

  private static Reply.Listed readOne(ByteBuffer in) throws CorruptDataException {
    ShardName shard = ShardName.parse(take(in, ShardName.SIZE));
    long length = in.getLong();
    var root = new Digest(take(in, Digest.SIZE));
    long sequence = in.getLong();
    int descriptor = in.getShort() & 0xffff;
    if (length < 0 || sequence < 0 || descriptor > Protocol.MAX_DESCRIPTOR) {
      throw new CorruptDataException("a listed shard's numbers are out of bounds");
    }
    return new Reply.Listed(shard, take(in, descriptor), length, root, sequence);
  }

  private static byte[] take(ByteBuffer in, int length) {
    byte[] bytes = new byte[length];
    in.get(bytes);
    return bytes;
  }
}
