package kith.peer;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.function.LongSupplier;
import kith.codec.KithException;
import kith.codec.NotPermittedException;
import kith.codec.NotYetException;

/**
 * Judges by which machine a partner speaks, and answers those that ask how they stand. Safe for any
 * number of threads.
 */
final class TakeoverDesk {
  private final LocalNode self;
  private final PartnerBook book;
  private final LongSupplier observed;

  /**
   * @param observed time that was observed here, in ms
   */
  TakeoverDesk(LocalNode self, PartnerBook book, LongSupplier observed) {
    this.self = self;
    this.book = book;
    this.observed = observed;
  }

  /** How a node of a partner stands; it is announced by its first word. */
  TakeoverState.Standing heard(Partner partner, Credential node) throws IOException, KithException {
    TakeoverState.Standing standing = book.takeovers().heard(node, partner, observed.getAsLong());
    if (standing == TakeoverState.Standing.CURRENT) {
      book.saw(partner.id(), node.epoch());
    }
    return standing;
  }

  /**
   * @throws NotPermittedException if another machine has taken the place of this one
   */
  void require(Partner partner, Credential node) throws IOException, KithException {
    if (heard(partner, node) == TakeoverState.Standing.SUPERSEDED) {
      throw new NotPermittedException(
          "this owner's node now lives on another machine (epoch "
              + book.takeovers().epoch(partner.id(), observed.getAsLong())
              + "); this one has epoch "
              + node.epoch()
              + " and must stop");
    }
  }

  /**
   * @throws NotYetException if the node is announced and may not do everything yet
   */
  void requireCurrent(Partner partner, Credential node) throws IOException, KithException {
    require(partner, node);
    Duration left = book.takeovers().left(node, observed.getAsLong());
    if (!left.isZero()) {
      throw new NotYetException(
          "this machine takes over from another, which has not agreed: until it does, or "
              + left.toHours()
              + " hours have passed here, nothing is dropped or changed for it",
          left);
    }
  }

  /** Whether a machine is a partner's node. What he is asked goes to no other. */
  boolean isCurrent(Partner partner, Credential machine) throws IOException, KithException {
    return heard(partner, machine) == TakeoverState.Standing.CURRENT;
  }

  /**
   * Nothing is done by an owner key that was replaced, but for telling a machine so.
   *
   * @throws NotPermittedException if the sender's was
   */
  void requireKey(Request request, Link from) throws KithException {
    boolean asks =
        request instanceof TakeoverRequest.TakeoverGet && from.peer().role() == Role.NODE;
    boolean greets = request instanceof Request.Hello || request instanceof Request.Ping;
    Optional<Partner> partner = book.find(from.partner());
    if (partner.isPresent() && !asks && !greets) {
      book.takeovers().requireKey(from.peer(), partner.get());
    }
  }

  /**
   * @param from at whose end is a machine of the partner, whether or not it may do anything else
   */
  Reply answer(Request request, Partner partner, Link from) throws IOException, KithException {
    Takeovers takeovers = book.takeovers();
    if (request instanceof TakeoverRequest.LossTell tell) {
      if (from.peer().role() != Role.NODE) {
        throw new NotPermittedException("a restore view has kept nothing");
      }
      // What the machine before it keeps is not lost because somebody says so who has the kit.
      requireCurrent(partner, from.peer());
      lost(tell.loss(), from.peer());
      return new Reply.Done();
    }
    if (request instanceof TakeoverRequest.TakeoverTell tell) {
      if (!TakeoverWord.of(tell.word()).owner().equals(partner.id())) {
        throw new NotPermittedException("a word about another owner's machines");
      }
      takeovers.said(tell.word(), tell.override(), observed.getAsLong());
    }
    if (from.peer().role() == Role.NODE) {
      var unused = heard(partner, from.peer());
    }
    return new Reply.TakeoverTold(
        takeovers.state(partner.record(), from.peer(), observed.getAsLong()));
  }

  private void lost(SignedRecord record, Credential by) throws IOException, KithException {
    LossNotice notice = LossNotice.of(record);
    if (!notice.holder().equals(by.owner()) || notice.epoch() != by.epoch()) {
      throw new NotPermittedException("a loss that another admits");
    }
    if (!notice.owner().equals(self.identity().owner())) {
      throw new NotPermittedException("what was lost was another owner's");
    }
    if (notice.time().isAfter(self.now().plus(Credential.CLOCK_SLACK))) {
      throw new NotPermittedException("a loss of the future: check the clocks");
    }
    book.losses().admitted(notice, record);
  }
}
