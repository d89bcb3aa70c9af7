package kith.peer;

import java.util.Optional;
import kith.codec.OwnerId;

/** What partners ask each other about how words are kept. */
sealed interface ConductRequest extends Request {
  /** How the receiver, or another partner of the sender that is excluded, stands with him. */
  record ConductTell(SignedRecord notice) implements ConductRequest {
    @Override
    public MessageKind kind() {
      return MessageKind.CONDUCT_TELL;
    }
  }

  /** What came of a period's audits of the receiver: to be signed by it, too. */
  record ReceiptPropose(SignedRecord receipt) implements ConductRequest {
    @Override
    public MessageKind kind() {
      return MessageKind.RECEIPT_PROPOSE;
    }
  }

  /**
   * Receipts and claims that the receiver has, in the order of owner and holder.
   *
   * @param about holders; empty for all
   * @param after continue behind this pair; empty from the beginning
   */
  record ReceiptsGet(Optional<OwnerId> about, Optional<OwnerPair> after) implements ConductRequest {
    @Override
    public MessageKind kind() {
      return MessageKind.RECEIPTS_GET;
    }
  }

  /** The sender has heard that the receiver does not show a block: let it show it. */
  record ClaimCheck(SignedRecord claim) implements ConductRequest {
    @Override
    public MessageKind kind() {
      return MessageKind.CLAIM_CHECK;
    }
  }
}
