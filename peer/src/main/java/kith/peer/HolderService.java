package kith.peer;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import kith.codec.KithException;
import kith.codec.NotPermittedException;
import kith.codec.NotYetException;
import kith.codec.OwnerId;
import kith.index.DiskFull;
import kith.index.HoldingStore;
import kith.index.NoSuchShardException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What this node does for its partners. Decides who may ask for what: everything needs an
 * agreement, changing anything needs a node of the newest epoch, and nobody can name another's
 * data. Safe for any number of threads.
 */
public final class HolderService implements RequestHandler {
  private static final Logger LOG = LoggerFactory.getLogger(HolderService.class);

  /** Calls of one relay in a minute. */
  private static final int MOST_CALLS = 60;

  private final LocalNode self;
  private final PartnerBook book;
  private final Links links;
  private final RelayService relays;
  private final SourceLimit calls;
  private final Agreeing agreeing;
  private final Meetings meetings;
  private final Mailboxes mailboxes;
  private final KnownNodes known;
  private final Holdings holdings;
  private final ReadingBack reading;
  private final Uploads uploads;
  private final Probes probes;
  private final LeaveDesk leaves;
  private final AuditDesk audits;
  private final KeepSetDesk keepSets;
  private final RecordReads recordReads;
  private final TakeoverDesk takeovers;

  /**
   * The ways to partners.
   *
   * @param links gets the links that partners open
   * @param relays what this node carries between its partners
   */
  public record Ways(Links links, RelayService relays) {}

  /** Who answers about agreements, and how they are kept. */
  public record Agreeing(Invitations invitations, OfferDesk offers, ConductDesk conduct) {}

  /** Tells how much this node's disk has room for. */
  @FunctionalInterface
  public interface Room {
    /** As much as there may be. */
    Room ENDLESS = () -> Long.MAX_VALUE;

    /** Bytes that may be taken for partners now, whatever was agreed. */
    long bytes() throws IOException;
  }

  /**
   * Where the pieces of partners are kept.
   *
   * @param room on this node's disk
   * @param audits answers those who ask whether all is there
   * @param reading who may read how much of it
   */
  public record Disk(HoldingStore store, Room room, AuditDesk audits, ReadingBack reading) {}

  /**
   * @param known the nodes that partners are told of
   */
  public HolderService(
      LocalNode self, Disk disk, PartnerBook book, Agreeing agreeing, Ways ways, KnownNodes known) {
    this.self = self;
    this.book = book;
    this.links = ways.links;
    this.relays = ways.relays;
    this.calls = new SourceLimit(self.clock(), Duration.ofMinutes(1), MOST_CALLS, 4 * MOST_CALLS);
    this.agreeing = agreeing;
    this.meetings = new Meetings(agreeing.invitations());
    this.mailboxes = new Mailboxes(self.clock(), this::knows, Mailboxes.Bounds.NODE);
    this.known = known;
    this.holdings = new Holdings(self, disk, book);
    this.reading = disk.reading;
    this.probes = new Probes(self.clock());
    this.uploads = new Uploads(self, disk.store, disk.room);
    this.leaves = new LeaveDesk(self, book);
    this.audits = disk.audits;
    this.recordReads = new RecordReads(disk.store, self.clock());
    this.takeovers = new TakeoverDesk(self, book, disk.store::observedMillis);
    this.keepSets = new KeepSetDesk(self, disk.store, book);
  }

  @Override
  public Reply handle(Request request, Link from) {
    try {
      from.peer().checkTime(self.now());
      if (needsDisk(request.kind()) && audits.health().isSick()) {
        return failure(FailureKind.SICK, "the holder's disk fails");
      }
      takeovers.requireKey(request, from);
      return answer(request, from);
    } catch (NotYetException e) {
      LOG.debug("{} from {}: not yet: {}", request.kind(), from.peer(), e.getMessage());
      return new Reply.Failure(FailureKind.NOT_YET, e.getMessage(), e.after());
    } catch (KithException e) {
      LOG.debug("{} from {} refused: {}", request.kind(), from.peer(), e.getMessage());
      return failure(FailureKind.of(e), e.getMessage());
    } catch (NoSuchShardException e) {
      return failure(FailureKind.NOT_FOUND, e.getMessage());
    } catch (IOException e) {
      return diskFailure(request, from, e);
    }
  }

  /** Whether a request is about what is kept for its sender. */
  private static boolean needsDisk(MessageKind kind) {
    return switch (kind) {
      case GET,
          LIST_SHARDS,
          HEAD_GET,
          LEDGER_GET,
          PUT_OPEN,
          PUT_BLOCKS,
          PUT_COMMIT,
          PUT_ABORT,
          HEAD_PUT,
          CHECKPOINT_PROPOSE,
          AUDIT_OPEN,
          AUDIT_REVEAL ->
          true;
      default -> false;
    };
  }

  private static Reply failure(FailureKind reason, String message) {
    return new Reply.Failure(reason, String.valueOf(message), Duration.ZERO);
  }

  private Reply diskFailure(Request request, Link from, IOException e) {
    if (DiskFull.is(e)) {
      LOG.info("the disk is full: {} of {} is refused", request.kind(), from.peer());
      return failure(FailureKind.SPACE_EXHAUSTED, "the holder's disk is full");
    }
    audits.health().failed();
    LOG.error("the disk fails at {} from {}", request.kind(), from.peer(), e);
    return failure(FailureKind.SICK, "the holder's disk fails");
  }

  private Reply answer(Request request, Link from) throws IOException, KithException {
    return switch (request.kind()) {
      case HELLO -> hello((Request.Hello) request, from);
      case PING -> new Reply.Pong(((Request.Ping) request).nonce());
      case INVITE_QUERY,
          AGREEMENT_OFFER,
          AGREEMENT_GET,
          TERMS_QUERY,
          PROPOSE,
          AGREEMENT_TELL,
          OFFER_DECLINE ->
          agreeing(request, from);
      case TAKEOVER_GET, TAKEOVER_TELL, LOSS_TELL -> takingOver(request, from);
      case LEAVE_TELL, LEAVE_GET, RELEASE_TELL -> leaving(request, from);
      case CONDUCT_TELL, RECEIPT_PROPOSE, RECEIPTS_GET, CLAIM_CHECK ->
          agreeing.conduct().answer(request, negotiator(from));
      case KEEP_SET_TELL, KEEP_SET_GET, FAREWELL_TELL -> keepSet(request, from);
      case MEET -> meet((Request.Meet) request, from);
      case MAILBOX_OPEN, MAILBOX_POST, MAILBOX_FETCH -> mailboxes.answer(request, from);
      case PROBE -> probed((Request.Probe) request, from);
      case RELAY_OPEN, RELAY_CALL, RELAY_JOIN, RELAY_WAIT -> relay(request, from);
      case RECORD_PUBLISH ->
          known.published(((Request.RecordPublish) request).record(), writer(from).id(), "");
      case RECORDS_GET -> records(((Request.RecordsGet) request).query(), from.partner());
      case GET -> holdings.get((Request.Get) request, reader(from), from.peer());
      case LIST_SHARDS -> holdings.list((Request.ListShards) request, reader(from), from.peer());
      case RESTORE_DECLARE ->
          reading.declare((Request.RestoreDeclare) request, partner(from), from.peer());
      case HEAD_GET, LEDGER_GET -> records(request, reader(from));
      case PUT_OPEN, PUT_BLOCKS, PUT_COMMIT, PUT_ABORT, HEAD_PUT, CHECKPOINT_PROPOSE ->
          change(request, from, keeper(from));
      case AUDIT_OPEN, AUDIT_REVEAL -> audits.answer(request, writer(from));
      default -> throw new IllegalStateException(request.kind() + " as a request");
    };
  }

  /** Heads and ledgers, as much as a day allows; in a restore that is declared all of them. */
  private Reply records(Request request, Partner partner) throws IOException, KithException {
    Duration wait = recordReads.wait(partner.id());
    if (!wait.isZero() && reading.standing(partner).restoringUntil().isEmpty()) {
      String message = "enough of heads and ledgers was told for today";
      return new Reply.Failure(FailureKind.BUSY, message, wait);
    }
    Reply reply =
        request instanceof Request.HeadGet get
            ? holdings.head(get, partner.id())
            : holdings.ledger((Request.LedgerGet) request, partner.id());
    recordReads.count(partner.id(), reply.payload().remaining());
    return reply;
  }

  private Reply meet(Request.Meet meet, Link from) throws IOException, KithException {
    nodeOf(from);
    return meetings.answer(meet, from);
  }

  private Reply takingOver(Request request, Link from) throws IOException, KithException {
    Partner partner = known(from);
    Reply reply = takeovers.answer(request, partner, from);
    if (from.peer().role() == Role.NODE && takeovers.isCurrent(partner, from.peer())) {
      links.adopt(from); // it may have been opened when it was only announced
    }
    return reply;
  }

  private Reply relay(Request request, Link from) throws IOException, KithException {
    if (request instanceof Request.RelayOpen open) {
      reader(from);
      return relays.open(open, from);
    } else if (request instanceof Request.RelayJoin join) {
      return relays.join(join, from);
    } else if (request instanceof Request.RelayCall) {
      if (links.contact(from.partner()).isEmpty()) {
        throw new NotPermittedException("strangers do not call this node");
      }
      return calls.admit(from.partner().toString()) ? new Reply.Done() : calls.refusal();
    }
    throw new NotPermittedException("this is no broker: partners are called without waiting");
  }

  private Reply agreeing(Request request, Link from) throws IOException, KithException {
    if (request instanceof Request.InviteQuery query) {
      return agreeing.invitations().query(query, nodeOf(from));
    } else if (request instanceof Request.AgreementOffer offer) {
      return agreeing.invitations().offer(offer, nodeOf(from));
    } else if (request instanceof Request.AgreementGet get) {
      return agreement(get, from.partner());
    }
    return agreeing.offers().answer(request, changer(from));
  }

  private Reply leaving(Request request, Link from) throws IOException, KithException {
    OwnerId asker = request instanceof Request.LeaveGet ? negotiator(from) : changer(from);
    Optional<Partner> partner = book.find(asker);
    return partner.isEmpty()
        ? leaves.answerAfterEnd(request, asker)
        : leaves.answer(request, partner.get(), from.peer());
  }

  private Reply keepSet(Request request, Link from) throws IOException, KithException {
    takeovers.requireCurrent(writer(from), from.peer());
    return keepSets.answer(request, from.peer());
  }

  private Reply change(Request request, Link from, Partner partner)
      throws IOException, KithException {
    if (request instanceof Request.PutOpen open) {
      Optional<Reply> refusal =
          agreeing.conduct().gate().refusal(partner.id(), open.sealedLength());
      return refusal.isPresent() ? refusal.get() : uploads.open(open, from, partner);
    } else if (request instanceof Request.PutBlocks blocks) {
      return uploads.blocks(blocks, from, partner);
    } else if (request instanceof Request.PutCommit commit) {
      Reply done = uploads.commit(commit, from, partner);
      audits.put(partner.id(), commit.shard());
      return done;
    } else if (request instanceof Request.PutAbort abort) {
      return uploads.abort(abort, from, partner);
    } else if (request instanceof Request.HeadPut put) {
      return holdings.putHead(put, from.peer());
    } else if (request instanceof Request.CheckpointPropose propose) {
      return holdings.checkpoint(propose, partner.id());
    }
    throw new IllegalStateException(request.kind() + " changes nothing");
  }

  private Reply hello(Request.Hello hello, Link from) throws IOException, KithException {
    Optional<Partner> partner = book.find(from.partner());
    // One whose place another has taken may ask who that is, and no more.
    if (partner.isPresent() && from.peer().role() == Role.NODE) {
      TakeoverState.Standing standing = takeovers.heard(partner.get(), from.peer());
      if (standing == TakeoverState.Standing.CURRENT) {
        book.moved(from.partner(), Contact.understood(hello.addresses()));
      }
      if (standing != TakeoverState.Standing.SUPERSEDED) {
        reading.heard(from.partner());
      }
    }
    return self.welcome();
  }

  /** Whoever there is an agreement with, by any machine of his. */
  private Partner known(Link from) throws NotPermittedException {
    return book.find(from.partner())
        .orElseThrow(
            () ->
                new NotPermittedException("there is no agreement with " + from.partner().brief()));
  }

  /** Whoever may become a partner may see how fast this node is. */
  private Reply probed(Request.Probe probe, Link from) throws IOException, KithException {
    OwnerId asker = negotiator(from);
    if (book.find(asker).isEmpty() && !agreeing.offers().takesStrangers()) {
      throw new NotPermittedException("this node makes agreements by invitation only");
    }
    return probes.answer(probe, asker);
  }

  /** Strangers learn of nobody but this node, which has made itself known to them already. */
  private Reply records(RecordsQuery query, OwnerId asker) {
    return book.find(asker).isPresent() ? known.page(query) : known.own();
  }

  private static OwnerId nodeOf(Link from) throws NotPermittedException {
    if (from.peer().role() != Role.NODE) {
      throw new NotPermittedException("a restore view makes no agreements");
    }
    return from.partner();
  }

  /** Whoever may make and change agreements: the newest node of its owner. */
  private OwnerId negotiator(Link from) throws IOException, KithException {
    OwnerId asker = nodeOf(from);
    Optional<Partner> partner = book.find(asker);
    if (partner.isPresent()) {
      takeovers.require(partner.get(), from.peer());
    }
    return asker;
  }

  /** The same, once it may change what was agreed. */
  private OwnerId changer(Link from) throws IOException, KithException {
    OwnerId asker = nodeOf(from);
    Optional<Partner> partner = book.find(asker);
    if (partner.isPresent()) {
      takeovers.requireCurrent(partner.get(), from.peer());
    }
    return asker;
  }

  private Partner reader(Link from) throws IOException, KithException {
    Partner partner = partner(from);
    reading.requireThere(partner);
    return partner;
  }

  /** Whoever there is an agreement with, by his newest node or a view of his. */
  private Partner partner(Link from) throws IOException, KithException {
    Partner partner = known(from);
    if (from.peer().role() == Role.NODE) {
      takeovers.require(partner, from.peer());
      reading.heard(partner.id());
    }
    return partner;
  }

  private Partner writer(Link from) throws IOException, KithException {
    if (from.peer().role() != Role.NODE) {
      throw new NotPermittedException("a restore view only reads");
    }
    return reader(from);
  }

  /** Who may keep things here: nobody who has just said that he needs nothing any more. */
  private Partner keeper(Link from) throws IOException, KithException {
    Partner partner = writer(from);
    if (partner.isLeaving() && partner.leave().orElseThrow().isReleasedHere()) {
      throw new NotPermittedException("what was kept here is released: the partnership ends");
    }
    reading.requireKept(partner);
    if (book.farewells().isGone(partner.id())) {
      throw new NotPermittedException("this owner has said farewell: nothing new is kept for him");
    }
    return partner;
  }

  private Reply agreement(Request.AgreementGet get, OwnerId asker) {
    return book.find(asker)
        .filter(partner -> partner.agreement().id().equals(get.id()))
        .<Reply>map(partner -> new Reply.Agreed(partner.record(), Contact.texts(self.addresses())))
        .orElseGet(() -> failure(FailureKind.NOT_FOUND, "there is no such agreement"));
  }

  @Override
  public boolean knows(OwnerId owner) {
    return book.find(owner).isPresent();
  }

  @Override
  public void opened(Link link) {
    Optional<Partner> partner = book.find(link.partner());
    try {
      // Only its node is asked for anything, and not a machine that wants to be.
      if (partner.isPresent()
          && (link.peer().role() != Role.NODE || takeovers.isCurrent(partner.get(), link.peer()))) {
        links.opened(link);
      }
    } catch (IOException | KithException e) {
      LOG.info("a link of {} is not used: {}", link.peer(), e.getMessage());
    }
  }

  @Override
  public Optional<Contact> contact(OwnerId relay) {
    return links.contact(relay);
  }

  @Override
  public void joined(byte[] ticket, CircuitEnd end) {
    relays.joined(ticket, end);
  }

  @Override
  public void closed(Link link) {
    uploads.closed(link);
  }

  /** Bytes on their way from an owner. */
  long reserved(OwnerId owner) {
    return uploads.reserved(owner);
  }
}
