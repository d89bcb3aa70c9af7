package kith.peer;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import kith.codec.CorruptDataException;
import kith.codec.OwnerId;
import kith.codec.ShardName;
import kith.index.Rows;
import kith.index.Table;
import kith.index.Update;

/**
 * Shards of partners that this holder knows to be damaged or lost on its disk, and admits to have
 * lost, until they are put again. Kept in memory and as rows of META. Bounded. Safe for any number
 * of threads.
 */
public final class DamagedShards {
  /** Beyond these no more are remembered; they are found again when those are put anew. */
  static final int MOST = 65_536;

  private static final byte[] PREFIX = {'h', 'e', 'l', 'd', '-', 'l', 'o', 's', 't'};
  private static final int VERSION = 1;

  private final Rows rows;
  private final NavigableMap<Key, Instant> known = new TreeMap<>();

  private record Key(OwnerId owner, ShardName shard) implements Comparable<Key> {
    @Override
    public int compareTo(Key other) {
      int byOwner = owner.compareTo(other.owner);
      return byOwner != 0 ? byOwner : shard.compareTo(other.shard);
    }

    byte[] row() {
      return ByteBuffer.allocate(PREFIX.length + OwnerId.SIZE + ShardName.SIZE)
          .put(PREFIX)
          .put(owner.toBytes())
          .put(shard.toBytes())
          .array();
    }

    static Key of(byte[] row) throws CorruptDataException {
      int at = PREFIX.length + OwnerId.SIZE;
      return new Key(
          new OwnerId(Arrays.copyOfRange(row, PREFIX.length, at)),
          ShardName.parse(Arrays.copyOfRange(row, at, row.length)));
    }
  }

  /**
   * Reads the rows; those that cannot be read are forgotten: the shards are found damaged again.
   */
  public DamagedShards(Rows rows) throws IOException {
    this.rows = rows;
    var gone = new Update();
    rows.scan(
        Table.META,
        PREFIX,
        null,
        (key, row) -> {
          boolean ours = Arrays.equals(PREFIX, Arrays.copyOf(key, PREFIX.length));
          if (ours) {
            read(key, row, gone);
          }
          return ours;
        });
    rows.apply(gone);
  }

  private void read(byte[] key, byte[] row, Update gone) {
    try {
      if (key.length != PREFIX.length + OwnerId.SIZE + ShardName.SIZE
          || row.length != 1 + Long.BYTES
          || row[0] != VERSION) {
        throw new CorruptDataException("no row of a damaged shard");
      }
      known.put(Key.of(key), Instant.ofEpochMilli(ByteBuffer.wrap(row).getLong(1)));
    } catch (CorruptDataException e) {
      gone.delete(Table.META, key);
    }
  }

  /** Remembers one, durably; returns whether it was not known. */
  synchronized boolean add(OwnerId owner, ShardName shard, Instant now) throws IOException {
    var key = new Key(owner, shard);
    if (known.containsKey(key) || known.size() >= MOST) {
      return false;
    }
    byte[] row =
        ByteBuffer.allocate(1 + Long.BYTES).put((byte) VERSION).putLong(now.toEpochMilli()).array();
    rows.apply(new Update().put(Table.META, key.row(), row));
    rows.sync();
    known.put(key, now);
    return true;
  }

  /** It was put again, or is needed no more. */
  synchronized void remove(OwnerId owner, ShardName shard) throws IOException {
    var key = new Key(owner, shard);
    if (known.containsKey(key)) {
      rows.apply(new Update().delete(Table.META, key.row()));
      known.remove(key);
    }
  }

  synchronized boolean contains(OwnerId owner, ShardName shard) {
    return known.containsKey(new Key(owner, shard));
  }

  /** Some of an owner's. */
  synchronized List<ShardName> of(OwnerId owner, int most) {
    var names = new ArrayList<ShardName>();
    for (Key key : known.keySet()) {
      if (key.owner.equals(owner) && names.size() < most) {
        names.add(key.shard);
      }
    }
    return names;
  }

  /** How many there are. */
  public synchronized int count() {
    return known.size();
  }
}
