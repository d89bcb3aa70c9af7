package kith.peer;

import java.nio.ByteBuffer;
import java.util.Optional;
import kith.codec.CorruptDataException;

/** The fields of the messages about what is dropped. */
final class KeepSetFields {
  private KeepSetFields() {}

  static void write(Request request, FieldWriter out) {
    if (request instanceof KeepSetRequest.KeepSetTell tell) {
      out.bytes("keep", tell.keepSet().toBytes());
      tell.override().ifPresent(override -> out.bytes("override", override.toBytes()));
    } else if (request instanceof KeepSetRequest.FarewellTell tell) {
      out.bytes("farewell", tell.farewell().toBytes());
    }
  }

  static void write(Reply reply, FieldWriter out) {
    if (reply instanceof Reply.KeepSetTold told) {
      KeepSetState state = told.state();
      out.number("dropped", state.dropped())
          .number("used", state.usedBytes())
          .number("trash", state.trashBytes())
          .number("droppable", state.droppableBytes())
          .number("wait", state.waitMillis());
    } else if (reply instanceof Reply.Blocks blocks && blocks.foundInTrash()) {
      out.flag("trash", true);
      MessageCodec.optional(out, "ack", blocks.ack());
    }
  }

  static Request request(MessageKind kind, Fields in, ByteBuffer payload)
      throws CorruptDataException {
    if (kind == MessageKind.KEEP_SET_GET) {
      return new KeepSetRequest.KeepSetGet();
    } else if (kind == MessageKind.FAREWELL_TELL) {
      return new KeepSetRequest.FarewellTell(owners(in, "farewell", RecordKind.FAREWELL));
    }
    Optional<OwnerRecord> override =
        in.has("override")
            ? Optional.of(owners(in, "override", RecordKind.KEEP_SET))
            : Optional.empty();
    return new KeepSetRequest.KeepSetTell(
        MessageCodec.record(in, "keep", RecordKind.KEEP_SET), override, payload);
  }

  private static OwnerRecord owners(Fields in, String name, RecordKind kind)
      throws CorruptDataException {
    return OwnerRecord.parse(in.bytes(name, OwnerRecord.MAX_BYTES), kind);
  }

  static Reply told(Fields in) throws CorruptDataException {
    return new Reply.KeepSetTold(
        new KeepSetState(
            in.count("dropped"),
            in.count("used"),
            in.count("trash"),
            in.count("droppable"),
            in.count("wait")));
  }

  static Reply blocks(Fields in, ByteBuffer payload) throws CorruptDataException {
    boolean trash = in.has("trash") && in.flag("trash");
    return new Reply.Blocks(
        payload,
        trash,
        trash ? MessageCodec.optionalRecord(in, "ack", RecordKind.PUT_ACK) : Optional.empty());
  }
}
