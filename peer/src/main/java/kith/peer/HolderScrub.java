package kith.peer;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import kith.codec.CorruptDataException;
import kith.codec.OwnerId;
import kith.codec.ShardName;
import kith.index.HeldShard;
import kith.index.HoldingStore;
import kith.index.Rows;
import kith.index.Table;
import kith.index.Update;

/**
 * Reads everything again that is kept for partners, evenly over a fortnight, and compares it with
 * the Merkle roots that were acknowledged: what is damaged is admitted before an audit finds it.
 * Where it was stands in a row of META, so that it goes on after a restart. For one thread.
 */
public final class HolderScrub {
  /** In which all is read once. */
  static final Duration PASS = Duration.ofDays(15);

  /** The least that one tick may read, in bytes, if so much is due. */
  static final long AT_ONCE = 64 << 20;

  /** Ticks, a minute apart, in which all can be read at the fastest. */
  private static final long TICKS = Duration.ofDays(10).toMinutes();

  private static final byte[] KEY = {'h', 'e', 'l', 'd', '-', 's', 'c', 'r', 'u', 'b'};
  private static final int VERSION = 1;
  private static final int FIXED = 1 + 2 * Long.BYTES;

  private final HoldingStore store;
  private final AuditDesk desk;
  private final Rows rows;
  private final InstantSource clock;

  /** So far in this pass. */
  private Position at;

  public HolderScrub(HoldingStore store, AuditDesk desk, Rows rows, InstantSource clock)
      throws IOException {
    this.store = store;
    this.desk = desk;
    this.rows = rows;
    this.clock = clock;
    at = Position.of(rows.get(Table.META, KEY)).orElseGet(() -> Position.begin(clock.instant()));
  }

  /**
   * How far a pass is.
   *
   * @param began when
   * @param read bytes since
   * @param owner whose shard was the last; null at the beginning
   * @param shard the last
   */
  private record Position(Instant began, long read, OwnerId owner, ShardName shard) {
    static Position begin(Instant now) {
      return new Position(now, 0, null, null);
    }

    Position past(OwnerId whose, HeldShard held) {
      return new Position(began, read + held.sealedLength(), whose, held.name());
    }

    byte[] toRow() {
      ByteBuffer out =
          ByteBuffer.allocate(FIXED + (owner == null ? 0 : OwnerId.SIZE + ShardName.SIZE));
      out.put((byte) VERSION).putLong(began.toEpochMilli()).putLong(read);
      return owner == null ? out.array() : out.put(owner.toBytes()).put(shard.toBytes()).array();
    }

    /** Empty where there is no row, or none that can be read: a new pass begins. */
    static Optional<Position> of(byte[] row) {
      if (row == null || row.length < FIXED || row[0] != VERSION) {
        return Optional.empty();
      }
      ByteBuffer in = ByteBuffer.wrap(row, 1, row.length - 1);
      Instant began = Instant.ofEpochMilli(in.getLong());
      long read = in.getLong();
      if (in.remaining() != OwnerId.SIZE + ShardName.SIZE) {
        return Optional.of(new Position(began, read, null, null));
      }
      byte[] owner = new byte[OwnerId.SIZE];
      byte[] shard = new byte[ShardName.SIZE];
      in.get(owner).get(shard);
      try {
        return Optional.of(new Position(began, read, new OwnerId(owner), ShardName.parse(shard)));
      } catch (CorruptDataException e) {
        return Optional.empty();
      }
    }
  }

  /** Reads what is due, or as much of it as one tick may; returns 0: there is time. */
  public int tick() throws IOException {
    if (desk.health().isSick()) {
      return 0;
    }
    Instant now = clock.instant();
    if (now.isBefore(at.began)) {
      at = new Position(now, 0, at.owner, at.shard); // the clock went back
    }
    long total = 0;
    for (OwnerId owner : store.owners()) {
      total += store.usedBytes(owner);
    }
    OptionalLong due = due(total, now);
    long budget = Math.max(AT_ONCE, total / TICKS);
    long before = at.read;
    while ((due.isEmpty() || at.read < due.getAsLong()) && at.read - before < budget) {
      if (!next(now)) {
        break;
      }
    }
    rows.apply(new Update().put(Table.META, KEY, at.toRow()));
    return 0;
  }

  /** Bytes that should have been read by now; empty for all. */
  private OptionalLong due(long total, Instant now) {
    Duration since = Duration.between(at.began, now);
    return since.compareTo(PASS) >= 0
        ? OptionalLong.empty()
        : OptionalLong.of((long) ((double) total * since.toMillis() / PASS.toMillis()));
  }

  /** Reads one shard; false at the end of a pass. */
  private boolean next(Instant now) throws IOException {
    for (OwnerId owner : store.owners()) {
      int order = at.owner == null ? 1 : owner.compareTo(at.owner);
      List<HeldShard> held =
          order < 0 ? List.of() : store.list(owner, order == 0 ? at.shard : null, 1);
      if (!held.isEmpty()) {
        check(owner, held.get(0).name());
        at = at.past(owner, held.get(0));
        return true;
      }
    }
    at = Position.begin(now);
    return false;
  }

  private void check(OwnerId owner, ShardName shard) throws IOException {
    if (store.isWhole(owner, shard)) {
      desk.put(owner, shard);
    } else {
      desk.damaged(owner, shard);
    }
  }
}
