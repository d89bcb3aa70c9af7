package kith.peer;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import kith.codec.CorruptDataException;

/** Messages as the bytes that go over a wire, in one piece. */
final class Wire {
  private Wire() {}

  /** A message with its header. */
  static byte[] bytes(Message message, int requestId) {
    byte[] control = MessageCodec.control(message);
    ByteBuffer payload = message.payload().duplicate();
    var header =
        new FrameHeader(message.kind().tag(), requestId, control.length, payload.remaining());
    ByteBuffer out = ByteBuffer.allocate(FrameHeader.SIZE + control.length + payload.remaining());
    header.write(out);
    return out.put(control).put(payload).array();
  }

  /**
   * @throws CorruptDataException if the bytes are not exactly one message
   */
  static Message read(byte[] bytes) throws CorruptDataException {
    try {
      ByteBuffer in = ByteBuffer.wrap(bytes);
      FrameHeader header = FrameHeader.read(in);
      if (in.remaining() != header.control() + header.payload()) {
        throw new CorruptDataException("a message with " + in.remaining() + " bytes behind it");
      }
      byte[] control = new byte[header.control()];
      in.get(control);
      return MessageCodec.read(MessageKind.of(header.kind()), control, in.slice());
    } catch (BufferUnderflowException e) {
      throw new CorruptDataException("a message is cut off", e);
    }
  }
}
