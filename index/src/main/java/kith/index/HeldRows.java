package kith.index;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import kith.codec.CorruptDataException;
import kith.codec.Digest;
import kith.codec.OwnerId;
import kith.codec.ShardName;

/** Rows of the tables HELD_OWNERS and HELD_SHARDS; see docs/formats/index.md. */
final class HeldRows {
  private static final int VERSION = 1;
  private static final int AT_ONCE = 512;

  private HeldRows() {}

  /**
   * What the index knows about an owner's shards here.
   *
   * @param bytes sealed bytes of all
   * @param shards how many
   * @param ledger up to where the rows of the shards are as the ledger says
   */
  record Totals(long bytes, long shards, LedgerPosition ledger) {
    Totals plus(long moreBytes, long moreShards) {
      return new Totals(bytes + moreBytes, shards + moreShards, ledger);
    }

    Totals at(LedgerPosition position) {
      return new Totals(bytes, shards, position);
    }
  }

  /** Version u8, bytes u64, shards u64, ledger generation u64, count u64, digest 32. */
  static byte[] write(Totals totals) {
    return ByteBuffer.allocate(33 + Digest.SIZE)
        .put((byte) VERSION)
        .putLong(totals.bytes)
        .putLong(totals.shards)
        .putLong(totals.ledger.generation())
        .putLong(totals.ledger.count())
        .put(totals.ledger.digest().toBytes())
        .array();
  }

  static Totals totals(byte[] row) throws IOException {
    ByteBuffer in = open(row, 33 + Digest.SIZE);
    long bytes = in.getLong();
    long shards = in.getLong();
    long generation = in.getLong();
    long count = in.getLong();
    byte[] digest = new byte[Digest.SIZE];
    in.get(digest);
    return new Totals(bytes, shards, new LedgerPosition(generation, count, new Digest(digest)));
  }

  static byte[] key(OwnerId owner, ShardName name) {
    return ByteBuffer.allocate(OwnerId.SIZE + ShardName.SIZE)
        .put(owner.toBytes())
        .put(name.toBytes())
        .array();
  }

  /**
   * Version u8, sealed length u64, sequence u64, holder's time u64, Merkle root 32, descriptor to
   * the end.
   */
  static byte[] write(HeldShard shard) {
    return ByteBuffer.allocate(25 + Digest.SIZE + shard.descriptor().length)
        .put((byte) VERSION)
        .putLong(shard.sealedLength())
        .putLong(shard.sequence())
        .putLong(shard.holderTime())
        .put(shard.merkleRoot().toBytes())
        .put(shard.descriptor())
        .array();
  }

  static HeldShard shard(byte[] key, byte[] row) throws IOException {
    ByteBuffer in = open(row, 25 + Digest.SIZE);
    long sealedLength = in.getLong();
    long sequence = in.getLong();
    long holderTime = in.getLong();
    byte[] root = new byte[Digest.SIZE];
    in.get(root);
    byte[] descriptor = new byte[in.remaining()];
    in.get(descriptor);
    return new HeldShard(
        name(key), descriptor, sealedLength, new Digest(root), sequence, holderTime);
  }

  /**
   * Visits the rows of an owner's shards in the order of their names.
   *
   * @param after names greater than this; null for the beginning
   */
  static void scan(RowView rows, OwnerId owner, ShardName after, Visitor visitor)
      throws IOException {
    byte[] from = after == null ? owner.toBytes() : key(owner, after);
    if (after != null) {
      from = Arrays.copyOf(from, from.length + 1); // the key right behind it
    }
    byte[] to = Arrays.copyOf(owner.toBytes(), OwnerId.SIZE + ShardName.SIZE + 1);
    Arrays.fill(to, OwnerId.SIZE, to.length, (byte) 0xff);
    rows.scan(Table.HELD_SHARDS, from, to, (key, value) -> visitor.visit(shard(key, value)));
  }

  /** Forgets all rows of an owner's shards; some at a time. */
  static void forget(Rows rows, OwnerId owner) throws IOException {
    while (true) {
      List<byte[]> keys = new ArrayList<>();
      scan(
          rows,
          owner,
          null,
          shard -> {
            keys.add(key(owner, shard.name()));
            return keys.size() < AT_ONCE;
          });
      if (keys.isEmpty()) {
        return;
      }
      Update update = new Update();
      keys.forEach(key -> update.delete(Table.HELD_SHARDS, key));
      rows.apply(update);
    }
  }

  /** Sees one shard after the other. */
  @FunctionalInterface
  interface Visitor {
    /** Returns whether to go on. */
    boolean visit(HeldShard shard) throws IOException;
  }

  private static ShardName name(byte[] key) throws IOException {
    try {
      return ShardName.parse(Arrays.copyOfRange(key, OwnerId.SIZE, key.length));
    } catch (CorruptDataException e) {
      throw new IOException("a row of the index is damaged", e);
    }
  }

  private static ByteBuffer open(byte[] row, int least) throws IOException {
    if (row.length < least || row[0] != VERSION) {
      throw new IOException("a row of the index is damaged, or of a version not known here");
    }
    return ByteBuffer.wrap(row, 1, row.length - 1);
  }
}
