package kith.index;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import kith.codec.OwnerId;
import kith.codec.ShardName;

/**
 * Rows of the table HELD_TRASH: shards that were dropped and whose files are still here. Format:
 * docs/formats/index.md. Stateless.
 */
final class HeldTrash {
  private static final int VERSION = 1;
  private static final int FIXED = 1 + 3 * Long.BYTES;

  private HeldTrash() {}

  /**
   * A shard in the trash.
   *
   * @param shard as it was before
   * @param since the observed time when it came there, in ms
   * @param dropSequence of its drop in the ledger
   * @param dropTime of its drop, by our clock, in ms since 1970
   */
  record Item(HeldShard shard, long since, long dropSequence, long dropTime) {
    static Item of(HeldShard shard, long since, LedgerEntry drop) {
      return new Item(shard, since, drop.sequence(), drop.change().holderTime());
    }

    /** How much longer it stays, in ms; 0 or less when it may go. */
    long left(long observed) {
      // Rows that a power loss set back may know less time than the item does.
      return HoldingStore.TRASH_TIME.toMillis() - Math.max(0, observed - since);
    }

    /** What its drop says in the ledger. */
    LedgerChange drop() {
      return new LedgerChange(
          LedgerChange.Kind.DROP, shard.name(), shard.sealedLength(), shard.merkleRoot(), dropTime);
    }

    byte[] encode() {
      byte[] row = HeldRows.write(shard);
      return ByteBuffer.allocate(FIXED + row.length)
          .put((byte) VERSION)
          .putLong(since)
          .putLong(dropSequence)
          .putLong(dropTime)
          .put(row)
          .array();
    }
  }

  private static Item decode(byte[] key, byte[] row) throws IOException {
    if (row.length < FIXED || row[0] != VERSION) {
      throw new IOException("a row of the trash is damaged, or of a version not known here");
    }
    ByteBuffer in = ByteBuffer.wrap(row, 1, FIXED - 1);
    long since = in.getLong();
    long sequence = in.getLong();
    long time = in.getLong();
    HeldShard shard = HeldRows.shard(key, Arrays.copyOfRange(row, FIXED, row.length));
    return new Item(shard, since, sequence, time);
  }

  static Optional<Item> find(RowView rows, OwnerId owner, ShardName name) throws IOException {
    byte[] key = HeldRows.key(owner, name);
    byte[] row = rows.get(Table.HELD_TRASH, key);
    return row == null ? Optional.empty() : Optional.of(decode(key, row));
  }

  /** Sees one after the other. */
  @FunctionalInterface
  interface Visitor {
    /** Returns whether to go on. */
    boolean visit(Item item) throws IOException;
  }

  /** Visits an owner's trash in the order of names, from behind a name; null: all of it. */
  static void scan(RowView rows, OwnerId owner, ShardName after, Visitor visitor)
      throws IOException {
    HeldRows.scan(
        rows, Table.HELD_TRASH, owner, after, (key, row) -> visitor.visit(decode(key, row)));
  }

  /**
   * What may go.
   *
   * @param limit how many at most
   */
  static List<ShardName> due(RowView rows, OwnerId owner, long observed, int limit)
      throws IOException {
    List<ShardName> due = new ArrayList<>();
    scan(
        rows,
        owner,
        null,
        item -> {
          if (item.left(observed) <= 0) {
            due.add(item.shard().name());
          }
          return due.size() < limit;
        });
    return due;
  }

  static void put(Update update, OwnerId owner, Item item) {
    update.put(Table.HELD_TRASH, HeldRows.key(owner, item.shard().name()), item.encode());
  }

  static void delete(Update update, OwnerId owner, ShardName name) {
    update.delete(Table.HELD_TRASH, HeldRows.key(owner, name));
  }
}
