package kith.peer;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import kith.codec.CorruptDataException;
import kith.codec.ShardName;

/** The fields of the messages of audits. */
final class AuditFields {
  private AuditFields() {}

  static void write(Request request, FieldWriter out) {
    if (request instanceof Request.AuditOpen open) {
      open.asked().write(out);
    } else if (request instanceof Request.AuditReveal reveal) {
      out.bytes("round", reveal.round().toBytes())
          .bytes("part", reveal.part())
          .number("method", reveal.method().tag())
          .bytes("challenge", reveal.challenge());
    }
  }

  static void write(Reply reply, FieldWriter out) {
    if (reply instanceof Reply.AuditOpened opened) {
      out.bytes("round", opened.round().toBytes()).byteStrings("lost", bytes(opened.lost()));
    } else if (reply instanceof Reply.AuditProof proof) {
      out.byteStrings("lost", bytes(proof.lost()));
    }
  }

  private static List<byte[]> bytes(List<ShardName> names) {
    return names.stream().map(ShardName::toBytes).toList();
  }

  static Request request(MessageKind kind, Fields in) throws CorruptDataException {
    return kind == MessageKind.AUDIT_OPEN
        ? new Request.AuditOpen(AuditRound.Asked.read(in))
        : reveal(in);
  }

  private static Request reveal(Fields in) throws CorruptDataException {
    AuditMethod method = AuditMethod.of(in.integer("method", 0, 255));
    return new Request.AuditReveal(
        MessageCodec.record(in, "round", RecordKind.AUDIT_ROUND),
        new AuditNonce(in.exactly("part", AuditNonce.SIZE)),
        method,
        in.exactly("challenge", method.challenge()));
  }

  static Reply reply(MessageKind kind, Fields in, ByteBuffer payload) throws CorruptDataException {
    return kind == MessageKind.AUDIT_OPENED
        ? new Reply.AuditOpened(MessageCodec.record(in, "round", RecordKind.AUDIT_ROUND), names(in))
        : new Reply.AuditProof(names(in), payload);
  }

  private static List<ShardName> names(Fields in) throws CorruptDataException {
    var names = new ArrayList<ShardName>();
    for (byte[] name : in.byteStrings("lost", Protocol.MAX_LOST)) {
      if (name.length != ShardName.SIZE) {
        throw new CorruptDataException("a shard's name of " + name.length + " bytes");
      }
      names.add(ShardName.parse(name));
    }
    return List.copyOf(names);
  }
}
