package kith.peer;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import kith.codec.CorruptDataException;
import kith.codec.OwnerId;
import kith.index.HeldHead;
import kith.index.HoldingStore;
import kith.index.LedgerEntry;

/**
 * Bounds how much of heads and ledgers an owner is told in a day: they are told in the commitment
 * period, too, and count in no budget of the agreement. What he has of both four times over, and 64
 * MiB, of which each question takes a KiB at least. In memory: a restart begins a new day. Safe for
 * any number of threads.
 */
final class RecordReads {
  private static final long LEAST_A_DAY = 64 << 20;
  private static final int TIMES = 4;

  /** What a question costs without its answer. */
  static final int QUESTION = 1 << 10;

  private static final Duration DAY = Duration.ofDays(1);

  private final HoldingStore store;
  private final InstantSource clock;
  private final Map<OwnerId, Long> told = new HashMap<>();
  private Instant begun = Instant.MIN;

  RecordReads(HoldingStore store, InstantSource clock) {
    this.store = store;
    this.clock = clock;
  }

  /** How long an owner must wait until he is told more; zero if he need not. */
  synchronized Duration wait(OwnerId owner) throws IOException, CorruptDataException {
    Instant now = clock.instant();
    if (begun.equals(Instant.MIN) || now.isBefore(begun) || !now.isBefore(begun.plus(DAY))) {
      begun = now;
      told.clear();
    }
    long so = told.getOrDefault(owner, 0L);
    boolean enough = so >= LEAST_A_DAY && so >= LEAST_A_DAY + TIMES * all(owner);
    return enough ? Duration.between(now, begun.plus(DAY)) : Duration.ZERO;
  }

  private long all(OwnerId owner) throws IOException, CorruptDataException {
    long bytes = store.ledgerPosition(owner).count() * LedgerEntry.SIZE;
    for (HeldHead head : store.heads(owner)) {
      bytes += head.record().length;
    }
    return bytes;
  }

  /** So many bytes are told. */
  synchronized void count(OwnerId owner, long bytes) {
    told.merge(owner, QUESTION + bytes, Long::sum);
  }
}
