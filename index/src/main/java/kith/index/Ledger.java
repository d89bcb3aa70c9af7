package kith.index;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import kith.codec.CorruptDataException;
import kith.codec.OwnerId;

/**
 * The log of puts and drops of one owner at one holder: a file of entries of which each digest
 * covers all before. The holder appends; the owner's mirror accepts the holder's entries. Entries
 * that come together are forced together. Safe for any number of threads.
 */
public final class Ledger implements AutoCloseable {
  /** The most entries that are written between two forces: no more can be torn by a crash. */
  static final int MAX_GROUP = 64;

  private static final int READ_AT_ONCE = 512;

  private final DiskFile file;
  private final ReentrantLock lock = new ReentrantLock();
  private final GroupForce group = new GroupForce(this::writePending);
  private final LedgerPosition start;

  /** Entries that are not durable yet. Guarded by the lock. */
  private final List<LedgerEntry> pending = new ArrayList<>();

  /** After the last pending entry. Guarded by the lock. */
  private LedgerPosition end;

  private volatile LedgerPosition durable;

  private Ledger(DiskFile file, LedgerPosition start, long known)
      throws IOException, CorruptDataException {
    this.file = file;
    this.start = start;
    this.durable = wholePart(known);
    this.end = durable;
  }

  /**
   * Opens the ledger of an owner at a holder; begins it if there is none. What a crash left half
   * written at its end is cut.
   *
   * @param directory with the ledgers of this home
   * @throws CorruptDataException if an entry that was durable is damaged
   */
  public static Ledger open(Path directory, OwnerId owner, OwnerId holder)
      throws IOException, CorruptDataException {
    return open(Disk.real(), path(directory, owner, holder), owner, holder);
  }

  static Ledger open(Disk disk, Path path, OwnerId owner, OwnerId holder)
      throws IOException, CorruptDataException {
    return open(new HeldPlace(disk, null, owner, holder, path), 0);
  }

  /**
   * @param known so many entries are known to have been durable: they are never cut
   */
  static Ledger open(HeldPlace place, long known) throws IOException, CorruptDataException {
    Disk disk = place.disk();
    if (!disk.exists(place.ledger())) {
      LedgerFile.begin(disk, place.ledger(), LedgerFile.header(place.owner(), place.holder(), 1));
    }
    DiskFile file = disk.open(place.ledger());
    try {
      return new Ledger(file, LedgerFile.start(file, place.owner(), place.holder()), known);
    } catch (IOException | CorruptDataException e) {
      file.close();
      throw e;
    }
  }

  /**
   * Begins the ledger of an owner at a holder anew and empty; the former file, if any, is replaced.
   *
   * @param generation greater than that of the former
   */
  public static Ledger begin(Path directory, OwnerId owner, OwnerId holder, long generation)
      throws IOException, CorruptDataException {
    Path path = path(directory, owner, holder);
    LedgerFile.begin(Disk.real(), path, LedgerFile.header(owner, holder, generation));
    return open(Disk.real(), path, owner, holder);
  }

  /** Takes a damaged ledger out of the way, durably; it is kept under another name. */
  public static void setAside(Path directory, OwnerId owner, OwnerId holder) throws IOException {
    Path path = path(directory, owner, holder);
    Disk.real().rename(path, path.resolveSibling(path.getFileName() + ".damaged"));
    Disk.real().forceDirectory(directory);
  }

  /** Removes a ledger, durably; nothing happens if there is none. */
  public static void delete(Path directory, OwnerId owner, OwnerId holder) throws IOException {
    Disk.real().delete(path(directory, owner, holder));
    Disk.real().forceDirectory(directory);
  }

  /** Where the ledger of an owner at a holder lies. */
  static Path path(Path directory, OwnerId owner, OwnerId holder) {
    HexFormat hex = HexFormat.of();
    return directory.resolve(
        hex.formatHex(owner.toBytes()) + "-" + hex.formatHex(holder.toBytes()) + ".ledger");
  }

  /** Reads all entries and cuts what a crash can have torn. */
  private LedgerPosition wholePart(long known) throws IOException, CorruptDataException {
    LedgerPosition whole = follow();
    long count = LedgerFile.count(file);
    if (whole.count() < known || whole.count() < count - MAX_GROUP) {
      throw damaged(whole.count());
    }
    if (file.size() > LedgerFile.offset(whole.count())) {
      file.truncate(LedgerFile.offset(whole.count()));
      file.force();
    }
    return whole;
  }

  /** The place before the first entry that does not follow. */
  private LedgerPosition follow() throws IOException {
    LedgerPosition at = start;
    while (true) {
      List<LedgerEntry> entries = LedgerFile.read(file, at.count(), READ_AT_ONCE);
      for (LedgerEntry entry : entries) {
        if (entry == null || !entry.follows(at)) {
          return at;
        }
        at = entry.position(start.generation());
      }
      if (entries.size() < READ_AT_ONCE) {
        return at;
      }
    }
  }

  private CorruptDataException damaged(long sequence) {
    return new CorruptDataException("entry " + sequence + " of a ledger is damaged");
  }

  /**
   * Appends an entry, and returns when it is durable. After an error it may yet become so.
   *
   * @return the entry with its place in the chain
   */
  public LedgerEntry append(LedgerChange change) throws IOException {
    LedgerEntry entry;
    lock.lock();
    try {
      entry = LedgerEntry.next(end, change);
      add(entry);
    } finally {
      lock.unlock();
    }
    group.force();
    return entry;
  }

  /**
   * Takes over entries of the holder's ledger into a mirror, and returns when they are durable.
   * Entries that are here already are compared.
   *
   * @throws CorruptDataException if an entry does not follow, or differs from the one that is here:
   *     the holder's ledger is not the one that it was
   */
  public void accept(List<LedgerEntry> entries) throws IOException, CorruptDataException {
    lock.lock();
    try {
      for (LedgerEntry entry : entries) {
        if (entry.sequence() < end.count()) {
          checkSame(entry);
        } else if (entry.follows(end)) {
          add(entry);
        } else {
          throw new CorruptDataException(
              "ledger entry " + entry.sequence() + " does not follow the " + end.count() + " here");
        }
      }
    } finally {
      lock.unlock();
    }
    group.force();
  }

  private void add(LedgerEntry entry) {
    pending.add(entry);
    end = entry.position(start.generation());
  }

  private void checkSame(LedgerEntry entry) throws IOException, CorruptDataException {
    int ahead = Math.toIntExact(end.count() - entry.sequence());
    LedgerEntry here =
        ahead <= pending.size()
            ? pending.get(pending.size() - ahead)
            : LedgerFile.read(file, entry.sequence(), 1).get(0);
    if (!entry.equals(here)) {
      throw new CorruptDataException(
          "ledger entry " + entry.sequence() + " is not the one that was accepted before");
    }
  }

  /** Runs alone, within the group. What fails stays pending and is written again. */
  private void writePending() throws IOException {
    while (true) {
      List<LedgerEntry> next;
      lock.lock();
      try {
        next = List.copyOf(pending.subList(0, Math.min(MAX_GROUP, pending.size())));
      } finally {
        lock.unlock();
      }
      if (next.isEmpty()) {
        return;
      }
      LedgerFile.write(file, next);
      file.force();
      lock.lock();
      try {
        pending.subList(0, next.size()).clear();
        durable = next.get(next.size() - 1).position(start.generation());
      } finally {
        lock.unlock();
      }
    }
  }

  /**
   * Takes back what appends that failed left pending. Only while nobody waits for an append.
   *
   * @return the entries that will not be
   * @throws IOException if they may yet become durable: they stay pending
   */
  List<LedgerEntry> withdraw() throws IOException {
    lock.lock();
    try {
      if (pending.isEmpty()) {
        return List.of();
      }
      file.truncate(LedgerFile.offset(durable.count()));
      file.force();
      List<LedgerEntry> withdrawn = List.copyOf(pending);
      pending.clear();
      end = durable;
      return withdrawn;
    } finally {
      lock.unlock();
    }
  }

  /** The end of what is durable. */
  public LedgerPosition position() {
    return durable;
  }

  /**
   * The place after so many entries.
   *
   * @throws IllegalArgumentException if fewer are durable
   */
  public LedgerPosition position(long count) throws IOException, CorruptDataException {
    if (count < 0 || count > durable.count()) {
      throw new IllegalArgumentException("the ledger has " + durable.count() + " entries");
    }
    return count == 0 ? start : entries(count - 1, 1).get(0).position(start.generation());
  }

  /**
   * Durable entries.
   *
   * @param from sequence number of the first
   * @param limit how many at most
   * @throws CorruptDataException if one is damaged
   */
  public List<LedgerEntry> entries(long from, int limit) throws IOException, CorruptDataException {
    int count = (int) Math.max(0, Math.min(limit, durable.count() - from));
    List<LedgerEntry> entries = LedgerFile.read(file, from, count);
    for (int i = 0; i < count; i++) {
      if (i >= entries.size() || entries.get(i) == null || entries.get(i).sequence() != from + i) {
        throw damaged(from + i);
      }
    }
    return entries;
  }

  /**
   * Reads all durable entries again and checks the chain.
   *
   * @throws CorruptDataException if one is damaged
   */
  public void verify() throws IOException, CorruptDataException {
    LedgerPosition expected = durable;
    LedgerPosition found = follow();
    if (found.count() < expected.count() || !position(expected.count()).equals(expected)) {
      throw damaged(found.count());
    }
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
