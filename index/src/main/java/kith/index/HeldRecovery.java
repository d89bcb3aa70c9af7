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
  private HeldRows.Totals totals;

  HeldRecovery(HeldPlace place, Rows rows) {
    this.place = place;
    this.rows = rows;
  }

  HeldOwner open() throws IOException {
    removeUnfinished();
    byte[] row = rows.get(Table.HELD_OWNERS, place.owner().toBytes());
    totals = row == null ? null : HeldRows.totals(row);
    Ledger ledger = ledger();
    try {
      if (totals == null || !isAt(ledger, totals.ledger())) {
        rebuild(ledger);
      } else {
        catchUp(ledger);
        removeStrays(ledger);
      }
      return new HeldOwner(place, rows, ledger, totals);
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
    totals = new HeldRows.Totals(0, 0, ledger.position(0));
    apply(new Update());
    HeldRows.forget(rows, place.owner());
    catchUp(ledger);
    for (String fileName : place.disk().list(place.directory())) {
      ShardName name = HeldPlace.shardName(fileName);
      if (name != null && rows.get(Table.HELD_SHARDS, HeldRows.key(place.owner(), name)) == null) {
        // Dropped, or its header is damaged and no entry tells what it was.
        log.info("removing shard {} of {}: the ledger has none", name, place.owner());
        place.disk().delete(place.shard(name));
      }
    }
    rows.sync();
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
    for (LedgerEntry entry : lastEntries(ledger).values()) {
      Update update = new Update();
      remove(entry.change().shard(), update);
      if (entry.change().kind() == LedgerChange.Kind.PUT) {
        add(entry, update);
      } else {
        place.disk().delete(place.shard(entry.change().shard()));
      }
      apply(update);
    }
    totals = totals.at(end);
    apply(new Update());
  }

  /** Of each shard that the rows are behind with, the last entry. */
  private Map<ShardName, LedgerEntry> lastEntries(Ledger ledger)
      throws IOException, CorruptDataException {
    Map<ShardName, LedgerEntry> last = new TreeMap<>();
    for (long at = totals.ledger().count(); at < ledger.position().count(); at += AT_ONCE) {
      for (LedgerEntry entry : ledger.entries(at, AT_ONCE)) {
        last.put(entry.change().shard(), entry);
      }
    }
    return last;
  }

  /**
   * Removes the files that have their name and no row, while the rows are in accord with the
   * ledger: put and never acknowledged, or dropped. Where the ledger names one the row was lost,
   * and then all rows are made again instead.
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
    return names;
  }

  /** Whether the last that the ledger says of any of them is its put. */
  private boolean anyStands(Set<ShardName> names, Ledger ledger)
      throws IOException, CorruptDataException {
    Map<ShardName, LedgerEntry> puts = new TreeMap<>();
    for (long at = 0; at < ledger.position().count(); at += AT_ONCE) {
      for (LedgerEntry entry : ledger.entries(at, AT_ONCE)) {
        ShardName name = entry.change().shard();
        if (entry.change().kind() == LedgerChange.Kind.DROP) {
          puts.remove(name);
        } else if (names.contains(name)) {
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

  private void remove(ShardName name, Update update) throws IOException {
    byte[] key = HeldRows.key(place.owner(), name);
    byte[] row = rows.get(Table.HELD_SHARDS, key);
    if (row != null) {
      totals = totals.plus(-HeldRows.shard(key, row).sealedLength(), -1);
      update.delete(Table.HELD_SHARDS, key);
    }
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
