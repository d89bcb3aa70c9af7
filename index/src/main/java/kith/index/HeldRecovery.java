package kith.index;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import kith.codec.CorruptDataException;
import kith.codec.ShardName;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings files, ledger and rows of one owner into accord when the store is opened. Rows that are
 * behind take over the end of the ledger; rows that are lost are made again from files and ledger,
 * which never costs a shard whose file is whole; a damaged ledger is healed from the rows, or begun
 * anew in the next generation.
 */
final class HeldRecovery {
  private static final Logger log = LoggerFactory.getLogger(HeldRecovery.class);
  private static final int AT_ONCE = 512;

  private final HeldPlace place;
  private final Rows rows;
  private final TrashTime time;
  private HeldRows.Totals totals;

  HeldRecovery(HeldPlace place, Rows rows, TrashTime time) {
    this.place = place;
    this.rows = rows;
    this.time = time;
  }

  HeldOwner open() throws IOException {
    removeUnfinished();
    byte[] row = rows.get(Table.HELD_OWNERS, place.owner().toBytes());
    totals = row == null ? null : HeldRows.totals(row);
    Ledger ledger = ledger();
    try {
      // Rows that have taken over nothing may be left of a crash in the middle of making them
      // again.
      if (totals == null || totals.ledger().count() == 0 || !isAt(ledger, totals.ledger())) {
        rebuild(ledger);
      } else {
        catchUp(ledger);
        removeStrays(ledger);
      }
      return new HeldOwner(place, rows, time, ledger, totals);
    } catch (CorruptDataException e) {
      ledger.close();
      throw new IOException("what is held for " + place.owner() + " cannot be opened", e);
    } catch (IOException | RuntimeException e) {
      ledger.close();
      throw e;
    }
  }

  /**
   * Takes over entries whose rows are missing, while nothing else changes.
   *
   * @return what the rows say afterwards
   */
  HeldRows.Totals catchUp(Ledger ledger, HeldRows.Totals from)
      throws IOException, CorruptDataException {
    totals = from;
    catchUp(ledger);
    return totals;
  }

  private void removeUnfinished() throws IOException {
    for (String name : place.disk().list(place.directory())) {
      if (name.endsWith(HeldPlace.UNFINISHED)) {
        place.disk().delete(place.directory().resolve(name));
      }
    }
  }

  private Ledger ledger() throws IOException {
    try {
      if (!place.disk().exists(place.ledger()) && hadLedger()) {
        throw new CorruptDataException("the file is gone");
      }
      return Ledger.open(place, totals == null ? 0 : totals.ledger().count());
    } catch (CorruptDataException e) {
      log.warn("the ledger of {}: {}", place.owner(), e.getMessage());
    }
    return new LedgerHealer(place, rows).heal(totals);
  }

  /** A ledger is begun before anything else comes to the folder. */
  private boolean hadLedger() throws IOException {
    return totals != null || !place.disk().list(place.directory()).isEmpty();
  }

  private static boolean isAt(Ledger ledger, LedgerPosition position)
      throws IOException, CorruptDataException {
    return position.count() <= ledger.position().count()
        && ledger.position(position.count()).equals(position);
  }

  /**
   * Makes all rows again. After a crash on the way the next start catches up from the beginning.
   */
  private void rebuild(Ledger ledger) throws IOException, CorruptDataException {
    log.info("making the index of what is held for {} again", place.owner());
    enterUnknown(ledger);
    totals = HeldRows.Totals.none(ledger.position(0));
    apply(new Update());
    HeldRows.forget(rows, place.owner());
    catchUp(ledger);
    for (String fileName : place.disk().list(place.directory())) {
      ShardName name = HeldPlace.shardName(fileName);
      if (name != null && !isKnown(name)) {
        // Its header is damaged and no entry tells what it was.
        log.info("removing shard {} of {}: the ledger has none", name, place.owner());
        place.disk().delete(place.shard(name));
      }
    }
    rows.sync();
  }

  private boolean isKnown(ShardName name) throws IOException {
    byte[] key = HeldRows.key(place.owner(), name);
    return rows.get(Table.HELD_SHARDS, key) != null || rows.get(Table.HELD_TRASH, key) != null;
  }

  /**
   * Puts that no entry tells of may have been acknowledged: what looks like a torn tail may be a
   * damaged one, and no rows are there that would know. Each file that is whole is entered again,
   * before there are rows that would hide it.
   */
  private void enterUnknown(Ledger ledger) throws IOException, CorruptDataException {
    Set<LedgerChange> entered = puts(ledger);
    List<LedgerEntry> more = new ArrayList<>();
    LedgerPosition at = ledger.position();
    for (String fileName : place.disk().list(place.directory())) {
      ShardName name = HeldPlace.shardName(fileName);
      HeldFormat.ShardHeader header = name == null ? null : LedgerHealer.header(place, name);
      if (header != null && !entered.contains(header.put())) {
        log.info("shard {} of {} is entered in the ledger again", name, place.owner());
        LedgerEntry entry = LedgerEntry.next(at, header.put());
        more.add(entry);
        at = entry.position(at.generation());
      }
    }
    ledger.accept(more);
  }

  private static Set<LedgerChange> puts(Ledger ledger) throws IOException, CorruptDataException {
    Set<LedgerChange> puts = new HashSet<>();
    for (long at = 0; at < ledger.position().count(); at += AT_ONCE) {
      for (LedgerEntry entry : ledger.entries(at, AT_ONCE)) {
        if (entry.change().kind() == LedgerChange.Kind.PUT) {
          puts.add(entry.change());
        }
      }
    }
    return puts;
  }

  /** Takes over the entries that the rows do not have yet; any number of times. */
  private void catchUp(Ledger ledger) throws IOException, CorruptDataException {
    LedgerPosition end = ledger.position();
    if (totals.ledger().equals(end)) {
      return;
    }
    for (Last last : lastEntries(ledger).values()) {
      take(last);
    }
    totals = totals.at(end);
    apply(new Update());
  }

  /** Brings the rows of one shard up to the last that the ledger says of it. */
  private void take(Last last) throws IOException {
    ShardName name = last.entry.change().shard();
    Update update = new Update();
    HeldShard before = remove(name, update);
    if (last.entry.change().kind() == LedgerChange.Kind.PUT) {
      add(last.entry, update);
    } else {
      HeldShard dropped = last.put == null ? before : dropped(last.put);
      if (dropped != null && place.disk().exists(place.shard(name))) {
        addTrash(HeldTrash.Item.of(dropped, time.millis(), last.entry), update);
      }
    }
    apply(update);
  }

  /**
   * What the rows are behind with of a shard.
   *
   * @param entry the last that the ledger says of it
   * @param put its last put; null if that stands before
   */
  private record Last(LedgerEntry entry, LedgerEntry put) {
    static Last of(LedgerEntry entry, Last before) {
      boolean isPut = entry.change().kind() == LedgerChange.Kind.PUT;
      return new Last(entry, isPut ? entry : before == null ? null : before.put);
    }
  }

  /** Of each shard that the rows are behind with. Counts the drops on the way. */
  private Map<ShardName, Last> lastEntries(Ledger ledger) throws IOException, CorruptDataException {
    Map<ShardName, Last> last = new TreeMap<>();
    for (long at = totals.ledger().count(); at < ledger.position().count(); at += AT_ONCE) {
      for (LedgerEntry entry : ledger.entries(at, AT_ONCE)) {
        ShardName name = entry.change().shard();
        last.put(name, Last.of(entry, last.get(name)));
        if (entry.change().kind() == LedgerChange.Kind.DROP) {
          totals = totals.dropped(entry.sequence());
        }
      }
    }
    return last;
  }

  /**
   * Removes the files that have their name and no row, while the rows are in accord with the
   * ledger: put and never acknowledged. Where the ledger names one the row was lost, that of a
   * shard or of one in the trash, and then all rows are made again instead.
   */
  private void removeStrays(Ledger ledger) throws IOException, CorruptDataException {
    Set<ShardName> strays = filesWithoutRow();
    if (!strays.isEmpty() && anyStands(strays, ledger)) {
      log.warn("rows of what is held for {} are lost", place.owner());
      rebuild(ledger);
      return;
    }
    for (ShardName name : strays) {
      log.info("removing shard {} of {}: it is not kept", name, place.owner());
      place.disk().delete(place.shard(name));
    }
  }

  private Set<ShardName> filesWithoutRow() throws IOException {
    Set<ShardName> names = new HashSet<>();
    for (String fileName : place.disk().list(place.directory())) {
      ShardName name = HeldPlace.shardName(fileName);
      if (name != null) {
        names.add(name);
      }
    }
    HeldRows.scan(
        rows,
        place.owner(),
        null,
        shard -> {
          names.remove(shard.name());
          return true;
        });
    HeldTrash.scan(
        rows,
        place.owner(),
        null,
        item -> {
          names.remove(item.shard().name());
          return true;
        });
    return names;
  }

  /** Whether the ledger knows any of them, and its file is what was put. */
  private boolean anyStands(Set<ShardName> names, Ledger ledger)
      throws IOException, CorruptDataException {
    Map<ShardName, LedgerEntry> puts = new TreeMap<>();
    for (long at = 0; at < ledger.position().count(); at += AT_ONCE) {
      for (LedgerEntry entry : ledger.entries(at, AT_ONCE)) {
        ShardName name = entry.change().shard();
        if (entry.change().kind() == LedgerChange.Kind.PUT && names.contains(name)) {
          puts.put(name, entry);
        }
      }
    }
    for (LedgerEntry put : puts.values()) {
      if (shard(put) != null) {
        return true;
      }
    }
    return false;
  }

  private void apply(Update update) throws IOException {
    rows.apply(update.put(Table.HELD_OWNERS, place.owner().toBytes(), HeldRows.write(totals)));
  }

  /** Returns what the rows had of the shard; null if nothing. */
  private HeldShard remove(ShardName name, Update update) throws IOException {
    byte[] key = HeldRows.key(place.owner(), name);
    HeldTrash.Item trashed = HeldTrash.find(rows, place.owner(), name).orElse(null);
    if (trashed != null) {
      totals = totals.plusTrash(-trashed.shard().sealedLength(), -1);
      HeldTrash.delete(update, place.owner(), name);
    }
    byte[] row = rows.get(Table.HELD_SHARDS, key);
    if (row == null) {
      return trashed == null ? null : trashed.shard();
    }
    HeldShard shard = HeldRows.shard(key, row);
    totals = totals.plus(-shard.sealedLength(), -1);
    update.delete(Table.HELD_SHARDS, key);
    return shard;
  }

  private void addTrash(HeldTrash.Item item, Update update) {
    HeldTrash.put(update, place.owner(), item);
    totals = totals.plusTrash(item.shard().sealedLength(), 1);
  }

  private void add(LedgerEntry entry, Update update) throws IOException {
    HeldShard shard = shard(entry);
    if (shard == null) {
      log.warn("shard {} of {} is lost", entry.change().shard(), place.owner());
      return;
    }
    byte[] key = HeldRows.key(place.owner(), shard.name());
    update.put(Table.HELD_SHARDS, key, HeldRows.write(shard));
    totals = totals.plus(shard.sealedLength(), 1);
  }

  /** The same of one that was dropped since: taking it out of the trash may have begun. */
  private HeldShard dropped(LedgerEntry entry) throws IOException {
    LedgerChange put = entry.change();
    HeldFormat.ShardHeader header = null;
    try {
      header = place.header(put.shard()).at(put.holderTime());
    } catch (NoSuchFileException | CorruptDataException e) {
      log.debug("shard {} of {} in the trash", put.shard(), place.owner(), e);
    }
    boolean same = header != null && header.put().equals(put);
    return same ? header.shard(entry.sequence()) : shard(entry);
  }

  /** The shard that an entry put, or null if its file is lost or another. */
  private HeldShard shard(LedgerEntry entry) throws IOException {
    LedgerChange put = entry.change();
    try {
      HeldFormat.ShardHeader header = place.header(put.shard());
      return header.put().equals(put) ? header.shard(entry.sequence()) : null;
    } catch (NoSuchFileException e) {
      return null;
    } catch (CorruptDataException e) {
      // The blocks may be well; only the descriptor is lost with the header.
      log.warn("shard {} of {}: {}", put.shard(), place.owner(), e.getMessage());
      return new HeldShard(
          put.shard(),
          new byte[0],
          put.sealedLength(),
          put.merkleRoot(),
          entry.sequence(),
          put.holderTime());
    }
  }
}
