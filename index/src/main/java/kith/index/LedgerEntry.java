package kith.index;

import java.nio.ByteBuffer;
import kith.codec.CorruptDataException;
import kith.codec.Digest;
import kith.codec.ShardName;

/**
 * One entry of a ledger. Its {@value #SIZE} bytes, big-endian: kind u8, 3 zero bytes, shard name
 * 20, sealed length u64, sequence u64, holder's time u64, Merkle root 32, digest 32.
 *
 * @param sequence how many entries stand before it
 * @param change what it says
 * @param digest SHA-256 of the digest before and this entry's bytes but for the digest
 */
public record LedgerEntry(long sequence, LedgerChange change, Digest digest) {
  /** Length in bytes. */
  public static final int SIZE = 112;

  private static final int BODY = SIZE - Digest.SIZE;

  /** The entry that follows a place. */
  static LedgerEntry next(LedgerPosition before, LedgerChange change) {
    return new LedgerEntry(
        before.count(), change, before.after(body(before.count(), change)).digest());
  }

  /** The place after this entry; whether the entry fits there is not looked at. */
  public LedgerPosition position(long generation) {
    return new LedgerPosition(generation, sequence + 1, digest);
  }

  /** Whether this entry is whole and follows a place. */
  public boolean follows(LedgerPosition before) {
    return sequence == before.count() && digest.equals(next(before, change).digest);
  }

  /** The bytes that are stored and sent. */
  public byte[] toBytes() {
    return ByteBuffer.allocate(SIZE).put(body(sequence, change)).put(digest.toBytes()).array();
  }

  private static byte[] body(long sequence, LedgerChange change) {
    return ByteBuffer.allocate(BODY)
        .put((byte) change.kind().tag())
        .put(new byte[3])
        .put(change.shard().toBytes())
        .putLong(change.sealedLength())
        .putLong(sequence)
        .putLong(change.holderTime())
        .put(change.merkleRoot().toBytes())
        .array();
  }

  /**
   * Reads what {@link #toBytes} wrote; the digest is not checked.
   *
   * @throws CorruptDataException if these bytes can be no entry
   */
  public static LedgerEntry parse(byte[] bytes) throws CorruptDataException {
    if (bytes.length != SIZE) {
      throw new CorruptDataException("a ledger entry has " + SIZE + " bytes, not " + bytes.length);
    }
    ByteBuffer in = ByteBuffer.wrap(bytes);
    LedgerChange.Kind kind = LedgerChange.Kind.of(in.get());
    if (in.get() != 0 || in.getShort() != 0) {
      throw new CorruptDataException("ledger entry with bytes set that must be zero");
    }
    ShardName shard = ShardName.parse(take(in, ShardName.SIZE));
    long sealedLength = in.getLong();
    long sequence = in.getLong();
    long holderTime = in.getLong();
    Digest root = new Digest(take(in, Digest.SIZE));
    LedgerChange change = new LedgerChange(kind, shard, sealedLength, root, holderTime);
    return new LedgerEntry(sequence, change, new Digest(take(in, Digest.SIZE)));
  }

  private static byte[] take(ByteBuffer in, int count) {
    byte[] bytes = new byte[count];
    in.get(bytes);
    return bytes;
  }
}
