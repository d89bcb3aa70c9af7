package kith.fs;

import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.function.Supplier;
import kith.codec.CodeParameters;
import kith.codec.PackId;
import kith.codec.PackKind;
import kith.index.PackStore;
import kith.index.Rows;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Removes local packs that can be read from partners, when the cache is over its budget or the disk
 * under its reserve: those that were read longest ago first, and only packs of kind DATA that m + t
 * partners have shown to have ({@link EvictionProof}). Their rows stay as they are. For one thread.
 */
final class Eviction {
  private static final Logger log = LoggerFactory.getLogger(Eviction.class);

  /** So many packs are looked at in one go. */
  private static final int AT_ONCE = 16;

  private static final int MAX_UNPROVED = 10_000;
  private static final Duration AFTER_FAILURE = Duration.ofMinutes(2);

  /**
   * What it works with.
   *
   * @param partners those with whom there is an agreement
   */
  record Parts(
      Rows rows,
      PackStore store,
      Shipper shipper,
      EvictionProof proof,
      Supplier<List<HolderCandidate>> partners,
      PlacementPolicy policy,
      InstantSource clock) {}

  /** A pack that may go. */
  private record Candidate(PackId id, PackRow row, long lastRead) {}

  private static final Comparator<Candidate> OLDEST_FIRST =
      Comparator.comparingLong(Candidate::lastRead).thenComparingLong(c -> c.row().sequence());

  private final Parts parts;
  private final Map<PackId, Long> unproved = new HashMap<>();

  Eviction(Parts parts) {
    this.parts = parts;
  }

  /**
   * Evicts packs until so many bytes are free, or nothing more can go for now.
   *
   * @return how many packs went
   */
  int tick(long excess) throws IOException {
    if (excess <= 0) {
      return 0;
    }
    long now = parts.clock.millis();
    unproved.values().removeIf(until -> until <= now);
    long left = excess;
    int gone = 0;
    List<Candidate> oldest = oldest();
    parts.proof.prove(enough(oldest, excess));
    for (Candidate candidate : oldest) {
      if (left > 0 && parts.shipper.alone(() -> evict(candidate.id))) {
        left -= candidate.row.length();
        gone++;
      } else if (left > 0 && unproved.size() < MAX_UNPROVED) {
        unproved.put(candidate.id, now + AFTER_FAILURE.toMillis());
      }
    }
    if (gone > 0) {
      log.info("{} packs are at the partners only from now on", gone);
    }
    return gone;
  }

  /** As many as make so many bytes. */
  private static List<PackId> enough(List<Candidate> candidates, long bytes) {
    List<PackId> found = new ArrayList<>();
    long sum = 0;
    for (Candidate candidate : candidates) {
      if (sum < bytes) {
        found.add(candidate.id);
        sum += candidate.row.length();
      }
    }
    return found;
  }

  private List<Candidate> oldest() throws IOException {
    Optional<CodeParameters> code = parts.policy.codeFor(parts.partners.get());
    PriorityQueue<Candidate> found = new PriorityQueue<>(OLDEST_FIRST.reversed());
    PackRows.visit(
        parts.rows,
        (id, row) -> {
          if (mayGo(row, code) && parts.store.isHere(id) && !unproved.containsKey(id)) {
            found.add(new Candidate(id, row, parts.store.lastRead(id)));
            if (found.size() > AT_ONCE) {
              found.remove();
            }
          }
        });
    List<Candidate> oldest = new ArrayList<>(found);
    oldest.sort(OLDEST_FIRST);
    return oldest;
  }

  /** Packs that wait to be coded for more partners are needed for that. */
  private boolean mayGo(PackRow row, Optional<CodeParameters> code) {
    return row.kind() == PackKind.DATA
        && row.state().live()
        && row.safe(parts.policy)
        && !(code.isPresent() && Recoder.isWeaker(row, code.get()));
  }

  /** While the shipper changes no rows: looks at them again, and removes the file. */
  private boolean evict(PackId id) throws IOException {
    Optional<PackRow> row = PackRows.live(parts.rows, id);
    Optional<CodeParameters> code = parts.policy.codeFor(parts.partners.get());
    if (row.isEmpty()
        || !mayGo(row.get(), code)
        || parts.shipper.isUnderWay(id)
        || !parts.proof.isProved(id, row.get())) {
      return false;
    }
    parts.rows.sync(); // where it is must be known for good before it is only there
    parts.store.delete(id);
    return true;
  }

  /** Bytes of the packs that could be evicted if their holders show that they have them. */
  long evictable() throws IOException {
    Optional<CodeParameters> code = parts.policy.codeFor(parts.partners.get());
    long[] sum = {0};
    PackRows.visit(
        parts.rows,
        (id, row) -> sum[0] += mayGo(row, code) && parts.store.isHere(id) ? row.length() : 0);
    return sum[0];
  }
}
