package kith.peer;

import java.nio.ByteBuffer;
import java.util.Optional;

/** What owners tell and ask holders about what need not be kept any more. */
sealed interface KeepSetRequest extends Request {
  /**
   * Drop what does not remain.
   *
   * @param keepSet a {@link KeepSet}
   * @param override the same, signed by the owner key, where it drops more than the breaker lets
   * @param payload the names of what is dropped, in their order
   */
  record KeepSetTell(SignedRecord keepSet, Optional<OwnerRecord> override, ByteBuffer payload)
      implements KeepSetRequest {
    @Override
    public MessageKind kind() {
      return MessageKind.KEEP_SET_TELL;
    }

    @Override
    public int lane() {
      return KEEP_SET_LANE;
    }
  }

  /** How much is in the trash, and may go there? */
  record KeepSetGet() implements KeepSetRequest {
    @Override
    public MessageKind kind() {
      return MessageKind.KEEP_SET_GET;
    }

    @Override
    public int lane() {
      return KEEP_SET_LANE;
    }
  }

  /**
   * The sender's owner is gone for good, or not after all.
   *
   * @param farewell a {@link Farewell}
   */
  record FarewellTell(OwnerRecord farewell) implements KeepSetRequest {
    @Override
    public MessageKind kind() {
      return MessageKind.FAREWELL_TELL;
    }

    @Override
    public int lane() {
      return KEEP_SET_LANE;
    }
  }
}
