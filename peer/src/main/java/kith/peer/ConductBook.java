package kith.peer;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import kith.codec.OwnerId;
import kith.index.ObservedTime;
import kith.index.Rows;
import kith.peer.conduct.AuditOutcome;
import kith.peer.conduct.Conduct;
import kith.peer.conduct.ConductRules;
import kith.peer.conduct.Standing;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How each partner keeps its word: who answers, and what audits show, carried on by the {@link
 * ConductRules}. Only time that this node has itself {@link ObservedTime observed} counts, in steps
 * of at most {@link #MOST_STEP}. Safe for any number of threads.
 */
public final class ConductBook implements ProvedTime {
  private static final Logger LOG = LoggerFactory.getLogger(ConductBook.class);

  /**
   * So much time passes at most between two looks: for a node that is on-line for some hours a day
   * grace is over after as many days as for others, and before the commitment is.
   */
  static final Duration MOST_STEP = Duration.ofDays(1);

  /** Rows are written so often, and when a standing changes. */
  static final Duration WRITE_EACH = Duration.ofHours(1);

  /** More than any node has partners. */
  private static final int MOST = 4096;

  private static final OwnerRows.Form<ConductRow> FORM =
      new OwnerRows.Form<>(
          ConductRow::toRow, ConductRow::ofRow, Comparator.comparing(ConductRow::written));

  private final OwnerRows<ConductRow> rows;
  private final PartnerBook book;
  private final ConductRules rules;
  private final InstantSource clock;
  private Instant looked;

  /** Reads the rows; of a partner whose row is damaged everything is noted anew. */
  public ConductBook(Rows rows, PartnerBook book, ConductRules rules, InstantSource clock)
      throws IOException {
    this.rows = new OwnerRows<>(rows, "conduct", FORM, MOST);
    this.book = book;
    this.rules = rules;
    this.clock = clock;
  }

  /**
   * Notes who answers. Where several were asked and none did it is this node that is off-line, and
   * no time passes.
   *
   * @param owes whether a partner holds something that it can be audited for
   */
  public synchronized void passed(
      Collection<OwnerId> asked, Set<OwnerId> there, Predicate<OwnerId> owes) throws IOException {
    Instant now = clock.instant();
    Duration step = looked == null ? Duration.ZERO : ObservedTime.between(looked, now, MOST_STEP);
    looked = now;
    if (asked.size() > 1 && there.isEmpty()) {
      return;
    }
    for (OwnerId partner : asked) {
      boolean answered = there.contains(partner);
      ConductRow row = answered ? back(row(partner), now) : row(partner);
      note(partner, row.with(rules.passed(row.conduct(), step, answered, owes.test(partner))));
    }
  }

  private ConductRow back(ConductRow row, Instant now) {
    Duration since = Duration.between(row.forgiven(), now).abs();
    return rules
        .returned(row.conduct(), since)
        .map(forgiven -> row.forgivenAt(now, forgiven))
        .orElse(row);
  }

  /** Notes what came of an audit. */
  public synchronized void audited(OwnerId holder, AuditOutcome outcome) throws IOException {
    ConductRow row = row(holder);
    note(holder, row.with(rules.audited(row.conduct(), outcome)).with(outcome));
  }

  /** What this node's clock shows. */
  public Instant now() {
    return clock.instant();
  }

  /** A partner has lost its machine, and is forgiven. */
  public synchronized void disaster(OwnerId holder) throws IOException {
    ConductRow row = row(holder);
    note(holder, row.with(rules.disaster(row.conduct())));
  }

  /**
   * A partner was asked to give back what it holds.
   *
   * @param served whether it did; otherwise it refused without a reason that the agreement gives
   */
  public synchronized void read(OwnerId holder, boolean served) throws IOException {
    ConductRow row = row(holder);
    Conduct before = row.conduct();
    Conduct after = served ? rules.served(before) : rules.refused(before);
    if (!after.equals(before)) {
      note(holder, row.with(after));
    }
  }

  private ConductRow row(OwnerId partner) {
    return rows.find(partner).orElseGet(() -> ConductRow.begun(clock.instant()));
  }

  private void note(OwnerId partner, ConductRow after) throws IOException {
    Instant now = clock.instant();
    Duration grace = grace(partner);
    Optional<ConductRow> before = rows.find(partner);
    Standing was = rules.standing(row(partner).conduct(), grace);
    ConductRow settled = after.with(rules.settled(after.conduct(), grace));
    Standing is = rules.standing(settled.conduct(), grace);
    boolean changed = was.level() != is.level() || was.trouble() != is.trouble();
    Instant due = settled.written().plus(WRITE_EACH);
    boolean write = changed || before.isEmpty() || !now.isBefore(due);
    if (changed) {
      LOG.info("partner {} {}", partner.brief(), text(is));
    }
    if (write || now.isBefore(settled.written())) {
      rows.put(partner, settled.writtenAt(now));
    } else {
      rows.remember(partner, settled);
    }
  }

  /** What to say of a partner after its name. */
  public static String text(Standing standing) {
    return switch (standing.level()) {
      case KEEPS -> "keeps its word";
      case SUSPECTED ->
          standing.trouble().text()
              + " for "
              + shown(standing.lasting())
              + "; it counts as gone in "
              + shown(standing.left());
      case RENEGED -> standing.trouble().text() + ": it counts as gone";
    };
  }

  private static String shown(Duration time) {
    long hours = time.toHours();
    return hours >= 48 ? time.toDays() + " days" : hours + " h";
  }

  private Duration grace(OwnerId partner) {
    return book.find(partner)
        .map(found -> found.agreement().terms().grace())
        .orElse(AgreementTerms.friends().grace());
  }

  /** How a partner stands. */
  public synchronized Standing standing(OwnerId partner) {
    return rules.standing(conduct(partner), grace(partner));
  }

  private Conduct conduct(OwnerId partner) {
    return rows.find(partner).map(ConductRow::conduct).orElse(Conduct.NEW);
  }

  @Override
  public synchronized Duration of(Partner partner) {
    return Duration.ofMillis(conduct(partner.id()).kept());
  }

  @Override
  public synchronized boolean mayReadBack(Partner partner) {
    AgreementTerms terms = partner.agreement().terms();
    return rules.mayReadBack(conduct(partner.id()), terms.commitmentDue());
  }

  /** What was counted of a partner's audits, if any time was. */
  synchronized Optional<ConductRow> counted(OwnerId partner) {
    return rows.find(partner);
  }

  /** What a partner was told last of how it stands. */
  synchronized ConductRow.Told told(OwnerId partner) {
    return rows.find(partner).map(ConductRow::told).orElse(ConductRow.Told.NOTHING);
  }

  /** Notes what a partner was told. */
  synchronized void told(OwnerId partner, ConductRow.Told now) throws IOException {
    rows.put(partner, row(partner).with(now).writtenAt(clock.instant()));
  }

  /** The outcomes of audits are counted anew from now on. */
  synchronized void countAnew(OwnerId partner) throws IOException {
    Instant now = clock.instant();
    rows.put(partner, row(partner).countedFrom(now).writtenAt(now));
  }

  /** The partnership is over, or begins anew. */
  public synchronized void forget(OwnerId partner) throws IOException {
    rows.remove(partner);
  }
}
