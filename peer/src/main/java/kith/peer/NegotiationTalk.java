package kith.peer;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import kith.codec.CorruptDataException;
import kith.codec.KithException;
import kith.codec.NotPermittedException;
import kith.codec.OwnerId;

/** One negotiation over one link, from this node's first offer to its end. For one thread. */
final class NegotiationTalk {
  static final Duration DEADLINE = Duration.ofSeconds(20);

  private final LocalNode self;
  private final OfferBook offers;
  private final NegotiationPolicy policy;
  private final Link link;
  private final List<NodeAddress> addresses;

  /**
   * @param addresses of the other side
   */
  NegotiationTalk(LocalNode self, OfferDesk desk, Link link, List<NodeAddress> addresses) {
    this.self = self;
    this.offers = desk.offers();
    this.policy = desk.policy();
    this.link = link;
    this.addresses = addresses;
  }

  private OwnerId other() {
    return link.partner();
  }

  /** The first offer to a stranger, made of what he says of himself. */
  Agreement first(AgreementId id, long forThem, long forUs, Duration open) throws KithException {
    var query = new Request.TermsQuery(forThem, forUs);
    Reply.TermsTold told = Calls.ask(link, query, DEADLINE, Reply.TermsTold.class);
    if (!told.side().owner().equals(other())) {
      throw new CorruptDataException(other().brief() + " told the terms of somebody else");
    }
    NegotiationLimits limits = policy.limits();
    var draft =
        new AgreementDraft(
            limits.most().withSpace(forThem), told.side().withSpace(forUs), limits.terms());
    return dated(
        new Agreement(id, 1, draft.proposer(), draft.acceptor(), draft.terms(), now()), open);
  }

  /** The next generation of an agreement. */
  Agreement next(Partner partner, AgreementChange change, Duration open)
      throws NotPermittedException {
    Agreement now = partner.agreement();
    AgreementSide ours = now.otherThan(partner.id());
    AgreementSide theirs = now.sideOf(partner.id());
    NegotiationLimits limits = policy.limits();
    try {
      Agreement next =
          new Agreement(
              now.id(),
              now.generation() + 1,
              limits
                  .most()
                  .named(ours.name())
                  .withSpace(change.forThem() == null ? ours.space() : change.forThem()),
              theirs.withSpace(change.forUs() == null ? theirs.space() : change.forUs()),
              change.of(now.terms()),
              now(),
              Protocol.VERSION,
              Optional.empty(),
              Optional.of(now.amended(partner.record())));
      return dated(next, open);
    } catch (IllegalArgumentException e) {
      throw new NotPermittedException(e.getMessage());
    }
  }

  private Instant now() {
    return Instant.ofEpochMilli(self.now().toEpochMilli());
  }

  private Agreement dated(Agreement of, Duration open) {
    Instant made = now();
    return new Agreement(
        of.id(),
        of.generation(),
        of.proposer(),
        of.acceptor(),
        of.terms(),
        made,
        of.protocol(),
        Optional.of(made.plus(open)),
        of.amends());
  }

  private static Agreement changed(Agreement of, AgreementDraft draft) {
    return new Agreement(
        of.id(),
        of.generation(),
        draft.proposer(),
        draft.acceptor(),
        draft.terms(),
        of.made(),
        of.protocol(),
        of.until(),
        of.amends());
  }

  /** Offers, and follows counter-offers, until one side ends it. */
  Negotiator.Outcome run(Agreement first, long least) throws IOException, KithException {
    var said = new ArrayList<AgreementDraft>();
    Agreement next = first;
    for (int round = 0; round < NegotiationPolicy.MAX_ROUNDS; round++) {
      said.add(AgreementDraft.of(next));
      OfferRow offer = kept(next, least);
      Reply reply = proposed(offer);
      if (!(reply instanceof Reply.OfferCountered countered)) {
        return ended(offer, reply);
      }
      AgreementDraft wanted = answer(offer, countered, first.sideOf(me()).space());
      if (said.contains(wanted)) {
        offers.remove(offer);
        throw new NotPermittedException(
            other().brief() + " and this node want different things: " + countered.message());
      }
      next = changed(next, wanted);
    }
    offers.outgoing(other()).ifPresent(this::forget);
    throw new NotPermittedException(
        "no agreement with "
            + other().brief()
            + " after "
            + NegotiationPolicy.MAX_ROUNDS
            + " offers");
  }

  private OwnerId me() {
    return self.identity().owner();
  }

  private void forget(OfferRow offer) {
    try {
      offers.remove(offer);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  /** The offer, signed, in the book. */
  private OfferRow kept(Agreement agreement, long least) throws IOException, NotPermittedException {
    synchronized (offers) {
      OwnerId other = other();
      Optional<Agreement> now = offers.partners().find(other).map(Partner::agreement);
      if (now.isPresent() && now.get().generation() >= agreement.generation()) {
        throw new NotPermittedException(other.brief() + " has agreed on something else meanwhile");
      }
      // Who offers himself does not wait for his owner to decide about the other's offer.
      Optional<OfferRow> theirs =
          offers.incoming(other).filter(held -> held.state() == OfferRow.State.HELD);
      if (theirs.isPresent()) {
        offers.put(theirs.get().as(OfferRow.State.DECLINED, "there is another offer"));
      }
      var offer =
          new OfferRow(
              OfferRow.Direction.OUT,
              other,
              agreement,
              agreement.signedBy(self.identity()),
              addresses,
              OfferRow.State.OPEN,
              "no answer yet",
              least);
      offers.put(offer);
      return offer;
    }
  }

  private Reply proposed(OfferRow offer) throws KithException {
    var propose = new Request.Propose(offer.record(), Contact.texts(self.addresses()));
    return Calls.join(link.send(propose, DEADLINE));
  }

  /** What we say to a counter-offer: the draft to propose next. */
  private AgreementDraft answer(OfferRow offer, Reply.OfferCountered countered, long most)
      throws IOException, KithException {
    AgreementDraft draft = countered.draft();
    boolean ofTheTwo =
        draft.proposer().owner().equals(me()) && draft.acceptor().owner().equals(other());
    if (!ofTheTwo) {
      offers.remove(offer);
      throw new CorruptDataException(other().brief() + " countered with another's agreement");
    }
    Optional<Agreement> now = offers.partners().find(other()).map(Partner::agreement);
    var limits = policy.limits().narrowed(most, Math.max(1, offer.least()));
    Decision decision =
        new NegotiationPolicy(limits)
            .decide(draft, new NegotiationPolicy.Situation(now, 0, Long.MAX_VALUE));
    if (decision instanceof Decision.Accept) {
      return draft;
    }
    if (decision instanceof Decision.Counter counter) {
      return counter.draft();
    }
    offers.remove(offer);
    String why =
        decision instanceof Decision.Hold hold
            ? hold.message()
            : ((Decision.Decline) decision).message();
    throw new NotPermittedException(
        other().brief() + " wants other terms (" + countered.message() + "), but " + why);
  }

  private Negotiator.Outcome ended(OfferRow offer, Reply reply) throws IOException, KithException {
    if (reply instanceof Reply.Agreed agreed) {
      return new Negotiator.Outcome(Optional.of(taken(offer, agreed)), "");
    }
    if (reply instanceof Reply.OfferHeld held) {
      synchronized (offers) {
        Optional<OfferRow> still = offers.outgoing(other());
        if (still.filter(row -> row.record().sameBody(offer.record())).isPresent()) {
          offers.put(offer.as(OfferRow.State.HELD, held.message()));
        }
      }
      return new Negotiator.Outcome(Optional.empty(), held.message());
    }
    if (reply instanceof Reply.OfferDeclined declined) {
      refused(offer, declined.message());
      throw new NotPermittedException(other().brief() + " declines: " + declined.message());
    }
    if (reply instanceof Reply.Failure failure && isRefusal(failure.reason())) {
      offers.remove(offer);
    }
    Calls.expect(link, reply, Reply.Agreed.class);
    throw new IllegalStateException("an agreement that was not one");
  }

  /** Whoever waits for a person's answer finds it in the list of offers. */
  private void refused(OfferRow offer, String why) throws IOException {
    if (offer.state() == OfferRow.State.HELD) {
      offers.put(offer.as(OfferRow.State.DECLINED, why));
    } else {
      offers.remove(offer);
    }
  }

  /** Whoever refuses has not signed; whose disk fails may have. */
  private static boolean isRefusal(FailureKind reason) {
    return reason == FailureKind.NOT_PERMITTED
        || reason == FailureKind.CORRUPT_DATA
        || reason == FailureKind.UNKNOWN_REQUEST;
  }

  private Partner taken(OfferRow offer, Reply.Agreed agreed) throws IOException, KithException {
    Agreement signed = Agreement.ofBoth(agreed.agreement());
    if (!signed.id().equals(offer.agreement().id())
        || signed.generation() < offer.agreement().generation()) {
      throw new CorruptDataException(
          other().brief() + " signed another agreement than was offered");
    }
    List<NodeAddress> told = Contact.understood(agreed.addresses());
    return offers.conclude(
        agreed.agreement(), told.isEmpty() ? offer.addresses() : told, self.now(), true);
  }

  /** Asks by the agreement's id whether an offer was signed; takes it over if so. */
  Optional<Partner> ask(OfferRow offer) throws IOException, KithException {
    Optional<Reply.Agreed> there = there(offer.agreement().id());
    return there.isPresent() && generation(there.get()) >= offer.agreement().generation()
        ? Optional.of(taken(offer, there.get()))
        : Optional.empty();
  }

  private Optional<Reply.Agreed> there(AgreementId id) throws KithException {
    Reply reply = Calls.join(link.send(new Request.AgreementGet(id), DEADLINE));
    if (reply instanceof Reply.Failure failure && failure.reason() == FailureKind.NOT_FOUND) {
      return Optional.empty();
    }
    return Optional.of(Calls.expect(link, reply, Reply.Agreed.class));
  }

  private static long generation(Reply.Agreed agreed) throws CorruptDataException {
    return Agreement.of(agreed.agreement()).generation();
  }

  /** Sends an offer once more, since it may not have arrived; 1 if it is agreed to. */
  int again(OfferRow offer) throws IOException, KithException {
    Reply reply = proposed(offer);
    if (reply instanceof Reply.OfferCountered countered) {
      long most = offer.agreement().sideOf(me()).space();
      AgreementDraft wanted = answer(offer, countered, most);
      return run(changed(offer.agreement(), wanted), offer.least()).partner().isPresent() ? 1 : 0;
    }
    return ended(offer, reply).partner().isPresent() ? 1 : 0;
  }

  /**
   * Takes an offer back: afterwards neither side has it, or both have signed it.
   *
   * @return the partner, if it was too late
   */
  Optional<Partner> withdraw(OfferRow offer) throws IOException, KithException {
    var request =
        new Request.OfferDecline(
            offer.agreement().id(),
            offer.agreement().generation(),
            DeclineReason.PERSON,
            "withdrawn");
    Calls.ask(link, request, DEADLINE, Reply.Done.class);
    // Whoever has let go of it signs it no more; so what he has now is what stays.
    Optional<Partner> agreed = ask(offer);
    if (agreed.isEmpty()) {
      offers.remove(offer);
    }
    return agreed;
  }

  /** Brings both sides to the newer generation; 1 if this side was behind. */
  int compare(Partner partner) throws IOException, KithException {
    Optional<Reply.Agreed> there = there(partner.agreement().id());
    offers.partners().unknownThere(partner.id(), there.isEmpty());
    if (there.isEmpty()) {
      return 0;
    }
    long theirs = generation(there.get());
    if (theirs > partner.agreement().generation()) {
      offers.conclude(there.get().agreement(), List.of(), self.now(), true);
      return 1;
    }
    if (theirs < partner.agreement().generation()) {
      var tell = new Request.AgreementTell(partner.record(), Contact.texts(self.addresses()));
      Calls.ask(link, tell, DEADLINE, Reply.Done.class);
    }
    return 0;
  }
}
