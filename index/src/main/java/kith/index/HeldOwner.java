package kith.index;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import kith.codec.CorruptDataException;
import kith.codec.NotPermittedException;
import kith.codec.ShardName;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The shards of one owner: how they come and go. A shard becomes durable in the order file, name,
 * ledger entry; its row follows. Safe for any number of threads: different shards are forced beside
 * each other and share forces.
 */
final class HeldOwner implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(HeldOwner.class);

  private final HeldPlace place;
  private final Rows rows;
  private final TrashTime time;
  private final Ledger ledger;
  private final HeldHeads heads;
  private final GroupForce directoryForce;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition idle = lock.newCondition();

  /** Shards that come or go just now. Guarded by the lock. */
  private final Set<ShardName> busy = new HashSet<>();

  /** Ledger entries whose rows are applied while those of earlier ones are not yet. */
  private final TreeMap<Long, LedgerEntry> ahead = new TreeMap<>();

  private HeldRows.Totals totals;

  /** Whether the ledger may have an entry whose row was not applied, after an error. */
  private boolean behind;

  /**
   * @param totals what the rows say, in accord with the ledger
   */
  HeldOwner(HeldPlace place, Rows rows, TrashTime time, Ledger ledger, HeldRows.Totals totals) {
    this.place = place;
    this.rows = rows;
    this.time = time;
    this.ledger = ledger;
    this.totals = totals;
    this.heads = new HeldHeads(place);
    this.directoryForce = new GroupForce(() -> place.disk().forceDirectory(place.directory()));
  }

  HeldPlace place() {
    return place;
  }

  Ledger ledger() {
    return ledger;
  }

  /** How much there is. */
  HeldRows.Totals totals() {
    lock.lock();
    try {
      return totals;
    } finally {
      lock.unlock();
    }
  }

  /** The shard, or null. */
  HeldShard find(ShardName name) throws IOException {
    byte[] key = HeldRows.key(place.owner(), name);
    byte[] row = rows.get(Table.HELD_SHARDS, key);
    return row == null ? null : HeldRows.shard(key, row);
  }

  /**
   * Takes over a shard that lies whole and durable under another name.
   *
   * @param unfinished the file; gone afterwards, also after an error
   */
  LedgerEntry commit(HeldFormat.ShardHeader header, Path unfinished)
      throws IOException, CorruptDataException, NotPermittedException {
    try {
      enter(header.name());
      try {
        HeldShard there = find(header.name());
        return there == null ? put(header, unfinished) : putAgain(there, header, unfinished);
      } finally {
        leave(header.name());
      }
    } finally {
      place.disk().delete(unfinished);
    }
  }

  /** Also where one of the name lies in the trash: it must be the same, and leaves it. */
  private LedgerEntry put(HeldFormat.ShardHeader header, Path unfinished)
      throws IOException, NotPermittedException {
    HeldTrash.Item trashed = HeldTrash.find(rows, place.owner(), header.name()).orElse(null);
    if (trashed != null && !isSame(trashed.shard(), header)) {
      throw new NotPermittedException(
          "another shard " + header.name() + " is in the trash, and shards never change");
    }
    place.disk().rename(unfinished, place.shard(header.name()));
    try {
      directoryForce.force();
    } catch (IOException e) {
      if (trashed == null) {
        place.disk().delete(place.shard(header.name())); // no entry, no row: nobody else would
      }
      throw e;
    }
    LedgerEntry entry = append(header.put());
    HeldShard shard = header.shard(entry.sequence());
    byte[] key = HeldRows.key(place.owner(), shard.name());
    Update update = new Update().put(Table.HELD_SHARDS, key, HeldRows.write(shard));
    HeldTrash.delete(update, place.owner(), shard.name());
    applied(entry, update, trashed != null);
    return entry;
  }

  private static boolean isSame(HeldShard there, HeldFormat.ShardHeader header) {
    return there.merkleRoot().equals(header.merkleRoot())
        && there.sealedLength() == header.sealedLength();
  }

  /** The same bytes once more: they replace the file, which may have been damaged. */
  private LedgerEntry putAgain(HeldShard there, HeldFormat.ShardHeader header, Path unfinished)
      throws IOException, CorruptDataException, NotPermittedException {
    HeldFormat.ShardHeader same =
        new HeldFormat.ShardHeader(
            place.owner(),
            header.name(),
            header.descriptor(),
            header.sealedLength(),
            header.merkleRoot(),
            there.holderTime());
    HeldShard again = same.shard(there.sequence());
    boolean bare = there.descriptor().length == 0; // lost with the header of a damaged file
    if (!(bare ? again.put().equals(there.put()) : again.equals(there))) {
      throw new NotPermittedException(
          "another shard " + header.name() + " is kept, and shards never change");
    }
    try (DiskFile file = place.disk().open(unfinished)) {
      file.write(HeldFormat.write(same), 0);
      file.force();
    }
    place.disk().rename(unfinished, place.shard(header.name()));
    directoryForce.force();
    if (bare) {
      byte[] key = HeldRows.key(place.owner(), again.name());
      rows.apply(new Update().put(Table.HELD_SHARDS, key, HeldRows.write(again)));
    }
    return ledger.entries(there.sequence(), 1).get(0);
  }

  /** Lets a shard lie in the trash: its file stays as it is. */
  LedgerEntry drop(ShardName name, long holderTime) throws IOException, CorruptDataException {
    enter(name);
    try {
      HeldShard there = find(name);
      if (there == null) {
        throw new NoSuchShardException("shard " + name + " is not kept here");
      }
      LedgerEntry entry =
          append(
              new LedgerChange(
                  LedgerChange.Kind.DROP,
                  name,
                  there.sealedLength(),
                  there.merkleRoot(),
                  holderTime));
      byte[] key = HeldRows.key(place.owner(), name);
      Update update = new Update().delete(Table.HELD_SHARDS, key);
      HeldTrash.put(update, place.owner(), HeldTrash.Item.of(there, time.millis(), entry));
      applied(entry, update, false);
      return entry;
    } finally {
      leave(name);
    }
  }

  /**
   * Takes a shard out of the trash. Its file is written anew with the time of the new put, as if it
   * had come again.
   *
   * @param unfinished where; gone afterwards, also after an error
   */
  LedgerEntry restore(ShardName name, long holderTime, Path unfinished)
      throws IOException, CorruptDataException {
    enter(name);
    try {
      HeldTrash.Item item =
          HeldTrash.find(rows, place.owner(), name)
              .orElseThrow(
                  () -> new NoSuchShardException("shard " + name + " is not in the trash"));
      return put(ShardCheck.copy(place, item.shard(), holderTime, unfinished), unfinished);
    } catch (NotPermittedException e) {
      throw new CorruptDataException("the file of shard " + name + " is another's", e);
    } finally {
      try {
        place.disk().delete(unfinished);
      } finally {
        leave(name);
      }
    }
  }

  /**
   * Removes a shard for which the time in the trash is over: first the file, so that one without a
   * row is one whose row was lost.
   *
   * @return false if it is not in the trash any more
   */
  boolean remove(ShardName name) throws IOException, CorruptDataException {
    enter(name);
    try {
      HeldTrash.Item item = HeldTrash.find(rows, place.owner(), name).orElse(null);
      if (item == null || item.left(time.millis()) > 0) {
        return false;
      }
      place.disk().delete(place.shard(name));
      directoryForce.force();
      Update update = new Update();
      HeldTrash.delete(update, place.owner(), name);
      lock.lock();
      try {
        apply(update, totals.plusTrash(-item.shard().sealedLength(), -1));
      } finally {
        lock.unlock();
      }
      return true;
    } finally {
      leave(name);
    }
  }

  private void apply(Update update, HeldRows.Totals next) throws IOException {
    rows.apply(update.put(Table.HELD_OWNERS, place.owner().toBytes(), HeldRows.write(next)));
    totals = next;
  }

  /**
   * Applies the row of a durable ledger entry and counts it.
   *
   * @param fromTrash whether the shard that was put was in the trash
   */
  private void applied(LedgerEntry entry, Update update, boolean fromTrash) throws IOException {
    lock.lock();
    try {
      HeldRows.Totals next = totals.with(entry, fromTrash);
      ahead.put(entry.sequence(), entry);
      LedgerPosition at = next.ledger();
      for (LedgerEntry first = ahead.remove(at.count());
          first != null;
          first = ahead.remove(at.count())) {
        at = first.position(at.generation());
      }
      apply(update, next.at(at));
    } catch (IOException e) {
      behind = true;
      throw e;
    } finally {
      lock.unlock();
    }
  }

  private LedgerEntry append(LedgerChange change) throws IOException {
    try {
      return ledger.append(change);
    } catch (IOException e) {
      lock.lock();
      try {
        behind = true;
      } finally {
        lock.unlock();
      }
      throw e;
    }
  }

  private void enter(ShardName name) throws IOException, CorruptDataException {
    lock.lock();
    try {
      while (busy.contains(name) || (behind && !busy.isEmpty())) {
        idle.awaitUninterruptibly();
      }
      if (behind) {
        settle();
      }
      busy.add(name);
    } finally {
      lock.unlock();
    }
  }

  private void leave(ShardName name) {
    lock.lock();
    try {
      busy.remove(name);
      if (behind && busy.isEmpty()) {
        settle();
      }
    } catch (IOException | CorruptDataException e) {
      log.info("after an error at {}: the next shard tries again", place.owner(), e);
    } finally {
      idle.signalAll();
      lock.unlock();
    }
  }

  /**
   * Brings ledger, rows and files into accord after an error, while nothing comes or goes: entries
   * that did not become durable are taken back, and their files go; the others get their rows.
   */
  private void settle() throws IOException, CorruptDataException {
    List<LedgerEntry> withdrawn = ledger.withdraw();
    totals = new HeldRecovery(place, rows, time).catchUp(ledger, totals);
    ahead.clear();
    behind = false;
    for (LedgerEntry entry : withdrawn) {
      ShardName name = entry.change().shard();
      if (find(name) == null && HeldTrash.find(rows, place.owner(), name).isEmpty()) {
        place.disk().delete(place.shard(name));
      }
    }
  }

  /**
   * Reads sealed bytes of a shard.
   *
   * @param offset in the sealed shard
   */
  byte[] read(ShardName name, long offset, int length) throws IOException, CorruptDataException {
    byte[] bytes = new byte[length];
    try (DiskFile file = place.disk().openRead(place.shard(name))) {
      if (file.read(ByteBuffer.wrap(bytes), HeldFormat.SHARD_HEADER + offset) < length) {
        throw new CorruptDataException("the file of shard " + name + " is cut short");
      }
    } catch (java.nio.file.NoSuchFileException e) {
      throw new CorruptDataException("the file of shard " + name + " is lost", e);
    }
    return bytes;
  }

  void putHead(HeldHead head, long epoch) throws IOException, NotPermittedException {
    lock.lock();
    try {
      heads.put(head, epoch);
    } finally {
      lock.unlock();
    }
  }

  HeldHeads heads() {
    return heads;
  }

  @Override
  public void close() throws IOException {
    ledger.close();
  }
}
