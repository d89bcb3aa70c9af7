package kith.peer;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import kith.codec.CorruptDataException;
import kith.peer.conduct.EstateTerm;

/** The fields of what is said about declared restores. */
final class RestoreFields {
  private static final int MOST_LEFT = 366;

  private RestoreFields() {}

  static void write(Message message, FieldWriter out) {
    if (message instanceof Request.RestoreDeclare declare) {
      MessageCodec.optional(out, "declaration", declare.declaration());
    } else if (message instanceof Reply.RestoreState state) {
      out.number("until", state.until().toEpochMilli())
          .number("left", state.left())
          .byteStrings("declared", state.declared().stream().map(SignedRecord::toBytes).toList())
          .map("estate", state.estate(), RestoreFields::estate);
    }
  }

  private static void estate(FieldWriter out, Reply.Estate estate) {
    out.number("phase", estate.phase().tag())
        .number("cause", estate.cause().tag())
        .number("left", estate.left().toMillis())
        .number("returned", estate.returned().toEpochMilli());
  }

  static Request request(Fields in) throws CorruptDataException {
    return new Request.RestoreDeclare(
        MessageCodec.optionalRecord(in, "declaration", RecordKind.RESTORE_DECLARATION));
  }

  static Reply reply(Fields in) throws CorruptDataException {
    List<SignedRecord> declared = new ArrayList<>();
    for (byte[] each : in.byteStrings("declared", RestoreLine.MOST)) {
      declared.add(SignedRecord.parse(each, RecordKind.RESTORE_DECLARATION));
    }
    Fields estate = in.map("estate");
    return new Reply.RestoreState(
        Instant.ofEpochMilli(in.count("until")),
        in.integer("left", 0, MOST_LEFT),
        List.copyOf(declared),
        new Reply.Estate(
            EstateLine.phase(estate.integer("phase", 0, 255)),
            EstateLine.cause(estate.integer("cause", 0, 255)),
            Duration.ofMillis(estate.number("left", 0, EstateTerm.LONGEST.toMillis())),
            Instant.ofEpochMilli(estate.count("returned"))));
  }
}
