package kith.peer;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import kith.codec.OwnerId;
import kith.index.ObservedTime;
import kith.index.Rows;
import kith.peer.conduct.EstateTerm;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which of the owners for whom something is kept are silent or have reneged, and for how long what
 * is kept for them still is. Looks every ten minutes. Bounded. Safe for any number of threads.
 */
final class EstateBook {
  private static final Logger LOG = LoggerFactory.getLogger(EstateBook.class);

  /** So many owners at most. */
  static final int MOST = 1024;

  private static final Duration LOOK_EACH = Duration.ofMinutes(10);

  /** Silence counts while somebody else was heard of within this time. */
  private static final Duration IN_TOUCH = Duration.ofHours(24);

  private static final OwnerRows.Form<EstateLine> FORM =
      new OwnerRows.Form<>(EstateLine::toRow, EstateLine::ofRow, EstateLine.OLDEST);

  private final InstantSource clock;
  private final ProvedTime proved;
  private final OwnerRows<EstateLine> lines;
  private final Set<OwnerId> heard = ConcurrentHashMap.newKeySet();
  private final Set<OwnerId> silent = ConcurrentHashMap.newKeySet();
  private Duration alone = IN_TOUCH;
  private Instant lookedAt = Instant.MIN;

  /** Reads the rows; damaged ones are forgotten. */
  EstateBook(Rows rows, InstantSource clock, ProvedTime proved) throws IOException {
    this.clock = clock;
    this.proved = proved;
    this.lines = new OwnerRows<>(rows, "estate", FORM, MOST);
    lines.all().forEach(this::index);
  }

  private void index(OwnerId owner, EstateLine line) {
    EstateTerm term = line.term();
    if (term.phase() == EstateTerm.Phase.ESTATE && term.cause() == EstateTerm.Cause.SILENT) {
      silent.add(owner);
    } else {
      silent.remove(owner);
    }
  }

  /** An owner's node is there; one who was silent has his place back. */
  void heard(OwnerId owner) throws IOException {
    heard.add(owner);
    if (silent.contains(owner)) {
      back(owner);
    }
  }

  /** The owner has his place back, unless it was given up. */
  synchronized void back(OwnerId owner) throws IOException {
    Optional<EstateLine> line = lines.find(owner);
    if (line.isPresent() && line.get().term().phase() == EstateTerm.Phase.ESTATE) {
      put(owner, line.get().with(line.get().term().back(clock.instant())));
    }
  }

  /** The owner does not keep what he owes. */
  synchronized void reneged(Partner partner) throws IOException {
    EstateLine line = line(partner);
    put(partner.id(), line.with(line.term().reneged(standing(partner))));
  }

  private void put(OwnerId owner, EstateLine line) throws IOException {
    Optional<EstateLine> before = lines.find(owner);
    lines.put(owner, line);
    index(owner, line);
    EstateTerm.Phase phase = line.term().phase();
    if (phase != before.map(was -> was.term().phase()).orElse(EstateTerm.Phase.PARTNER)) {
      LOG.info("estate: what is kept for {}: {}", owner.brief(), phase);
    }
  }

  private EstateLine line(Partner partner) {
    AgreementId agreement = partner.agreement().id();
    return lines
        .find(partner.id())
        .filter(line -> line.agreement().equals(agreement))
        .orElseGet(() -> EstateLine.begin(agreement, clock.instant()));
  }

  /** How it stands with what is kept for a partner. */
  synchronized EstateLine find(Partner partner) {
    return line(partner);
  }

  /** Forgets an owner whose agreement has ended. */
  synchronized void forget(OwnerId owner) throws IOException {
    lines.remove(owner);
    silent.remove(owner);
  }

  private EstateTerm.Standing standing(Partner partner) {
    AgreementTerms terms = partner.agreement().terms();
    Duration kept = terms.commitmentWaived() ? known(partner) : proved.of(partner);
    return new EstateTerm.Standing(terms.grace(), terms.commitmentDue(), kept);
  }

  /**
   * For how long there has been an agreement with a friend, who had perhaps nothing to prove; the
   * longest time where the clock says that it is yet to come.
   */
  private Duration known(Partner friend) {
    Duration age = Duration.between(friend.agreement().since(), clock.instant());
    return age.isNegative() ? EstateTerm.LONGEST : age;
  }

  /** Lets time pass for all of them; returns whether it was time to look. */
  synchronized boolean look(List<Partner> partners) throws IOException {
    Instant now = clock.instant();
    boolean first = lookedAt.equals(Instant.MIN);
    Duration passed = first ? Duration.ZERO : Duration.between(lookedAt, now);
    if (!first && passed.abs().compareTo(LOOK_EACH) < 0) {
      return false;
    }
    Instant before = lookedAt;
    lookedAt = now;
    Set<OwnerId> seen = Set.copyOf(heard);
    heard.removeAll(seen);
    Duration step = first ? Duration.ZERO : ObservedTime.between(before, now, EstateTerm.STEP);
    alone = seen.isEmpty() ? alone.plus(step) : Duration.ZERO;
    boolean inTouch = alone.compareTo(IN_TOUCH) < 0;
    for (Partner partner : partners) {
      EstateLine line = line(partner);
      var what = new EstateTerm.Seen(now, seen.contains(partner.id()), inTouch);
      put(partner.id(), line.with(line.term().after(what, standing(partner))));
    }
    return true;
  }
}
