package kith.peer;

import java.nio.ByteBuffer;

/**
 * What goes over a link: named fields (CBOR), and for bulk raw bytes behind them. How a message is
 * written and read is in {@link MessageCodec}.
 */
public sealed interface Message permits Request, Reply {
  /** Says what it is; also the tag on the wire. */
  MessageKind kind();

  /** The raw part, empty for most. Read-only by convention; its position is not to be moved. */
  default ByteBuffer payload() {
    return MessageCodec.NOTHING;
  }
}
