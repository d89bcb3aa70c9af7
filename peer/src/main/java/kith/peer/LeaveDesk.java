package kith.peer;

import java.io.IOException;
import java.util.Optional;
import kith.codec.KithException;
import kith.codec.NotPermittedException;

/**
 * The answering side of the end of a partnership: takes notices and releases, and tells what is
 * known of them here. Safe for any number of threads.
 */
final class LeaveDesk {
  private final LeaveBook leaves;

  LeaveDesk(LocalNode self, PartnerBook book) {
    leaves = new LeaveBook(self, book);
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

  /** What whoever has no agreement here is told. */
  static Reply gone() {
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

  private static Reply state(Partner partner) {
    Optional<Leave> leave = partner.leave();
    return new Reply.LeaveState(
        leave.map(Leave::record), leave.flatMap(Leave::theirs), leave.flatMap(Leave::ours));
  }
}
