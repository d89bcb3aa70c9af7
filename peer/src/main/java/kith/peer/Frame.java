package kith.peer;

import io.netty.buffer.ByteBuf;
import java.nio.ByteBuffer;
import kith.codec.CorruptDataException;

/**
 * A message as it came in, whole but not understood yet. Whoever handles it releases it once.
 *
 * @param body raw bytes; null if there are none, or the kind is not known here
 * @param intake what holds the bytes' share of the node's intake; null for replies
 */
record Frame(FrameHeader header, byte[] control, ByteBuf body, Intake intake) {
  boolean isReply() {
    return MessageKind.isReply(header.kind());
  }

  /** The message. It must not be used after {@link #release}. */
  Message read() throws CorruptDataException {
    ByteBuffer payload = body == null ? MessageCodec.NOTHING : body.nioBuffer();
    return MessageCodec.read(MessageKind.of(header.kind()), control, payload);
  }

  void release() {
    if (body != null) {
      body.release();
    }
    if (intake != null) {
      intake.release(header.payload());
    }
  }
}
