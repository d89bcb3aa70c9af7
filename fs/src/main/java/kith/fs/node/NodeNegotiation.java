package kith.fs.node;

import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import kith.codec.KithException;
import kith.codec.NotPermittedException;
import kith.codec.OwnerId;
import kith.peer.Agreement;
import kith.peer.AgreementChange;
import kith.peer.AgreementSide;
import kith.peer.Contact;
import kith.peer.Negotiator;
import kith.peer.NodeRecord;
import kith.peer.Partner;
import kith.peer.choice.Capacity;

/** What a person does about agreements on a running node. Safe for many threads. */
final class NodeNegotiation {
  private static final int SHOWN = 8;

  private final NodeCore core;
  private final NodeReport report;

  NodeNegotiation(NodeCore core, NodeReport report) {
    this.core = core;
    this.report = report;
  }

  OfferResult offer(OfferTerms terms) throws IOException, KithException, NodeException {
    Contact contact = contact(terms);
    checkCapacity(
        core.outlook().promises().bytesBut(contact.owner()), terms.spaceForThem(), terms.force());
    return result(
        core.negotiator()
            .offer(contact, terms.spaceForThem(), terms.spaceForUs(), terms.leastForUs()));
  }

  /** Where the node is, as was said or as it has made itself known. */
  private Contact contact(OfferTerms terms) throws KithException, NodeException {
    if (terms.address() != null) {
      return new Contact(OwnerId.parse(terms.node()), List.of(terms.address()));
    }
    String beginning = terms.node().strip().toUpperCase(Locale.ROOT);
    List<NodeRecord> found =
        core.known().all().stream()
            .filter(record -> record.owner().toString().startsWith(beginning))
            .toList();
    if (found.size() != 1) {
      throw new NodeException(
          ExitCode.ERROR,
          found.isEmpty()
              ? "no node '"
                  + terms.node()
                  + "' was heard of (see kith partner known): say where it"
                  + " is, as OWNER@HOST:PORT"
              : "several nodes begin with '" + terms.node() + "': give more of the owner id");
    }
    return found.get(0).contact();
  }

  OfferResult amend(AmendTerms terms) throws IOException, KithException, NodeException {
    OwnerId partner = partner(terms.partner());
    checkMore(partner, terms.spaceForThem(), terms.force());
    var change =
        new AgreementChange(
            terms.spaceForThem(), terms.spaceForUs(), terms.grace(), terms.commitment());
    return result(core.negotiator().amend(partner, change));
  }

  /** Ends a partnership, or lets it go on. */
  PartnerInfo leave(LeaveTerms terms) throws IOException, KithException, NodeException {
    Partner partner = core.book().find(partner(terms.partner())).orElseThrow();
    return report.partner(core.leaving().carryOut(terms, partner));
  }

  /** Less than before is always allowed. */
  private void checkMore(OwnerId partner, Long wanted, boolean force)
      throws IOException, NotPermittedException {
    long now = core.book().find(partner).map(Partner::spaceHere).orElse(0L);
    if (wanted != null && wanted > now) {
      checkCapacity(core.outlook().promises().bytesBut(partner), wanted, force);
    }
  }

  /**
   * @param promised bytes that others may store here
   * @param more bytes beside them
   * @throws NotPermittedException if that is more than the uplink could give back
   */
  void checkCapacity(long promised, long more, boolean force) throws NotPermittedException {
    Capacity capacity = core.capacity();
    if (!force && !capacity.allows(promised, more)) {
      throw new NotPermittedException(
          capacity.words()
              + " and have promised "
              + ByteSize.show(promised)
              + " already: "
              + ByteSize.show(more)
              + " more could not be given back within "
              + capacity.window().toHours()
              + " hours. Take less, raise 'partners.uplink' if it is more, or --force");
    }
  }

  private OfferResult result(Negotiator.Outcome outcome) throws IOException {
    Optional<Partner> partner = outcome.partner();
    if (partner.isPresent()) {
      core.partners().greet();
    }
    return new OfferResult(
        partner.isPresent() ? report.partner(partner.get()) : null, outcome.message());
  }

  /**
   * Those who are meant.
   *
   * @param text name, or the beginning of the owner id; null for all
   */
  List<Partner> partners(String text) throws NodeException {
    return text == null ? core.book().all() : core.book().find(partner(text)).stream().toList();
  }

  private OwnerId partner(String text) throws NodeException {
    String beginning = text.strip().toUpperCase(Locale.ROOT);
    List<Partner> found =
        core.book().all().stream()
            .filter(
                each ->
                    each.name().equals(text.strip()) || each.id().toString().startsWith(beginning))
            .toList();
    if (found.size() != 1) {
      throw new NodeException(
          ExitCode.ERROR,
          found.isEmpty()
              ? "there is no partner '" + text + "': see kith partner list --json"
              : "'" + text + "' is the name of several: give the beginning of the owner id");
    }
    return found.get(0).id();
  }

  List<OfferInfo> offers() {
    return core.negotiator().waiting().stream().map(this::info).toList();
  }

  private OfferInfo info(Negotiator.Waiting offer) {
    Agreement agreement = offer.agreement();
    AgreementSide theirs = agreement.sideOf(offer.other());
    return new OfferInfo(
        id(agreement),
        offer.from() == Negotiator.OfferDirection.OURS,
        offer.other().toString(),
        theirs.label(),
        agreement.generation(),
        agreement.otherThan(offer.other()).space(),
        theirs.space(),
        agreement.terms().grace(),
        agreement.terms().commitment(),
        agreement.until().orElse(agreement.made()),
        offer.message());
  }

  private static String id(Agreement agreement) {
    return agreement.id().toString().substring(0, SHOWN);
  }

  private Negotiator.Waiting waiting(String id, Negotiator.OfferDirection from)
      throws NodeException {
    List<Negotiator.Waiting> named =
        core.negotiator().waiting().stream()
            .filter(each -> id(each.agreement()).equals(id))
            .toList();
    String other =
        from == Negotiator.OfferDirection.THEIRS
            ? "offer '" + id + "' is your own: take it back by kith partner withdraw " + id
            : "offer '" + id + "' is not yours: kith partner decline " + id;
    return named.stream()
        .filter(each -> each.from() == from)
        .findFirst()
        .orElseThrow(
            () ->
                new NodeException(
                    ExitCode.ERROR,
                    named.isEmpty()
                        ? "no offer '" + id + "' waits here: see kith partner offers"
                        : other));
  }

  WithdrawResult withdraw(String id) throws IOException, KithException, NodeException {
    OwnerId other = waiting(id, Negotiator.OfferDirection.OURS).other();
    Negotiator.Withdrawn withdrawn = core.negotiator().withdraw(other);
    Optional<Partner> agreed = withdrawn.agreed();
    return new WithdrawResult(
        agreed.isPresent() ? report.partner(agreed.get()) : null, withdrawn.told());
  }

  /** The partner, if it is agreed to; else null. */
  PartnerInfo decide(Operation.Decide decide) throws IOException, KithException, NodeException {
    Negotiator.Waiting offer = waiting(decide.id(), Negotiator.OfferDirection.THEIRS);
    OwnerId other = offer.other();
    if (decide.agree()) {
      checkMore(other, offer.agreement().otherThan(other).space(), decide.force());
      return report.partner(core.negotiator().agree(other));
    }
    core.negotiator().decline(other);
    return null;
  }
}
