package kith.peer;

import kith.codec.CorruptDataException;

/** The fields of the messages by which nodes make themselves and others known. */
final class RecordFields {
  private RecordFields() {}

  static void write(Request request, FieldWriter out) {
    if (request instanceof Request.RecordPublish publish) {
      out.bytes("record", publish.record().toBytes());
    } else if (request instanceof Request.RecordsGet get) {
      get.query().write(out);
    }
  }

  static void write(Reply.Records reply, FieldWriter out) {
    out.byteStrings("records", reply.records()).flag("more", reply.more());
  }

  static Request request(MessageKind kind, Fields in) throws CorruptDataException {
    return kind == MessageKind.RECORD_PUBLISH
        ? new Request.RecordPublish(MessageCodec.record(in, "record", RecordKind.NODE))
        : new Request.RecordsGet(RecordsQuery.read(in));
  }

  static Reply reply(Fields in) throws CorruptDataException {
    return new Reply.Records(in.byteStrings("records", Protocol.MAX_RECORDS), in.flag("more"));
  }
}
