package kith.peer;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import kith.codec.CorruptDataException;
import kith.codec.OwnerId;
import kith.index.Ledger;
import kith.index.LedgerEntry;
import kith.index.LedgerPosition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The owner's copies of his ledgers at his holders. Acknowledged entries are gathered and entered
 * in their order; what is missing is fetched from the holder when a checkpoint is due. Safe for any
 * number of threads.
 */
public final class LedgerMirrors implements AutoCloseable {
  /** Entries in memory at which they are written, and beyond which they are fetched again. */
  private static final int WRITE_AT = 64;

  private static final int MOST_WAITING = 4096;

  private static final Logger LOG = LoggerFactory.getLogger(LedgerMirrors.class);

  private final Path directory;
  private final OwnerId self;
  private final Map<OwnerId, Mirror> mirrors = new HashMap<>();

  /**
   * @param directory with the ledgers of this home
   * @param self the owner
   */
  public LedgerMirrors(Path directory, OwnerId self) {
    this.directory = directory;
    this.self = self;
  }

  /** One ledger. Guarded by itself. */
  private static final class Mirror {
    Ledger ledger;
    final TreeMap<Long, LedgerEntry> waiting = new TreeMap<>();

    /** Enters what follows without a gap. */
    void enter() throws IOException, CorruptDataException {
      var next = new ArrayList<LedgerEntry>();
      long count = ledger.position().count();
      waiting.headMap(count, false).clear();
      for (LedgerEntry entry : waiting.values()) {
        if (entry.sequence() != count + next.size()) {
          break;
        }
        next.add(entry);
      }
      if (next.isEmpty()) {
        return;
      }
      try {
        ledger.accept(next);
      } catch (CorruptDataException e) {
        waiting.clear(); // what the holder's ledger says is asked before the next checkpoint
        throw e;
      }
      waiting.headMap(ledger.position().count(), false).clear();
    }
  }

  private Mirror mirror(OwnerId holder) throws IOException, CorruptDataException {
    synchronized (mirrors) {
      Mirror mirror = mirrors.get(holder);
      if (mirror == null) {
        mirror = new Mirror();
        mirror.ledger = open(holder);
        mirrors.put(holder, mirror);
      }
      return mirror;
    }
  }

  /** A damaged copy is set aside: the holder has the entries, and they are fetched from it. */
  private Ledger open(OwnerId holder) throws IOException, CorruptDataException {
    try {
      return Ledger.open(directory, self, holder);
    } catch (CorruptDataException e) {
      LOG.warn(
          "the copy of the ledger at {} is set aside and fetched again: {}",
          holder.brief(),
          e.getMessage());
    }
    Ledger.setAside(directory, self, holder);
    return Ledger.open(directory, self, holder);
  }

  /**
   * Takes the entry that a holder acknowledged.
   *
   * @throws CorruptDataException if it contradicts the entries here
   */
  void acknowledged(PutAck ack) throws IOException, CorruptDataException {
    Mirror mirror = mirror(ack.holder());
    synchronized (mirror) {
      LedgerPosition end = mirror.ledger.position();
      if (ack.generation() != end.generation() || ack.sequence() < end.count()) {
        return; // compared when the ledgers are
      }
      if (mirror.waiting.size() < MOST_WAITING) {
        mirror.waiting.put(ack.sequence(), ack.entry());
      }
      if (mirror.waiting.size() % WRITE_AT == 0) {
        mirror.enter();
      }
    }
  }

  /** Where the copy of the ledger at a holder ends, with all that can be entered. */
  public LedgerPosition position(OwnerId holder) throws IOException, CorruptDataException {
    Mirror mirror = mirror(holder);
    synchronized (mirror) {
      mirror.enter();
      return mirror.ledger.position();
    }
  }

  /**
   * The place in the copy after so many entries.
   *
   * @throws IllegalArgumentException if it has fewer
   */
  LedgerPosition position(OwnerId holder, long count) throws IOException, CorruptDataException {
    Mirror mirror = mirror(holder);
    synchronized (mirror) {
      return mirror.ledger.position(count);
    }
  }

  /** Entries of the copy, for audits. */
  public List<LedgerEntry> entries(OwnerId holder, long from, int limit)
      throws IOException, CorruptDataException {
    Mirror mirror = mirror(holder);
    synchronized (mirror) {
      return mirror.ledger.entries(from, limit);
    }
  }

  /**
   * Reads a copy again.
   *
   * @throws CorruptDataException if it is damaged
   */
  void verify(OwnerId holder) throws IOException, CorruptDataException {
    Mirror mirror = mirror(holder);
    synchronized (mirror) {
      mirror.ledger.verify();
    }
  }

  /** Takes over entries that the holder sent. */
  void accept(OwnerId holder, List<LedgerEntry> entries) throws IOException, CorruptDataException {
    Mirror mirror = mirror(holder);
    synchronized (mirror) {
      mirror.ledger.accept(entries);
      mirror.enter();
    }
  }

  /**
   * Begins an empty copy anew in the holder's generation: ours was lost, as after a recovery.
   *
   * @throws CorruptDataException if there are entries here: the holder lost what it kept
   */
  void begin(OwnerId holder, long generation) throws IOException, CorruptDataException {
    Mirror mirror = mirror(holder);
    synchronized (mirror) {
      LedgerPosition end = mirror.ledger.position();
      if (end.count() > 0 || generation < end.generation()) {
        throw new CorruptDataException(
            holder.brief()
                + " began its ledger anew (generation "
                + generation
                + "): it has lost"
                + " what the "
                + end.count()
                + " entries here say that it keeps");
      }
      mirror.ledger.close();
      mirror.ledger = Ledger.begin(directory, self, holder, generation);
      mirror.waiting.clear();
    }
  }

  /** Forgets the copy of the ledger at a holder, durably: the partnership is over. */
  public void forget(OwnerId holder) throws IOException {
    synchronized (mirrors) {
      Mirror mirror = mirrors.remove(holder);
      if (mirror != null) {
        synchronized (mirror) {
          mirror.ledger.close();
        }
      }
      Ledger.delete(directory, self, holder);
    }
  }

  @Override
  public void close() throws IOException {
    synchronized (mirrors) {
      for (Mirror mirror : mirrors.values()) {
        synchronized (mirror) {
          try {
            mirror.enter();
          } catch (CorruptDataException e) {
            throw new IOException(e.getMessage(), e);
          } finally {
            mirror.ledger.close();
          }
        }
      }
      mirrors.clear();
    }
  }
}
