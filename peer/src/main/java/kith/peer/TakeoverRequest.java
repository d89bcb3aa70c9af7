package kith.peer;

import java.util.Optional;

/** What is said about the machines that speak for an owner. */
sealed interface TakeoverRequest extends Request {
  @Override
  default int lane() {
    return TAKEOVER_LANE;
  }

  /** Which machines speak for my owner, and on what terms? */
  record TakeoverGet() implements TakeoverRequest {
    @Override
    public MessageKind kind() {
      return MessageKind.TAKEOVER_GET;
    }
  }

  /**
   * What the owner's node says of a machine that wants to take over.
   *
   * @param word a {@link TakeoverWord}
   * @param override the same, signed by the owner key
   */
  record TakeoverTell(SignedRecord word, Optional<OwnerRecord> override)
      implements TakeoverRequest {
    @Override
    public MessageKind kind() {
      return MessageKind.TAKEOVER_TELL;
    }
  }

  /**
   * What was kept for the receiver is gone.
   *
   * @param loss a {@link LossNotice}
   */
  record LossTell(SignedRecord loss) implements TakeoverRequest {
    @Override
    public MessageKind kind() {
      return MessageKind.LOSS_TELL;
    }
  }
}
