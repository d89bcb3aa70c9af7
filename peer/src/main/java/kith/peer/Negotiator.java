package kith.peer;

import java.io.IOException;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import kith.codec.KithException;
import kith.codec.NotPermittedException;
import kith.codec.OwnerId;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The asking side of a negotiation: makes first offers to strangers and amendments to partners,
 * follows counter-offers within what the owner allows, and after a break asks what became of an
 * offer before it makes another. An offer is durable here before it is sent. Safe for any number of
 * threads; with each owner one negotiation at a time.
 */
public final class Negotiator {
  private static final Logger LOG = LoggerFactory.getLogger(Negotiator.class);
  private static final Duration STRANGERS_WAIT = Duration.ofDays(1);
  private static final Duration PARTNERS_WAIT = Duration.ofDays(14);

  /** Whoever has signed an offer and is silent for so long is no partner any more. */
  private static final Duration FORGET_AFTER = Duration.ofDays(60);

  private static final Duration COMPARE_EACH = Duration.ofHours(1);
  private static final Duration ASK_EACH = Duration.ofMinutes(1);
  private static final Duration ASK_A_PERSON_EACH = Duration.ofMinutes(10);

  private final LocalNode self;
  private final Network network;
  private final Links links;
  private final OfferDesk desk;
  private final OfferBook offers;
  private final SecureRandom random;
  private final Set<OwnerId> underWay = ConcurrentHashMap.newKeySet();
  private final Map<OwnerId, Instant> compared = new ConcurrentHashMap<>();
  private final Map<OwnerId, Instant> asked = new ConcurrentHashMap<>();

  /**
   * @param desk which answers the offers of others from the same book
   */
  public Negotiator(
      LocalNode self, Network network, Links links, OfferDesk desk, SecureRandom random) {
    this.self = self;
    this.network = network;
    this.links = links;
    this.desk = desk;
    this.offers = desk.offers();
    this.random = random;
  }

  /**
   * How an offer ended.
   *
   * @param partner with the agreement that holds now; empty while a person at the other side
   *     decides
   * @param message why it waits
   */
  public record Outcome(Optional<Partner> partner, String message) {}

  /**
   * Offers an agreement to somebody with whom there is none; ends when both have stored it.
   *
   * @param forThem bytes to keep for them, at most
   * @param forUs bytes that they are asked to keep
   * @param least bytes that they must keep at least
   * @throws NotPermittedException if they, or what this node allows, decline; says why
   * @throws KithException if the link broke: what became of the offer is asked at the next tick
   */
  public Outcome offer(Contact contact, long forThem, long forUs, long least)
      throws IOException, KithException {
    OwnerId other = contact.owner();
    if (other.equals(self.identity().owner())) {
      throw new NotPermittedException("this is your own node");
    }
    if (offers.partners().find(other).isPresent()) {
      throw new NotPermittedException(other.brief() + " is a partner already: amend that");
    }
    return alone(
        other,
        () -> {
          try (Link link = Calls.join(network.connect(contact))) {
            Optional<AgreementId> id = offers.outgoing(other).map(row -> row.agreement().id());
            Optional<Partner> before = settledBefore(other, link);
            if (before.isPresent()) {
              return new Outcome(before, "");
            }
            var talk = new NegotiationTalk(self, desk, link, contact.addresses());
            return talk.run(
                talk.first(id.orElseGet(this::newId), forThem, forUs, STRANGERS_WAIT), least);
          }
        });
  }

  /**
   * Offers a partner the next generation of the agreement.
   *
   * @param change of what holds now; null fields stay
   */
  public Outcome amend(OwnerId partner, AgreementChange change) throws IOException, KithException {
    return alone(
        partner,
        () -> {
          Link link = Calls.join(links.get(partner, network));
          settledBefore(partner, link);
          Partner now =
              offers
                  .partners()
                  .find(partner)
                  .orElseThrow(() -> new NotPermittedException(partner.brief() + " is no partner"));
          if (now.isLeaving()) {
            throw new NotPermittedException(
                "the partnership with " + partner.brief() + " ends: withdraw the notice first");
          }
          var talk = new NegotiationTalk(self, desk, link, now.addresses());
          Agreement next = talk.next(now, change, PARTNERS_WAIT);
          return talk.run(next, next.sideOf(partner).space());
        });
  }

  /** Bytes that a partner would keep for this node without asking his owner. */
  long mostOf(OwnerId partner) throws KithException {
    Link link = Calls.join(links.get(partner, network));
    var query = new Request.TermsQuery(0, 0);
    Reply.TermsTold told = Calls.ask(link, query, NegotiationTalk.DEADLINE, Reply.TermsTold.class);
    return told.side().space();
  }

  private AgreementId newId() {
    byte[] id = new byte[AgreementId.SIZE];
    random.nextBytes(id);
    return new AgreementId(id);
  }

  private interface Step<T> {
    T run() throws IOException, KithException;
  }

  private <T> T alone(OwnerId other, Step<T> step) throws IOException, KithException {
    if (!underWay.add(other)) {
      throw new NotPermittedException("a negotiation with " + other.brief() + " is under way");
    }
    try {
      return step.run();
    } finally {
      underWay.remove(other);
    }
  }

  /** What became of the offer before, if there was one; empty if nothing. */
  private Optional<Partner> settledBefore(OwnerId other, Link link)
      throws IOException, KithException {
    Optional<OfferRow> before = offers.outgoing(other);
    if (before.isEmpty()) {
      return Optional.empty();
    }
    var talk = new NegotiationTalk(self, desk, link, before.get().addresses());
    Optional<Partner> agreed = talk.ask(before.get());
    if (agreed.isEmpty()) {
      offers.remove(before.get());
    }
    return agreed;
  }

  /**
   * Asks what became of open offers, and compares the generations of agreements, each hour with
   * each partner that has a link.
   *
   * @return how many agreements came of it
   */
  public int tick() throws IOException {
    int agreed = 0;
    for (OfferRow offer : offers.outgoing()) {
      agreed += settle(offer);
    }
    for (OfferRow offer : offers.incoming()) {
      if (self.now().isAfter(offer.until().plus(Credential.CLOCK_SLACK))) {
        offers.remove(offer);
      }
    }
    for (Partner partner : offers.partners().all()) {
      agreed += compare(partner);
    }
    return agreed;
  }

  private int settle(OfferRow offer) throws IOException {
    boolean over = self.now().isAfter(offer.until().plus(Credential.CLOCK_SLACK));
    if (offer.state() == OfferRow.State.DECLINED) {
      if (over) {
        offers.remove(offer);
      }
      return 0;
    }
    if (self.now().isAfter(offer.until().plus(FORGET_AFTER))) {
      offers.remove(offer);
      return 0;
    }
    boolean held = offer.state() == OfferRow.State.HELD;
    if (!isDue(asked, offer.other(), held ? ASK_A_PERSON_EACH : ASK_EACH)) {
      return 0;
    }
    try {
      return alone(offer.other(), () -> isStill(offer) ? settle(offer, over) : 0);
    } catch (NotPermittedException e) {
      LOG.info("an offer to {} came to nothing: {}", offer.other().brief(), e.getMessage());
    } catch (KithException e) {
      LOG.debug("{} does not tell of an offer: {}", offer.other().brief(), e.getMessage());
    }
    return 0;
  }

  /** Whether it has neither been replaced nor declined since it was looked up. */
  private boolean isStill(OfferRow offer) {
    return offers
        .outgoing(offer.other())
        .filter(now -> now.record().sameBody(offer.record()) && now.state() == offer.state())
        .isPresent();
  }

  private int settle(OfferRow offer, boolean over) throws IOException, KithException {
    boolean partner = offers.partners().find(offer.other()).isPresent();
    Link link = linkAbout(offer);
    try {
      var talk = new NegotiationTalk(self, desk, link, offer.addresses());
      if (offer.state() == OfferRow.State.WITHDRAWN) {
        return talk.withdraw(offer).isPresent() ? 1 : 0;
      }
      if (talk.ask(offer).isPresent()) {
        return 1;
      }
      if (over) {
        offers.remove(offer);
        return 0;
      }
      return self.now().isAfter(offer.until()) ? 0 : talk.again(offer);
    } finally {
      if (!partner) {
        link.close();
      }
    }
  }

  private Link linkAbout(OfferRow offer) throws KithException {
    boolean partner = offers.partners().find(offer.other()).isPresent();
    return Calls.join(
        partner
            ? links.get(offer.other(), network)
            : network.connect(new Contact(offer.other(), offer.addresses())));
  }

  /**
   * How taking an offer back ended.
   *
   * @param agreed with the partner, if the other had signed before
   * @param told whether the other knows; else he is told at a later tick, and may sign until then
   */
  public record Withdrawn(Optional<Partner> agreed, boolean told) {}

  /**
   * Takes back what this node has offered.
   *
   * @throws NotPermittedException if there is no such offer
   */
  public Withdrawn withdraw(OwnerId other) throws IOException, KithException {
    return alone(
        other,
        () -> {
          OfferRow offer;
          synchronized (offers) {
            offer =
                offers
                    .outgoing(other)
                    .orElseThrow(
                        () ->
                            new NotPermittedException(
                                "nothing is offered to " + other.brief() + " any more"));
            if (offer.state() == OfferRow.State.DECLINED) {
              offers.remove(offer);
              return new Withdrawn(Optional.empty(), true);
            }
            offer = offer.as(OfferRow.State.WITHDRAWN, "not told yet");
            offers.put(offer);
          }
          try {
            return new Withdrawn(withdrawn(offer), true);
          } catch (KithException e) {
            LOG.debug("{} is not told yet: {}", other.brief(), e.getMessage());
            return new Withdrawn(Optional.empty(), false);
          }
        });
  }

  private Optional<Partner> withdrawn(OfferRow offer) throws IOException, KithException {
    boolean partner = offers.partners().find(offer.other()).isPresent();
    Link link = linkAbout(offer);
    try {
      return new NegotiationTalk(self, desk, link, offer.addresses()).withdraw(offer);
    } finally {
      if (!partner) {
        link.close();
      }
    }
  }

  /** Those who are no partners and may still sign an offer of this node's. */
  Set<OwnerId> openToStrangers() {
    Instant now = self.now();
    return offers.outgoing().stream()
        .filter(offer -> offer.binds(now))
        .map(OfferRow::other)
        .filter(other -> offers.partners().find(other).isEmpty())
        .collect(Collectors.toSet());
  }

  /** Whether so much time has passed since the last time, which is then now. */
  private boolean isDue(Map<OwnerId, Instant> last, OwnerId other, Duration each) {
    Instant now = self.now();
    Instant before = last.get(other);
    boolean due = before == null || !now.isBefore(before.plus(each)) || now.isBefore(before);
    if (due) {
      last.put(other, now);
    }
    return due;
  }

  private int compare(Partner partner) throws IOException {
    if (!links.isUp(partner.id()) || !isDue(compared, partner.id(), COMPARE_EACH)) {
      return 0;
    }
    try {
      return alone(
          partner.id(),
          () -> {
            Link link = Calls.join(links.get(partner.id(), network));
            return new NegotiationTalk(self, desk, link, partner.addresses()).compare(partner);
          });
    } catch (KithException e) {
      LOG.debug("agreements with {} are not compared: {}", partner.id().brief(), e.getMessage());
      return 0;
    }
  }

  /** An offer that waits, for a person to see. */
  public record Waiting(OfferDirection from, OwnerId other, Agreement agreement, String message) {}

  /** Who has offered. */
  public enum OfferDirection {
    /** This node; the other side has not decided, or has declined. */
    OURS,
    /** The other side; this node's owner decides. */
    THEIRS
  }

  /** The offers that are not decided, and ours that were declined lately. */
  public List<Waiting> waiting() {
    var all = new java.util.ArrayList<Waiting>();
    for (OfferRow offer : offers.incoming()) {
      if (offer.state() == OfferRow.State.HELD) {
        all.add(waiting(OfferDirection.THEIRS, offer));
      }
    }
    offers.outgoing().forEach(offer -> all.add(waiting(OfferDirection.OURS, offer)));
    return all;
  }

  private static Waiting waiting(OfferDirection from, OfferRow offer) {
    String declined =
        switch (offer.state()) {
          case OPEN, HELD -> "";
          case DECLINED -> "declined: ";
          case WITHDRAWN -> "withdrawn: ";
        };
    return new Waiting(from, offer.other(), offer.agreement(), declined + offer.message());
  }

  /**
   * Signs an offer that was held; durable here on return. The other side is told, or asks.
   *
   * @throws NotPermittedException if there is none, or its time is over
   */
  public Partner agree(OwnerId other) throws IOException, KithException {
    SignedRecord both;
    Partner partner;
    synchronized (offers) {
      OfferRow offer = held(other);
      if (self.now().isAfter(offer.until())) {
        throw new NotPermittedException("the offer was good until " + offer.until());
      }
      both = offer.record().signedBy(self.identity());
      partner = offers.conclude(both, offer.addresses(), self.now(), false);
    }
    tell(other, new Request.AgreementTell(both, Contact.texts(self.addresses())));
    return partner;
  }

  /** Declines an offer that was held; the other side is told, or hears it when it asks again. */
  public void decline(OwnerId other) throws IOException, KithException {
    OfferRow offer;
    synchronized (offers) {
      offer = held(other);
      offers.put(offer.as(OfferRow.State.DECLINED, "the owner says no"));
    }
    tell(
        other,
        new Request.OfferDecline(
            offer.agreement().id(),
            offer.agreement().generation(),
            DeclineReason.PERSON,
            "the owner says no"));
  }

  private OfferRow held(OwnerId other) throws NotPermittedException {
    return offers
        .incoming(other)
        .filter(offer -> offer.state() == OfferRow.State.HELD)
        .orElseThrow(
            () -> new NotPermittedException("no offer of " + other.brief() + " waits here"));
  }

  private void tell(OwnerId other, Request request) {
    try {
      Link link = Calls.join(links.get(other, network));
      Calls.ask(link, request, NegotiationTalk.DEADLINE, Reply.Done.class);
    } catch (KithException e) {
      LOG.info("{} is not told yet: {}", other.brief(), e.getMessage());
    }
  }
}
