package kith.peer;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import kith.codec.CorruptDataException;
import kith.codec.KithException;
import kith.codec.NotEnoughShardsException;
import kith.codec.NotPermittedException;
import kith.codec.OwnerId;
import kith.codec.PartnerUnavailableException;
import kith.codec.SpaceExhaustedException;
import kith.codec.WrongKeyException;
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

  private final LocalNode self;
  private final PartnerBook book;
  private final Links links;
  private final Agreeing agreeing;
  private final Meetings meetings;
  private final Mailboxes mailboxes;
  private final Holdings holdings;
  private final Uploads uploads;

  /** Who answers about agreements. */
  public record Agreeing(Invitations invitations, OfferDesk offers) {}

  /** Tells how much this node's disk has room for. */
  @FunctionalInterface
  public interface Room {
    /** As much as there may be. */
    Room ENDLESS = () -> Long.MAX_VALUE;

    /** Bytes that may be taken for partners now, whatever was agreed. */
    long bytes() throws IOException;
  }

  /** As the other constructor, on a disk that never is full. */
  public HolderService(
      LocalNode self, HoldingStore store, PartnerBook book, Agreeing agreeing, Links links) {
    this(self, store, book, agreeing, links, Room.ENDLESS);
  }

  /**
   * @param links gets the links that partners open
   * @param room on this node's disk
   */
  public HolderService(
      LocalNode self,
      HoldingStore store,
      PartnerBook book,
      Agreeing agreeing,
      Links links,
      Room room) {
    this.self = self;
    this.book = book;
    this.links = links;
    this.agreeing = agreeing;
    this.meetings = new Meetings(agreeing.invitations());
    this.mailboxes = new Mailboxes(self.clock(), this::knows);
    this.holdings = new Holdings(self, store, book);
    this.uploads = new Uploads(self, store, room);
  }

  @Override
  public Reply handle(Request request, Link from) {
    try {
      from.peer().checkTime(self.now());
      return answer(request, from);
    } catch (KithException e) {
      LOG.debug("{} from {} refused: {}", request.kind(), from.peer(), e.getMessage());
      return failure(reason(e), e.getMessage());
    } catch (NoSuchShardException e) {
      return failure(FailureKind.NOT_FOUND, e.getMessage());
    } catch (IOException e) {
      return diskFailure(request, from, e);
    }
  }

  private static Reply failure(FailureKind reason, String message) {
    return new Reply.Failure(reason, String.valueOf(message), Duration.ZERO);
  }

  private static Reply diskFailure(Request request, Link from, IOException e) {
    if (DiskFull.is(e)) {
      LOG.info("the disk is full: {} of {} is refused", request.kind(), from.peer());
      return failure(FailureKind.SPACE_EXHAUSTED, "the holder's disk is full");
    }
    LOG.error("the disk fails at {} from {}", request.kind(), from.peer(), e);
    return failure(FailureKind.SICK, "the holder's disk fails");
  }

  /** What a failure is told as. */
  static FailureKind reason(KithException e) {
    if (e instanceof NotPermittedException || e instanceof WrongKeyException) {
      return FailureKind.NOT_PERMITTED;
    } else if (e instanceof SpaceExhaustedException) {
      return FailureKind.SPACE_EXHAUSTED;
    } else if (e instanceof CorruptDataException) {
      return FailureKind.CORRUPT_DATA;
    } else if (e instanceof NotEnoughShardsException || e instanceof PartnerUnavailableException) {
      return FailureKind.BUSY;
    }
    throw new IllegalStateException("a failure of a new kind", e);
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
      case MEET -> meet((Request.Meet) request, from);
      case MAILBOX_OPEN, MAILBOX_POST, MAILBOX_FETCH -> mailboxes.answer(request, from);
      case GET -> holdings.get((Request.Get) request, reader(from).id());
      case LIST_SHARDS -> holdings.list((Request.ListShards) request, reader(from).id());
      case HEAD_GET -> holdings.head((Request.HeadGet) request, reader(from).id());
      case LEDGER_GET -> holdings.ledger((Request.LedgerGet) request, reader(from).id());
      case PUT_OPEN, PUT_BLOCKS, PUT_COMMIT, PUT_ABORT, HEAD_PUT, CHECKPOINT_PROPOSE ->
          change(request, from, writer(from));
      default -> throw new IllegalStateException(request.kind() + " as a request");
    };
  }

  private Reply meet(Request.Meet meet, Link from) throws IOException, KithException {
    nodeOf(from);
    return meetings.answer(meet, from);
  }

  private Reply agreeing(Request request, Link from) throws IOException, KithException {
    if (request instanceof Request.InviteQuery query) {
      return agreeing.invitations().query(query, nodeOf(from));
    } else if (request instanceof Request.AgreementOffer offer) {
      return agreeing.invitations().offer(offer, nodeOf(from));
    } else if (request instanceof Request.AgreementGet get) {
      return agreement(get, from.partner());
    }
    return agreeing.offers().answer(request, negotiator(from));
  }

  private Reply change(Request request, Link from, Partner partner)
      throws IOException, KithException {
    if (request instanceof Request.PutOpen open) {
      return uploads.open(open, from, partner);
    } else if (request instanceof Request.PutBlocks blocks) {
      return uploads.blocks(blocks, from, partner);
    } else if (request instanceof Request.PutCommit commit) {
      return uploads.commit(commit, from, partner);
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
    if (partner.isPresent() && from.peer().role() == Role.NODE) {
      checkEpoch(partner.get(), from.peer());
      book.saw(from.partner(), from.peer().epoch());
      book.moved(from.partner(), Contact.understood(hello.addresses()));
    }
    return self.welcome();
  }

  private static void checkEpoch(Partner partner, Credential credential)
      throws NotPermittedException {
    if (credential.epoch() < partner.epoch()) {
      throw new NotPermittedException(
          "this owner's node now lives on another machine (epoch "
              + partner.epoch()
              + "); this one has epoch "
              + credential.epoch()
              + " and must stop");
    }
  }

  private static OwnerId nodeOf(Link from) throws NotPermittedException {
    if (from.peer().role() != Role.NODE) {
      throw new NotPermittedException("a restore view makes no agreements");
    }
    return from.partner();
  }

  /** Whoever may make and change agreements: the newest node of its owner. */
  private OwnerId negotiator(Link from) throws NotPermittedException {
    OwnerId asker = nodeOf(from);
    Optional<Partner> partner = book.find(asker);
    if (partner.isPresent()) {
      checkEpoch(partner.get(), from.peer());
    }
    return asker;
  }

  private Partner reader(Link from) throws NotPermittedException {
    Partner partner =
        book.find(from.partner())
            .orElseThrow(
                () ->
                    new NotPermittedException(
                        "there is no agreement with " + from.partner().brief()));
    if (from.peer().role() == Role.NODE) {
      checkEpoch(partner, from.peer());
    }
    return partner;
  }

  private Partner writer(Link from) throws NotPermittedException {
    if (from.peer().role() != Role.NODE) {
      throw new NotPermittedException("a restore view only reads");
    }
    return reader(from);
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
    if (book.find(link.partner()).isPresent()) {
      links.opened(link);
    }
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
