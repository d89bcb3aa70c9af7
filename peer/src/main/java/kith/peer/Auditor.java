package kith.peer;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import kith.codec.CorruptDataException;
import kith.codec.KithException;
import kith.codec.NotPermittedException;
import kith.codec.OwnerId;
import kith.peer.conduct.AuditOutcome;
import kith.peer.conduct.AuditPace;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Audits this owner's holders at the pace that was agreed, and notes what came of it. A round whose
 * draw is fixed stays due, over breaks and restarts, until it is answered. Safe for any number of
 * threads; one holder is audited by one at a time.
 */
public final class Auditor {
  private static final Logger LOG = LoggerFactory.getLogger(Auditor.class);

  /** How many others are asked whether they are there, when a holder is not. */
  private static final int OTHERS = 4;

  private final Parts parts;
  private final AuditListener listener;
  private final Set<OwnerId> underWay = ConcurrentHashMap.newKeySet();

  /**
   * What it works with.
   *
   * @param blocks what this owner knows of his shards
   * @param method that is asked for where it can be checked
   * @param random unknown to all others
   * @param nanos as of {@link System#nanoTime}: no clock that is set makes a holder slow
   */
  public record Parts(
      LocalNode self,
      PartnerBook book,
      PeerClient client,
      LedgerMirrors mirrors,
      LedgerKeeper keeper,
      AuditBook audits,
      SealedBlocks blocks,
      AuditMethod method,
      AuditSettings settings,
      RandomGenerator random,
      LongSupplier nanos) {}

  public Auditor(Parts parts, AuditListener listener) {
    this.parts = parts;
    this.listener = listener;
  }

  /** Audits each holder whose time has come; returns how many. */
  public int tick() {
    int done = 0;
    for (Partner partner : parts.book.all()) {
      if (isDue(partner)) {
        run(partner);
        done++;
      }
    }
    return done;
  }

  private boolean isDue(Partner partner) {
    Instant now = parts.self.now();
    int perDay =
        parts
            .settings
            .pace()
            .perDay(
                Duration.between(partner.agreement().since(), now),
                partner.agreement().terms().auditsPerDay());
    long pair = AuditPace.pair(parts.self.identity().owner(), partner.id());
    return AuditPace.due(pair, perDay, parts.audits.row(partner.id()).begun(), now);
  }

  /**
   * Audits a holder now, if the audits of the day are not used up.
   *
   * @throws NotPermittedException if there is no agreement
   */
  public AuditEnd audit(OwnerId holder) throws NotPermittedException {
    return run(
        parts
            .book
            .find(holder)
            .orElseThrow(
                () -> new NotPermittedException("there is no agreement with " + holder.brief())));
  }

  private AuditEnd run(Partner partner) {
    if (!underWay.add(partner.id())) {
      return AuditEnd.nothing("an audit is under way");
    }
    try {
      Instant now = parts.self.now();
      parts.audits.change(partner.id(), row -> row.tried(now));
      AuditEnd end = excused(partner.id(), new AuditTalk(parts, partner).run());
      note(partner, end);
      return end;
    } catch (IOException e) {
      LOG.warn("audit-failed: the audit of {} failed on this side", partner.id().brief(), e);
      return ours(partner, String.valueOf(e.getMessage()));
    } finally {
      underWay.remove(partner.id());
    }
  }

  private AuditEnd ours(Partner partner, String why) {
    AuditEnd end = AuditEnd.ours(why, false);
    try {
      note(partner, end);
    } catch (IOException e) {
      LOG.debug("not even that can be written", e);
    }
    return end;
  }

  /** Nobody is missing where nobody at all answers: then it is the network here. */
  private AuditEnd excused(OwnerId holder, AuditEnd end) {
    if (!end.outcome().equals(Optional.of(AuditOutcome.OFFLINE))) {
      return end;
    }
    List<OwnerId> others =
        parts.book.all().stream()
            .map(Partner::id)
            .filter(id -> !id.equals(holder))
            .limit(OTHERS)
            .toList();
    boolean alone = !others.isEmpty() && others.stream().noneMatch(this::answers);
    return alone ? AuditEnd.ours("nobody answers: " + end.text(), false) : end;
  }

  private boolean answers(OwnerId other) {
    try {
      parts.client.ping(other);
      return true;
    } catch (KithException e) {
      return false;
    }
  }

  private void note(Partner partner, AuditEnd end) throws IOException {
    OwnerId holder = partner.id();
    Instant now = parts.self.now();
    AuditRow after = parts.audits.changeDurably(holder, row -> noted(row, end, now));
    if (end.outcome().isPresent()) {
      AuditOutcome outcome = end.outcome().get();
      LOG.debug("audit of {}: {}, {}", holder.brief(), outcome, end.text());
      if (outcome == AuditOutcome.WRONG || outcome == AuditOutcome.LOST) {
        LOG.warn(
            "audit-{}: {} ({}): {}",
            outcome == AuditOutcome.WRONG ? "wrong" : "lost",
            partner.name(),
            holder.brief(),
            end.text());
      }
      listener.audited(holder, outcome, end.shards());
    }
    LOG.trace("{}", after);
  }

  private AuditRow noted(AuditRow row, AuditEnd end, Instant now) {
    AuditRow next = row;
    AuditOutcome outcome = end.outcome().orElse(null);
    if (outcome == AuditOutcome.PROVED && row.open().isPresent()) {
      AuditRound round = round(row.open().get());
      next = row.proved(round.asked().blocks(), round.asked().time(), now);
    } else if (outcome == AuditOutcome.WRONG || outcome == AuditOutcome.LOST) {
      next = row.failed(now);
    }
    next = outcome == null ? next : next.with(outcome);
    return end.closes() ? next.withOpen(Optional.empty()) : next;
  }

  private static AuditRound round(AuditRow.Open open) {
    try {
      return AuditRound.of(open.round());
    } catch (CorruptDataException e) {
      throw new IllegalStateException("it was read before", e);
    }
  }
}
