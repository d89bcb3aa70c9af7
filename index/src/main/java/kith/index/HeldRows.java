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
  private static final int TOTALS_VERSION = 2;
  private static final int TOTALS_SIZE = 57 + Digest.SIZE;
  private static final int AT_ONCE = 512;

  private HeldRows() {}

  /**
   * What the index knows about an owner's shards here.
   *
   * @param bytes sealed bytes of all that were not dropped
   * @param shards how many
   * @param trash those that were dropped and are still here
   * @param ledger up to where the rows of the shards are as the ledger says
   */
  record Totals(long bytes, long shards, Trash trash, LedgerPosition ledger) {
    /** Nothing yet. */
    static Totals none(LedgerPosition ledger) {
      return new Totals(0, 0, new Trash(0, 0, 0), ledger);
    }

    Totals plus(long moreBytes, long moreShards) {
      return new Totals(bytes + moreBytes, shards + moreShards, trash, ledger);
    }

    Totals plusTrash(long moreBytes, long moreShards) {
      Trash more = new Trash(trash.bytes + moreBytes, trash.shards + moreShards, trash.droppedUpTo);
      return new Totals(bytes, shards, more, ledger);
    }

    /** With a drop at that place in the ledger. */
    Totals dropped(long sequence) {
      long upTo = Math.max(trash.droppedUpTo, sequence + 1);
      return new Totals(bytes, shards, new Trash(trash.bytes, trash.shards, upTo), ledger);
    }

    /**
     * With what an entry of the ledger did.
     *
     * @param fromTrash whether the shard that was put was in the trash
     */
    Totals with(LedgerEntry entry, boolean fromTrash) {
      long length = entry.change().sealedLength();
      if (entry.change().kind() == LedgerChange.Kind.DROP) {
        return plus(-length, -1).plusTrash(length, 1).dropped(entry.sequence());
      }
      return fromTrash ? plus(length, 1).plusTrash(-length, -1) : plus(length, 1);
    }

    Totals at(LedgerPosition position) {
      return new Totals(bytes, shards, trash, position);
    }
  }

  /**
   * What was dropped.
   *
   * @param bytes sealed bytes in the trash
   * @param shards how many
   * @param droppedUpTo how many entries of the ledger there are up to the last drop; 0 for none
   */
  record Trash(long bytes, long shards, long droppedUpTo) {}

  /**
   * Version u8, bytes u64, shards u64, ledger generation u64, count u64, digest 32, bytes in the
   * trash u64, shards there u64, entries up to the last drop u64.
   */
  static byte[] write(Totals totals) {
    return ByteBuffer.allocate(TOTALS_SIZE)
        .put((byte) TOTALS_VERSION)
        .putLong(totals.bytes)
        .putLong(totals.shards)
        .putLong(totals.ledger.generation())
        .putLong(totals.ledger.count())
        .put(totals.ledger.digest().toBytes())
        .putLong(totals.trash.bytes)
        .putLong(totals.trash.shards)
        .putLong(totals.trash.droppedUpTo)
        .array();
  }

  /** Also of version 1, which had no trash. */
  static Totals totals(byte[] row) throws IOException {
    boolean old = row.length > 0 && row[0] == VERSION;
    ByteBuffer in = open(row, old ? 33 + Digest.SIZE : TOTALS_SIZE, old ? VERSION : TOTALS_VERSION);
    long bytes = in.getLong();
    long shards = in.getLong();
    long generation = in.getLong();
    long count = in.getLong();
    byte[] digest = new byte[Digest.SIZE];
    in.get(digest);
    Trash trash = old ? new Trash(0, 0, 0) : new Trash(in.getLong(), in.getLong(), in.getLong());
    LedgerPosition ledger = new LedgerPosition(generation, count, new Digest(digest));
    return new Totals(bytes, shards, trash, ledger);
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
    ByteBuffer in = open(row, 25 + Digest.SIZE, VERSION);
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
    scan(rows, Table.HELD_SHARDS, owner, after, (key, row) -> visitor.visit(shard(key, row)));
  }

  /** Visits an owner's rows of one of the tables by owner and shard. */
  static void scan(
      RowView rows, Table table, OwnerId owner, ShardName after, RowView.RowVisitor visitor)
      throws IOException {
    byte[] from = after == null ? owner.toBytes() : key(owner, after);
    if (after != null) {
      from = Arrays.copyOf(from, from.length + 1); // the key right behind it
    }
    byte[] to = Arrays.copyOf(owner.toBytes(), OwnerId.SIZE + ShardName.SIZE + 1);
    Arrays.fill(to, OwnerId.SIZE, to.length, (byte) 0xff);
    rows.scan(table, from, to, visitor);
  }

  /** Forgets all rows of an owner's shards, and of those in the trash; some at a time. */
  static void forget(Rows rows, OwnerId owner) throws IOException {
    for (Table table : new Table[] {Table.HELD_SHARDS, Table.HELD_TRASH}) {
      List<byte[]> keys = new ArrayList<>();
      do {
        keys.clear();
        scan(
            rows,
            table,
            owner,
            null,
            (key, row) -> {
              keys.add(key);
              return keys.size() < AT_ONCE;
            });
        Update update = new Update();
        keys.forEach(key -> update.delete(table, key));
        rows.apply(update);
      } while (!keys.isEmpty());
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

  private static ByteBuffer open(byte[] row, int least, int version) throws IOException {
    if (row.length < least || row[0] != version) {
      throw new IOException("a row of the index is damaged, or of a version not known here");
    }
    return ByteBuffer.wrap(row, 1, row.length - 1);
  }
}
