package kith.index;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import kith.codec.CorruptDataException;
import kith.codec.ShardName;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Mends the ledger of an owner whose file is damaged. The rows know each put that stands, and put
 * and drop of what is in the trash, so that damaged ones can be written again byte for byte, which
 * the digest in the rows proves; where that fails the ledger begins anew in the next generation,
 * with a put for each shard that is here, and a drop for what is in the trash.
 */
final class LedgerHealer {
  private static final Logger log = LoggerFactory.getLogger(LedgerHealer.class);

  private final HeldPlace place;
  private final Rows rows;
  private final List<LedgerEntry> healed = new ArrayList<>();

  LedgerHealer(HeldPlace place, Rows rows) {
    this.place = place;
    this.rows = rows;
  }

  /**
   * @param totals of the rows, null if they are lost
   */
  Ledger heal(HeldRows.Totals totals) throws IOException {
    try {
      if (totals != null && follow(totals.ledger())) {
        write(totals.ledger().generation());
        log.info("the ledger of {} was healed from the index", place.owner());
      } else {
        long generation = 1 + Math.max(storedGeneration(), generation(totals));
        beginAnew(generation);
        log.warn("the ledger of {} begins anew, generation {}", place.owner(), generation);
      }
      return Ledger.open(place.disk(), place.ledger(), place.owner(), place.holder());
    } catch (CorruptDataException e) {
      throw new IOException("the ledger of " + place.owner() + " cannot be written", e);
    }
  }

  /** Of the ledger that the rows know; there was one, whatever became of them. */
  private static long generation(HeldRows.Totals totals) {
    return totals == null ? 1 : totals.ledger().generation();
  }

  /**
   * Gathers the entries up to what the rows know and beyond; returns whether the chain is right.
   */
  private boolean follow(LedgerPosition known) throws IOException {
    Map<Long, LedgerChange> changes = changes();
    LedgerPosition at = LedgerPosition.start(place.owner(), place.holder(), known.generation());
    boolean right = at.equals(known);
    try (DiskFile file = openOrNull()) {
      for (LedgerEntry entry = next(file, at, changes); entry != null; ) {
        healed.add(entry);
        at = entry.position(known.generation());
        right |= at.equals(known);
        entry = next(file, at, changes);
      }
    }
    return right && at.count() >= known.count();
  }

  private DiskFile openOrNull() throws IOException {
    return place.disk().exists(place.ledger()) ? place.disk().openRead(place.ledger()) : null;
  }

  private Map<Long, LedgerChange> changes() throws IOException {
    Map<Long, LedgerChange> changes = new TreeMap<>();
    HeldRows.scan(
        rows,
        place.owner(),
        null,
        shard -> {
          changes.put(shard.sequence(), shard.put());
          return true;
        });
    HeldTrash.scan(
        rows,
        place.owner(),
        null,
        item -> {
          changes.put(item.shard().sequence(), item.shard().put());
          changes.put(item.dropSequence(), item.drop());
          return true;
        });
    return changes;
  }

  /** The entry that stands next in the file, else the one that the rows know, else null. */
  private static LedgerEntry next(DiskFile file, LedgerPosition at, Map<Long, LedgerChange> changes)
      throws IOException {
    List<LedgerEntry> stored = file == null ? List.of() : LedgerFile.read(file, at.count(), 1);
    if (!stored.isEmpty() && stored.get(0) != null && stored.get(0).follows(at)) {
      return stored.get(0);
    }
    LedgerChange change = changes.get(at.count());
    return change == null ? null : LedgerEntry.next(at, change);
  }

  private long storedGeneration() throws IOException {
    try (DiskFile file = place.disk().openRead(place.ledger())) {
      return LedgerFile.start(file, place.owner(), place.holder()).generation();
    } catch (java.nio.file.NoSuchFileException | CorruptDataException e) {
      return 0;
    }
  }

  private void beginAnew(long generation) throws IOException {
    healed.clear();
    LedgerPosition at = LedgerPosition.start(place.owner(), place.holder(), generation);
    for (String fileName : place.disk().list(place.directory())) {
      ShardName name = HeldPlace.shardName(fileName);
      HeldFormat.ShardHeader header = name == null ? null : header(place, name);
      if (header != null) {
        at = enter(at, header.put());
        HeldTrash.Item trashed = HeldTrash.find(rows, place.owner(), name).orElse(null);
        at = trashed == null ? at : enter(at, trashed.drop());
      }
    }
    write(generation);
  }

  private LedgerPosition enter(LedgerPosition at, LedgerChange change) {
    LedgerEntry entry = LedgerEntry.next(at, change);
    healed.add(entry);
    return entry.position(at.generation());
  }

  /** What a shard's file says of itself, or null if that is damaged or another's. */
  static HeldFormat.ShardHeader header(HeldPlace place, ShardName name) throws IOException {
    try {
      HeldFormat.ShardHeader header = place.header(name);
      return header.name().equals(name) && header.owner().equals(place.owner()) ? header : null;
    } catch (CorruptDataException e) {
      log.warn("shard {} of {}: {}", name, place.owner(), e.getMessage());
      return null;
    }
  }

  private void write(long generation) throws IOException {
    Path unfinished = place.ledger().resolveSibling(place.ledger().getFileName() + ".tmp");
    place.disk().delete(unfinished);
    try (DiskFile file = place.disk().create(unfinished)) {
      file.write(LedgerFile.header(place.owner(), place.holder(), generation), 0);
      if (!healed.isEmpty()) {
        LedgerFile.write(file, healed);
      }
      file.force();
    }
    place.disk().rename(unfinished, place.ledger());
    place.disk().forceDirectory(place.ledger().getParent());
  }
}
