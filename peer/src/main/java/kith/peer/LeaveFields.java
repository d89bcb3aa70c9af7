package kith.peer;

import kith.codec.CorruptDataException;

/** The fields of the messages about the end of a partnership. */
final class LeaveFields {
  private LeaveFields() {}

  static void write(Request request, FieldWriter out) {
    if (request instanceof Request.LeaveTell tell) {
      out.bytes("notice", tell.notice().toBytes());
    } else if (request instanceof Request.LeaveGet get) {
      out.bytes("id", get.id());
    } else if (request instanceof Request.ReleaseTell tell) {
      out.bytes("release", tell.release().toBytes());
    }
  }

  static void write(Reply reply, FieldWriter out) {
    if (reply instanceof Reply.LeaveState state) {
      MessageCodec.optional(out, "notice", state.notice());
      MessageCodec.optional(out, "theirs", state.theirs());
      MessageCodec.optional(out, "ours", state.ours());
    }
  }

  static Request request(MessageKind kind, Fields in) throws CorruptDataException {
    return switch (kind) {
      case LEAVE_TELL -> new Request.LeaveTell(MessageCodec.record(in, "notice", RecordKind.LEAVE));
      case LEAVE_GET -> new Request.LeaveGet(new AgreementId(in.exactly("id", AgreementId.SIZE)));
      case RELEASE_TELL ->
          new Request.ReleaseTell(MessageCodec.record(in, "release", RecordKind.RELEASE));
      default -> throw new CorruptDataException(kind + " is no request about leaving");
    };
  }

  static Reply reply(Fields in) throws CorruptDataException {
    return new Reply.LeaveState(
        MessageCodec.optionalRecord(in, "notice", RecordKind.LEAVE),
        MessageCodec.optionalRecord(in, "theirs", RecordKind.RELEASE),
        MessageCodec.optionalRecord(in, "ours", RecordKind.RELEASE));
  }
}
