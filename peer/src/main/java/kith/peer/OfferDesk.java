package kith.peer;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import kith.codec.CorruptDataException;
import kith.codec.KithException;
import kith.codec.NotPermittedException;
import kith.codec.OwnerId;
import kith.peer.choice.Judgement;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The answering side of a negotiation: what others offer is signed, countered, kept for a person or
 * declined, as the policy says, and nothing is changed by what is refused. Whoever offers signs
 * first and stands by it until a date; so there is nothing to undo here when a link breaks. Safe
 * for any number of threads.
 */
public final class OfferDesk {
  private static final Logger LOG = LoggerFactory.getLogger(OfferDesk.class);

  /** No offer is good for longer. */
  static final Duration MOST_OPEN = Duration.ofDays(30);

  private final LocalNode self;
  private final OfferBook offers;
  private final PartnerBook book;
  private final NegotiationPolicy policy;
  private final Room room;
  private final Judge judge;
  private final OfferPace pace = new OfferPace();
  private final RefusalLog refusals = new RefusalLog(LOG);

  /** Tells what may still be promised. */
  @FunctionalInterface
  public interface Room {
    /** As much as there may be. */
    Room ENDLESS = other -> Long.MAX_VALUE;

    /** Bytes that may be kept for one owner in all, beside what is promised to others. */
    long bytesFor(OwnerId other) throws IOException;

    /** Partners that have been silent for longer than their grace: others may take their place. */
    default int gone() {
      return 0;
    }
  }

  /** Judges strangers who offer, by what this node judges those by whom it would ask itself. */
  @FunctionalInterface
  public interface Judge {
    /** Refuses nobody. */
    Judge LENIENT = proposer -> Optional.empty();

    /** What speaks against him; empty if he may become a partner. */
    Optional<Judgement> against(Proposer proposer) throws IOException;
  }

  /**
   * @param limits of what is agreed to without a person
   */
  public OfferDesk(
      LocalNode self, OfferBook offers, NegotiationLimits limits, Room room, Judge judge) {
    this.self = self;
    this.offers = offers;
    this.book = offers.partners();
    this.policy = new NegotiationPolicy(limits);
    this.room = room;
    this.judge = judge;
  }

  OfferBook offers() {
    return offers;
  }

  /** Whether those who have no agreement are considered. */
  boolean takesStrangers() {
    return policy.limits().strangers();
  }

  NegotiationPolicy policy() {
    return policy;
  }

  Reply answer(Request request, OwnerId asker) throws IOException, KithException {
    if (request instanceof Request.OfferDecline decline) {
      return declined(decline, asker);
    }
    boolean stranger = book.find(asker).isEmpty();
    Duration wait = pace.wait(asker, stranger, self.now());
    if (!wait.isZero()) {
      return new Reply.Failure(FailureKind.BUSY, "too many offers: ask again later", wait);
    }
    if (request instanceof Request.TermsQuery) {
      return terms(asker);
    } else if (request instanceof Request.AgreementTell tell) {
      try {
        return told(tell, asker, stranger);
      } catch (KithException e) {
        refusals.refused(asker, "an agreement that {} tells of is refused", e.getMessage());
        throw e;
      }
    }
    Reply reply = proposed((Request.Propose) request, asker);
    if (reply instanceof Reply.OfferDeclined no) {
      refusals.refused(asker, "an offer of {} is declined", no.reason() + ", " + no.message());
    }
    return reply;
  }

  /** A partner is told how much would be kept for him without asking a person. */
  private Reply terms(OwnerId asker) throws IOException, NotPermittedException {
    NegotiationLimits limits = policy.limits();
    Optional<Partner> partner = book.find(asker);
    if (partner.isEmpty() && !limits.strangers()) {
      throw new NotPermittedException("this node makes agreements by invitation only");
    }
    long most = limits.most().space();
    if (partner.isPresent()) {
      most = Math.max(partner.get().spaceHere(), Math.min(most, room.bytesFor(asker)));
    }
    return new Reply.TermsTold(limits.most().withSpace(most), limits.leastForUs(), limits.terms());
  }

  private static Reply no(DeclineReason reason, String message) {
    return new Reply.OfferDeclined(reason, message);
  }

  private Reply proposed(Request.Propose propose, OwnerId asker) throws IOException, KithException {
    Agreement agreement;
    try {
      propose.agreement().requireSigners(asker);
      agreement = Agreement.of(propose.agreement());
    } catch (CorruptDataException e) {
      return no(DeclineReason.CONTRADICTION, String.valueOf(e.getMessage()));
    }
    OwnerId me = self.identity().owner();
    if (!agreement.proposer().owner().equals(asker) || !agreement.acceptor().owner().equals(me)) {
      return no(DeclineReason.CONTRADICTION, "the offer is not one of the asker's to this node");
    }
    synchronized (offers) {
      return decided(propose, agreement);
    }
  }

  private Reply decided(Request.Propose propose, Agreement agreement)
      throws IOException, KithException {
    OwnerId asker = agreement.proposer().owner();
    Optional<Partner> partner = book.find(asker);
    if (partner.isPresent() && isThere(partner.get(), agreement)) {
      return new Reply.Agreed(partner.get().record(), addresses());
    }
    if (partner.filter(Partner::isLeaving).isPresent()) {
      return no(DeclineReason.PERSON, "the partnership ends: withdraw the notice first");
    }
    Optional<Reply> refusal =
        misplaced(partner, agreement)
            .or(() -> outOfTime(agreement))
            .or(() -> known(propose, asker));
    if (refusal.isPresent()) {
      return refusal.get();
    }
    if (!yields(asker)) {
      return new Reply.Failure(
          FailureKind.BUSY, "an offer of this node to you is under way", Duration.ofMinutes(1));
    }
    return carriedOut(propose, agreement, partner);
  }

  /** Whether it is what the two have agreed on already, or of its generation. */
  private static boolean isThere(Partner partner, Agreement agreement) {
    Agreement now = partner.agreement();
    return now.id().equals(agreement.id()) && now.generation() == agreement.generation();
  }

  /** Why the offer is not the next one after what there is. */
  private static Optional<Reply> misplaced(Optional<Partner> partner, Agreement agreement) {
    if (partner.isEmpty()) {
      return agreement.generation() == 1 && agreement.amends().isEmpty()
          ? Optional.empty()
          : Optional.of(no(DeclineReason.GENERATION, "there is no agreement to amend"));
    }
    Agreement now = partner.get().agreement();
    if (!now.id().equals(agreement.id())) {
      return Optional.of(no(DeclineReason.ALREADY, "the two have another agreement"));
    }
    boolean next =
        now.generation() + 1 == agreement.generation()
            && agreement.amends().equals(Optional.of(now.amended(partner.get().record())));
    return next
        ? Optional.empty()
        : Optional.of(
            no(
                DeclineReason.GENERATION,
                "generation "
                    + agreement.generation()
                    + " does not follow the agreement, which is of generation "
                    + now.generation()));
  }

  private Optional<Reply> outOfTime(Agreement agreement) {
    Instant now = self.now();
    Instant made = agreement.made();
    if (agreement.until().isEmpty()) {
      return Optional.of(no(DeclineReason.EXPIRED, "the offer does not say how long it is good"));
    }
    if (agreement.protocol() > Protocol.VERSION) {
      return Optional.of(no(DeclineReason.PROTOCOL, "this node speaks " + Protocol.VERSION));
    }
    Instant until = agreement.until().get();
    if (made.isAfter(now.plus(Credential.CLOCK_SLACK))) {
      return Optional.of(
          no(
              DeclineReason.EXPIRED,
              "it is dated " + made + ", here it is " + now + ": check clocks"));
    }
    if (now.isAfter(until)) {
      return Optional.of(
          no(DeclineReason.EXPIRED, "it was good until " + until + ", here it is " + now));
    }
    return until.isAfter(made.plus(MOST_OPEN))
        ? Optional.of(no(DeclineReason.EXPIRED, "no offer is good for more than 30 days"))
        : Optional.empty();
  }

  /** What a person has to say to it, or has said. */
  private Optional<Reply> known(Request.Propose propose, OwnerId asker) {
    return offers
        .incoming(asker)
        .filter(offer -> offer.record().sameBody(propose.agreement()))
        .map(
            offer ->
                offer.state() == OfferRow.State.DECLINED
                    ? no(DeclineReason.PERSON, offer.message())
                    : new Reply.OfferHeld(offer.message()));
  }

  /** When both offer at once, the one with the lower owner id goes on, and the other's is void. */
  private boolean yields(OwnerId asker) throws IOException {
    Optional<OfferRow> own =
        offers.outgoing(asker).filter(offer -> offer.state() != OfferRow.State.DECLINED);
    if (own.isEmpty()) {
      return true;
    }
    boolean withdrawn = own.get().state() == OfferRow.State.WITHDRAWN;
    if (!withdrawn && self.identity().owner().compareTo(asker) < 0) {
      return false;
    }
    offers.put(own.get().as(OfferRow.State.DECLINED, "the other side offered at the same time"));
    return true;
  }

  private Reply carriedOut(Request.Propose propose, Agreement agreement, Optional<Partner> partner)
      throws IOException, KithException {
    var situation =
        new NegotiationPolicy.Situation(
            partner.map(Partner::agreement),
            book.all().size() - room.gone(),
            room.bytesFor(agreement.proposer().owner()));
    Decision decision = policy.decide(AgreementDraft.of(agreement), situation);
    if (partner.isEmpty()) {
      decision = judged(decision, propose, agreement);
    }
    if (decision instanceof Decision.Accept) {
      SignedRecord both = propose.agreement().signedBy(self.identity());
      Partner now = offers.enter(both, Contact.understood(propose.addresses()));
      LOG.info(
          "agreed with {} on generation {}: {} bytes here, {} there",
          now.id().brief(),
          agreement.generation(),
          now.spaceHere(),
          now.spaceThere());
      return new Reply.Agreed(both, addresses());
    } else if (decision instanceof Decision.Counter counter) {
      return new Reply.OfferCountered(counter.draft(), counter.message());
    } else if (decision instanceof Decision.Hold hold) {
      return held(propose, agreement, hold.message());
    }
    var decline = (Decision.Decline) decision;
    return no(decline.reason(), decline.message());
  }

  /** The same, unless the stranger is one whom this node would not ask itself. */
  private Decision judged(Decision decision, Request.Propose propose, Agreement agreement)
      throws IOException {
    if (decision instanceof Decision.Decline) {
      return decision;
    }
    AgreementDraft draft =
        decision instanceof Decision.Counter counter
            ? counter.draft()
            : AgreementDraft.of(agreement);
    OwnerId me = self.identity().owner();
    var proposer =
        new Proposer(
            draft.otherThan(me),
            draft.sideOf(me).space(),
            Contact.understood(propose.addresses()),
            agreement.protocol());
    Optional<Judgement> against = judge.against(proposer);
    return against.isPresent() ? Decision.Decline.by(against.get()) : decision;
  }

  private Reply held(Request.Propose propose, Agreement agreement, String why) throws IOException {
    OwnerId asker = agreement.proposer().owner();
    offers.put(
        new OfferRow(
            OfferRow.Direction.IN,
            asker,
            agreement,
            propose.agreement(),
            Contact.understood(propose.addresses()),
            OfferRow.State.HELD,
            why,
            0));
    LOG.info("an offer of {} waits: {}; see kith partner offers", asker.brief(), why);
    return new Reply.OfferHeld(why);
  }

  private List<String> addresses() {
    return Contact.texts(self.addresses());
  }

  private Reply told(Request.AgreementTell tell, OwnerId asker, boolean stranger)
      throws IOException, KithException {
    if (stranger && offers.outgoing(asker).isEmpty()) {
      throw new NotPermittedException("no agreement with you is awaited here");
    }
    Agreement agreement = Agreement.ofBoth(tell.agreement());
    OwnerId me = self.identity().owner();
    var both = java.util.Set.of(agreement.proposer().owner(), agreement.acceptor().owner());
    if (!both.equals(java.util.Set.of(asker, me))) {
      throw new NotPermittedException("an agreement of others");
    }
    offers.conclude(tell.agreement(), Contact.understood(tell.addresses()), self.now(), false);
    return new Reply.Done();
  }

  private static boolean isAbout(OfferRow offer, Request.OfferDecline decline) {
    return offer.agreement().id().equals(decline.id())
        && offer.agreement().generation() == decline.generation();
  }

  /** One's own offer is not agreed to, or the asker takes his back. */
  private Reply declined(Request.OfferDecline decline, OwnerId asker) throws IOException {
    synchronized (offers) {
      Optional<OfferRow> own = offers.outgoing(asker).filter(offer -> isAbout(offer, decline));
      if (own.isPresent()) {
        offers.put(own.get().as(OfferRow.State.DECLINED, decline.message()));
      }
      Optional<OfferRow> his = offers.incoming(asker).filter(offer -> isAbout(offer, decline));
      if (his.isPresent()) {
        LOG.info("the offer of {} is withdrawn", asker.brief());
        offers.remove(his.get());
      }
      return new Reply.Done();
    }
  }
}
