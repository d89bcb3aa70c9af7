package kith.peer;

import java.util.Optional;
import kith.codec.CorruptDataException;

/** The fields of the messages about the machines that speak for an owner. */
final class TakeoverFields {
  private TakeoverFields() {}

  static void write(Message message, FieldWriter out) {
    if (message instanceof TakeoverRequest.TakeoverTell tell) {
      out.bytes("word", tell.word().toBytes());
      tell.override().ifPresent(override -> out.bytes("override", override.toBytes()));
    } else if (message instanceof TakeoverRequest.LossTell tell) {
      out.bytes("loss", tell.loss().toBytes());
    } else if (message instanceof Reply.TakeoverTold told) {
      told.state().write(out);
    }
  }

  static Request request(MessageKind kind, Fields in) throws CorruptDataException {
    if (kind == MessageKind.TAKEOVER_GET) {
      return new TakeoverRequest.TakeoverGet();
    } else if (kind == MessageKind.LOSS_TELL) {
      return new TakeoverRequest.LossTell(MessageCodec.record(in, "loss", RecordKind.LOSS));
    }
    Optional<OwnerRecord> override =
        in.has("override")
            ? Optional.of(
                OwnerRecord.parse(in.bytes("override", OwnerRecord.MAX_BYTES), RecordKind.TAKEOVER))
            : Optional.empty();
    return new TakeoverRequest.TakeoverTell(
        MessageCodec.record(in, "word", RecordKind.TAKEOVER), override);
  }

  static Reply told(Fields in) throws CorruptDataException {
    return new Reply.TakeoverTold(TakeoverState.read(in));
  }
}
