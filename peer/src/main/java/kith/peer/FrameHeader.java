package kith.peer;

import java.nio.ByteBuffer;
import kith.codec.CorruptDataException;

/**
 * What stands before each message: length u32 of all that follows it, version u8, kind u8, request
 * id u32, control length u32; then control and raw bytes. Checked before anything is allocated.
 *
 * @param kind tag of a {@link MessageKind}, which may be unknown here
 * @param requestId chosen by whoever asked, from 1; 0 for a failure of the link itself
 * @param control bytes
 * @param payload bytes
 */
record FrameHeader(int kind, int requestId, int control, int payload) {
  /** Length of a header in bytes. */
  static final int SIZE = 14;

  private static final int COUNTED = SIZE - 4;
  private static final int VERSION = 1;

  /** The longest frame but for its length field. */
  static final int MAX_LENGTH = COUNTED + Protocol.MAX_CONTROL + Protocol.MAX_PAYLOAD;

  void write(ByteBuffer out) {
    out.putInt(COUNTED + control + payload)
        .put((byte) VERSION)
        .put((byte) kind)
        .putInt(requestId)
        .putInt(control);
  }

  /**
   * @throws CorruptDataException if it is no header, or announces too much
   */
  static FrameHeader read(ByteBuffer in) throws CorruptDataException {
    int length = in.getInt();
    int version = in.get() & 0xff;
    int kind = in.get() & 0xff;
    int requestId = in.getInt();
    int control = in.getInt();
    if (length < COUNTED || length > MAX_LENGTH) {
      throw new CorruptDataException(
          "a message of " + (length & 0xffffffffL) + " bytes; " + MAX_LENGTH + " are allowed");
    }
    if (version != VERSION) {
      throw new CorruptDataException("a message in frame version " + version);
    }
    int payload = length - COUNTED - control;
    if (control < 0 || control > Protocol.MAX_CONTROL || payload < 0) {
      throw new CorruptDataException("a message's control part of " + control + " bytes");
    }
    MessageKind known = MessageKind.find(kind);
    if (payload > (known == null ? Protocol.MAX_PAYLOAD : known.maxPayload())) {
      throw new CorruptDataException(
          "a message of kind " + kind + " with " + payload + " raw bytes");
    }
    return new FrameHeader(kind, requestId, control, payload);
  }
}
