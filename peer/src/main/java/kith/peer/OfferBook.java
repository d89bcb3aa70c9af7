package kith.peer;

import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
import kith.codec.CorruptDataException;
import kith.codec.NotPermittedException;
import kith.codec.OwnerId;
import kith.index.Rows;
import kith.index.Table;
import kith.index.Update;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The offers that one side has not signed yet: at most one in each direction with each owner. What
 * happens to them, and to the agreement that they lead to, happens under this object's monitor,
 * which comes before that of the partner book and is never held across network I/O.
 */
public final class OfferBook {
  private static final Logger LOG = LoggerFactory.getLogger(OfferBook.class);

  private final Rows rows;
  private final PartnerBook book;
  private final ConcurrentSkipListMap<OwnerId, OfferRow> out = new ConcurrentSkipListMap<>();
  private final ConcurrentSkipListMap<OwnerId, OfferRow> in = new ConcurrentSkipListMap<>();

  /** Reads the offers; a damaged one is left out, with a warning. */
  public OfferBook(Rows rows, PartnerBook book) throws IOException {
    this.rows = rows;
    this.book = book;
    rows.scan(
        Table.OFFERS,
        new byte[0],
        null,
        (key, row) -> {
          try {
            OfferRow offer = OfferRow.parse(key, row);
            side(offer.direction()).put(offer.other(), offer);
          } catch (CorruptDataException e) {
            LOG.warn("an offer in the index is damaged and left out: {}", e.getMessage());
          }
          return true;
        });
  }

  private ConcurrentSkipListMap<OwnerId, OfferRow> side(OfferRow.Direction direction) {
    return direction == OfferRow.Direction.OUT ? out : in;
  }

  PartnerBook partners() {
    return book;
  }

  /** What this node has offered to somebody. */
  Optional<OfferRow> outgoing(OwnerId other) {
    return Optional.ofNullable(out.get(other));
  }

  /** What somebody has offered to this node, where a person decides or has decided. */
  Optional<OfferRow> incoming(OwnerId other) {
    return Optional.ofNullable(in.get(other));
  }

  List<OfferRow> outgoing() {
    return List.copyOf(out.values());
  }

  List<OfferRow> incoming() {
    return List.copyOf(in.values());
  }

  /** Keeps an offer, in place of the one before in this direction; durable on return. */
  synchronized void put(OfferRow offer) throws IOException {
    rows.apply(new Update().put(Table.OFFERS, offer.key(), offer.toBytes()));
    rows.sync();
    side(offer.direction()).put(offer.other(), offer);
  }

  /** Forgets an offer, unless it has been replaced. */
  synchronized void remove(OfferRow offer) throws IOException {
    OfferRow now = side(offer.direction()).get(offer.other());
    if (now != null && now.record().sameBody(offer.record())) {
      rows.apply(new Update().delete(Table.OFFERS, offer.key()));
      side(offer.direction()).remove(offer.other());
    }
  }

  /**
   * Enters what both have signed, and forgets the offers between the two, in one step; durable on
   * return. The same again changes nothing.
   *
   * @param now by which an offer that is not kept here any more must not have expired
   * @param asked whether it is the answer to a question of this node's
   * @throws CorruptDataException if a signature is missing or false, or it does not follow what
   *     there is
   * @throws NotPermittedException if nothing of it is known here, or it has expired
   */
  synchronized Partner conclude(
      SignedRecord both, List<NodeAddress> addresses, Instant now, boolean asked)
      throws IOException, CorruptDataException, NotPermittedException {
    Agreement agreement = Agreement.ofBoth(both);
    OwnerId other = agreement.otherThan(book.self()).owner();
    Optional<Partner> before = book.find(other);
    if (before.isPresent() && before.get().record().sameBody(both)) {
      return before.get();
    }
    boolean kept =
        outgoing(other).filter(offer -> offer.record().sameBody(both)).isPresent()
            || incoming(other).filter(offer -> offer.record().sameBody(both)).isPresent();
    Instant until = agreement.until().orElse(agreement.made());
    boolean inTime = !now.isAfter(until.plus(Credential.CLOCK_SLACK));
    if (!kept && !(inTime && (asked || before.isPresent()))) {
      throw new NotPermittedException(
          "an agreement that was offered until " + until + " and is not awaited here any more");
    }
    if (before.isPresent() && before.get().agreement().generation() < agreement.generation()) {
      checkFollows(before.get(), agreement);
    }
    return enter(both, addresses);
  }

  /** As {@link #conclude}, for what this node has just signed as the second. */
  synchronized Partner enter(SignedRecord both, List<NodeAddress> addresses)
      throws IOException, CorruptDataException {
    OwnerId other = Agreement.ofBoth(both).otherThan(book.self()).owner();
    var with =
        new Update()
            .delete(Table.OFFERS, OfferRow.Direction.OUT.key(other))
            .delete(Table.OFFERS, OfferRow.Direction.IN.key(other));
    Partner partner = book.agree(both, addresses, with);
    out.remove(other);
    in.remove(other);
    return partner;
  }

  /**
   * Generations may be missed where one side lost them, but the next one names what it replaces.
   */
  private static void checkFollows(Partner before, Agreement agreement)
      throws CorruptDataException {
    boolean next = before.agreement().generation() + 1 == agreement.generation();
    boolean names =
        agreement
            .amends()
            .filter(
                said ->
                    said.since().equals(before.agreement().since())
                        && (!next || said.equals(before.agreement().amended(before.record()))))
            .isPresent();
    if (!names) {
      throw new CorruptDataException("an amendment of another agreement than there is");
    }
  }
}
