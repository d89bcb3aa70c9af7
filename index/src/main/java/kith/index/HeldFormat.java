package kith.index;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;
import kith.codec.CorruptDataException;
import kith.codec.Digest;
import kith.codec.OwnerId;
import kith.codec.ShardName;

/**
 * Bytes of the files that are held for other owners, big-endian; see docs/formats/index.md. A
 * shard: header of {@value #SHARD_HEADER} bytes, then the sealed blocks. A head: header of {@value
 * #HEAD_HEADER} bytes, then the signed record.
 */
final class HeldFormat {
  /** "KithShrd". */
  static final long SHARD_MAGIC = 0x4b69746853687264L;

  /** "KithHead". */
  static final long HEAD_MAGIC = 0x4b69746848656164L;

  static final int VERSION = 1;
  static final int SHARD_HEADER = 512;
  static final int HEAD_HEADER = 68;

  private static final int SHARD_CHECKED = SHARD_HEADER - 4;
  private static final int HEAD_CHECKED = HEAD_HEADER - 4;

  private HeldFormat() {}

  /**
   * What a shard's header says.
   *
   * @param sealedLength in bytes
   * @param holderTime in ms since 1970
   */
  record ShardHeader(
      OwnerId owner,
      ShardName name,
      byte[] descriptor,
      long sealedLength,
      Digest merkleRoot,
      long holderTime) {
    HeldShard shard(long sequence) {
      return new HeldShard(name, descriptor, sealedLength, merkleRoot, sequence, holderTime);
    }

    /** The same shard, put at another time. */
    ShardHeader at(long otherTime) {
      return new ShardHeader(owner, name, descriptor, sealedLength, merkleRoot, otherTime);
    }

    LedgerChange put() {
      return new LedgerChange(LedgerChange.Kind.PUT, name, sealedLength, merkleRoot, holderTime);
    }
  }

  /**
   * Magic u64, version u32, descriptor length u32, owner 32, shard name 20, 4 zero bytes, sealed
   * length u64, holder's time u64, Merkle root 32, descriptor, zeros, CRC32C u32.
   */
  static ByteBuffer write(ShardHeader header) {
    ByteBuffer out = ByteBuffer.allocate(SHARD_HEADER);
    out.putLong(SHARD_MAGIC).putInt(VERSION).putInt(header.descriptor.length);
    out.put(header.owner.toBytes()).put(header.name.toBytes()).putInt(0);
    out.putLong(header.sealedLength).putLong(header.holderTime);
    out.put(header.merkleRoot.toBytes()).put(header.descriptor);
    out.putInt(SHARD_CHECKED, crc(out, SHARD_CHECKED));
    return out.position(0);
  }

  /**
   * @throws CorruptDataException if these bytes are not a whole header
   */
  static ShardHeader shardHeader(ByteBuffer in) throws CorruptDataException {
    check(in, SHARD_HEADER, SHARD_MAGIC);
    if (crc(in, SHARD_CHECKED) != in.getInt(SHARD_CHECKED)) {
      throw new CorruptDataException("the header of a held shard is damaged");
    }
    int descriptorLength = in.getInt(12);
    if (descriptorLength < 0 || descriptorLength > HoldingStore.MAX_DESCRIPTOR) {
      throw new CorruptDataException("a descriptor of " + descriptorLength + " bytes");
    }
    in.position(16);
    OwnerId owner = new OwnerId(take(in, OwnerId.SIZE));
    ShardName name = ShardName.parse(take(in, ShardName.SIZE));
    in.getInt();
    long sealedLength = in.getLong();
    long holderTime = in.getLong();
    Digest root = new Digest(take(in, Digest.SIZE));
    byte[] descriptor = take(in, descriptorLength);
    return new ShardHeader(owner, name, descriptor, sealedLength, root, holderTime);
  }

  /**
   * Magic u64, version u32, record length u32, epoch u64, generation u64, owner 32, CRC32C u32 of
   * all that and the record; the record.
   */
  static ByteBuffer write(OwnerId owner, HeldHead head) {
    ByteBuffer out = ByteBuffer.allocate(HEAD_HEADER + head.record().length);
    out.putLong(HEAD_MAGIC).putInt(VERSION).putInt(head.record().length);
    out.putLong(head.epoch()).putLong(head.generation()).put(owner.toBytes());
    out.position(HEAD_HEADER).put(head.record());
    out.putInt(HEAD_CHECKED, headCrc(out));
    return out.position(0);
  }

  /**
   * @throws CorruptDataException if these bytes are not a whole head of this owner
   */
  static HeldHead head(OwnerId owner, ByteBuffer in) throws CorruptDataException {
    check(in, HEAD_HEADER, HEAD_MAGIC);
    if (in.getInt(12) != in.limit() - HEAD_HEADER || headCrc(in) != in.getInt(HEAD_CHECKED)) {
      throw new CorruptDataException("a held head is damaged");
    }
    in.position(16);
    long epoch = in.getLong();
    long generation = in.getLong();
    if (!new OwnerId(take(in, OwnerId.SIZE)).equals(owner)) {
      throw new CorruptDataException("a held head is another owner's");
    }
    in.position(HEAD_HEADER);
    return new HeldHead(epoch, generation, take(in, in.remaining()));
  }

  private static void check(ByteBuffer in, int header, long magic) throws CorruptDataException {
    if (in.limit() < header || in.getLong(0) != magic) {
      throw new CorruptDataException("a held file that is no such file, or cut");
    }
    if (in.getInt(8) != VERSION) {
      throw new CorruptDataException(
          "a held file of version " + in.getInt(8) + ", this program knows " + VERSION);
    }
  }

  private static int crc(ByteBuffer bytes, int length) {
    return StagingFormat.crc(bytes.duplicate().position(0).limit(length));
  }

  private static int headCrc(ByteBuffer bytes) {
    CRC32C crc = new CRC32C();
    crc.update(bytes.duplicate().position(0).limit(HEAD_CHECKED));
    crc.update(bytes.duplicate().position(HEAD_HEADER).limit(bytes.limit()));
    return (int) crc.getValue();
  }

  private static byte[] take(ByteBuffer in, int count) {
    byte[] bytes = new byte[count];
    in.get(bytes);
    return bytes;
  }
}
