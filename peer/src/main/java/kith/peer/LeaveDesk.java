package kith.peer;

import java.io.IOException;
import java.util.Optional;
import kith.codec.KithException;
import kith.codec.NotPermittedException;
import kith.codec.OwnerId;

/**
 * The answering side of the end of a partnership: takes notices and releases, and tells what is
 * known of them here. Safe for any number of threads.
 */
final class LeaveDesk {
  private final LeaveBook leaves;
  private final LastWords lastWords;
  private final NodeIdentity me;

  LeaveDesk(LocalNode self, PartnerBook book) {
    leaves = new LeaveBook(self, book);
    lastWords = book.lastWords();
    me = self.identity();
  }

  /**
   * @param partner who asks, by the newest node of his
   * @param asker its credential
   */
  Reply answer(Request request, Partner partner, Credential asker)
      throws IOException, KithException {
    if (request instanceof Request.LeaveTell tell) {
      requireNode(tell.notice(), partner, asker);
      return state(leaves.heard(partner.id(), tell.notice()));
    }
    if (request instanceof Request.ReleaseTell tell) {
      requireNode(tell.release(), partner, asker);
      return state(leaves.released(partner.id(), tell.release()));
    }
    AgreementId wanted = ((Request.LeaveGet) request).id();
    if (!partner.agreement().id().equals(wanted)) {
      return gone();
    }
    return state(partner);
  }

  /**
   * What a former partner is told who has not heard of the end, and others who have no agreement
   * here. His release is signed at once, for nothing of his is here any more.
   */
  Reply answerAfterEnd(Request request, OwnerId asker) throws IOException, KithException {
    if (request instanceof Request.LeaveGet get) {
      return lastWords.find(asker, get.id()).map(LeaveDesk::state).orElseGet(LeaveDesk::gone);
    }
    if (request instanceof Request.LeaveTell tell) {
      AgreementId agreement = LeaveNotice.of(tell.notice()).agreement();
      return lastWords.find(asker, agreement).map(LeaveDesk::state).orElseGet(LeaveDesk::gone);
    }
    SignedRecord record = ((Request.ReleaseTell) request).release();
    Release release = Release.of(record);
    Leave leave = lastWords.find(asker, release.agreement()).orElse(null);
    boolean his = release.owner().equals(asker) && release.holder().equals(me.owner());
    if (leave == null || !his || release.number() != leave.notice().number()) {
      return gone();
    }
    lastWords.forget(asker);
    return state(leave.withTheirs(record.signatures() > 1 ? record : record.signedBy(me)));
  }

  private static Reply gone() {
    return new Reply.Failure(
        FailureKind.NOT_FOUND, "there is no such agreement", java.time.Duration.ZERO);
  }

  /** What a former machine of his owner signed does not count. */
  private static void requireNode(SignedRecord record, Partner partner, Credential asker)
      throws KithException {
    for (Credential signer : record.signers()) {
      if (signer.owner().equals(partner.id()) && signer.epoch() < asker.epoch()) {
        throw new NotPermittedException("signed by a former node of this owner");
      }
    }
  }

  private static Reply state(Leave leave) {
    return new Reply.LeaveState(Optional.of(leave.record()), leave.theirs(), leave.ours());
  }

  private static Reply state(Partner partner) {
    Optional<Leave> leave = partner.leave();
    return new Reply.LeaveState(
        leave.map(Leave::record), leave.flatMap(Leave::theirs), leave.flatMap(Leave::ours));
  }
}
