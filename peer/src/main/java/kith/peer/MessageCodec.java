package kith.peer;

import java.nio.ByteBuffer;
import java.util.Optional;
import kith.codec.CorruptDataException;

/**
 * Messages to and from their control part (one CBOR map) and raw part. No state. The fields are
 * listed in docs/protocol.md.
 */
final class MessageCodec {
  static final ByteBuffer NOTHING = ByteBuffer.allocate(0).asReadOnlyBuffer();

  private MessageCodec() {}

  /** The control part: at most {@link Protocol#MAX_CONTROL} bytes. */
  static byte[] control(Message message) {
    var out = new FieldWriter();
    if (message instanceof Request request) {
      RequestFields.write(request, out);
    } else if (message instanceof Reply reply) {
      ReplyFields.write(reply, out);
    }
    byte[] control = out.toBytes();
    if (control.length > Protocol.MAX_CONTROL) {
      throw new IllegalArgumentException("a " + message.kind() + " of too many fields");
    }
    return control;
  }

  /**
   * @param payload kept by the message, not copied
   * @throws CorruptDataException if control and payload are no message of that kind
   */
  static Message read(MessageKind kind, byte[] control, ByteBuffer payload)
      throws CorruptDataException {
    if (payload.remaining() > kind.maxPayload()) {
      throw new CorruptDataException("a " + kind + " with too many raw bytes");
    }
    Fields fields = Fields.parse(control, Protocol.MAX_CONTROL);
    return kind.isReply()
        ? ReplyFields.read(kind, fields, payload)
        : RequestFields.read(kind, fields, payload);
  }

  static SignedRecord record(Fields fields, String name, RecordKind kind)
      throws CorruptDataException {
    return SignedRecord.parse(fields.bytes(name, SignedRecord.MAX_SMALL), kind);
  }

  static Optional<SignedRecord> optionalRecord(Fields fields, String name, RecordKind kind)
      throws CorruptDataException {
    return fields.has(name) ? Optional.of(record(fields, name, kind)) : Optional.empty();
  }

  static void optional(FieldWriter out, String name, Optional<SignedRecord> record) {
    record.ifPresent(present -> out.bytes(name, present.toBytes()));
  }
}
