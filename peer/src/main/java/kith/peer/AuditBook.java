package kith.peer;

import java.io.IOException;
import java.time.Instant;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import kith.codec.OwnerId;
import kith.index.Rows;
import kith.peer.conduct.AuditOutcome;

/**
 * What came of the audits of each holder: counters of the outcomes, when each was last proved, and
 * the rounds that are due. Kept in memory and as rows. Safe for any number of threads.
 */
public final class AuditBook {
  private static final int MOST = 4096;

  private final Rows rows;

  /** Guarded by this. */
  private final OwnerRows<AuditRow> known;

  public AuditBook(Rows rows) throws IOException {
    this.rows = rows;
    this.known =
        new OwnerRows<>(
            rows,
            "audits-there",
            new OwnerRows.Form<>(
                AuditRow::toRow,
                AuditRow::ofRow,
                Comparator.comparing(row -> row.begun().orElse(Instant.EPOCH))),
            MOST);
  }

  /**
   * The audits of one holder.
   *
   * @param counts of all outcomes
   * @param last outcome
   * @param proved when one was last passed
   * @param covered what was put there before that time was among what was drawn from; empty if a
   *     block was found missing since
   * @param sampled blocks proved since {@code since}, without one that was not
   * @param isDue whether a round is open that was not answered yet
   */
  public record Summary(
      Map<AuditOutcome, Long> counts,
      Optional<AuditOutcome> last,
      Optional<Instant> proved,
      Optional<Instant> covered,
      long sampled,
      Instant since,
      boolean isDue) {
    /** With 95% probability less than this part of what is there is lost; 1 if nothing is known. */
    public double bound() {
      return sampled == 0 ? 1 : 1 - Math.pow(0.05, 1.0 / sampled);
    }
  }

  public synchronized Summary summary(OwnerId holder) {
    AuditRow row = row(holder);
    return new Summary(
        row.counts(),
        row.last(),
        row.proved(),
        row.covered(),
        row.samples().all(),
        row.samples().since(),
        row.open().isPresent());
  }

  synchronized AuditRow row(OwnerId holder) {
    return known.find(holder).orElse(AuditRow.EMPTY);
  }

  synchronized AuditRow change(OwnerId holder, UnaryOperator<AuditRow> change) throws IOException {
    AuditRow next = change.apply(row(holder));
    known.put(holder, next);
    return next;
  }

  /** As {@link #change}; durable on return. */
  AuditRow changeDurably(OwnerId holder, UnaryOperator<AuditRow> change) throws IOException {
    AuditRow next = change(holder, change);
    rows.sync();
    return next;
  }

  /** The partnership is over. */
  public synchronized void forget(OwnerId holder) throws IOException {
    known.remove(holder);
  }
}
