package kith.fs.node;

import java.io.IOException;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;
import kith.codec.OwnerId;
import kith.index.HoldingStore;
import kith.index.Rows;
import kith.peer.ConductBook;
import kith.peer.ConductDesk;
import kith.peer.ConductTalk;
import kith.peer.Contacts;
import kith.peer.KnownNodes;
import kith.peer.LocalNode;
import kith.peer.Network;
import kith.peer.Partner;
import kith.peer.PartnerBook;
import kith.peer.PeerClient;
import kith.peer.ReadingBack;
import kith.peer.ReceiptBook;
import kith.peer.TrackRecords;
import kith.peer.conduct.ConductRules;
import kith.peer.conduct.Standing;
import kith.peer.conduct.Trouble;

/** How words are kept, by partners and by this node, wired together. Safe for many threads. */
final class NodeConduct {
  private final Rows rows;
  private final PartnerBook partners;
  private final InstantSource clock;
  private final PartnerHours hours;
  private final ConductBook book;
  private final ReceiptBook receipts;
  private ConductDesk desk;
  private ConductTalk talk;

  NodeConduct(Rows rows, PartnerBook partners, InstantSource clock) throws IOException {
    this.rows = rows;
    this.partners = partners;
    this.clock = clock;
    this.hours = new PartnerHours(rows);
    this.book = new ConductBook(rows, partners, ConductRules.DEFAULT, clock);
    this.receipts = new ReceiptBook(rows, clock);
  }

  /** What is noted of partners. */
  Outlook.Watch watch() {
    return new Outlook.Watch(hours, book);
  }

  /** How nodes have kept their word with others. */
  TrackRecords records(KnownNodes known) {
    return new TrackRecords(partners.self(), receipts, partners, known, clock);
  }

  /** Answers from now on; before anything else is asked. */
  ConductDesk answering(LocalNode self, HoldingStore holdings) {
    desk = new ConductDesk(self, partners, book, receipts, holdings);
    return desk;
  }

  /** The ways to others. */
  record Ways(PeerClient client, Network network, Contacts contacts) {}

  /** Asks from now on; before anything else is asked. */
  ConductTalk asking(LocalNode self, Ways ways, NodePartners there, RandomGenerator random) {
    var means =
        new ConductTalk.Means(partners, book, receipts, ways.client, ways.network, ways.contacts);
    talk = new ConductTalk(self, means, new HeldThere(rows, there), random);
    return talk;
  }

  /**
   * Notes who of the partners answers.
   *
   * @param reading lets what is kept for one who is excluded be kept as an estate
   */
  void passed(Set<OwnerId> there, Predicate<OwnerId> owes, ReadingBack reading) throws IOException {
    List<OwnerId> asked = partners.all().stream().map(Partner::id).toList();
    hours.note(asked, there, clock.instant());
    book.passed(asked, there, owes);
    for (OwnerId partner : asked) {
      Standing standing = book.standing(partner);
      // Whose silence it is the estates see for themselves.
      if (standing.isReneged() && standing.trouble() != Trouble.SILENT) {
        reading.reneged(partner);
      }
    }
  }

  /** When partners are on-line. */
  PartnerHours hours() {
    return hours;
  }

  /** How partners keep their word. */
  ConductBook book() {
    return book;
  }

  /** How partners say that this node keeps its word. */
  ConductDesk desk() {
    return desk;
  }

  /** Talks with partners about it. */
  ConductTalk talk() {
    return talk;
  }
}
