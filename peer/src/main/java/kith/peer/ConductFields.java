package kith.peer;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import kith.codec.CorruptDataException;
import kith.codec.Digest;

/** The fields of the messages about how partners keep their word. */
final class ConductFields {
  /** Levels of the tree over the longest shard. */
  private static final int MAX_PATH = 32;

  private ConductFields() {}

  static void write(Request request, FieldWriter out) {
    if (request instanceof Request.ConductTell tell) {
      out.bytes("notice", tell.notice().toBytes());
    } else if (request instanceof Request.ReceiptPropose propose) {
      out.bytes("receipt", propose.receipt().toBytes());
    } else if (request instanceof Request.ReceiptsGet get) {
      get.about().ifPresent(owner -> out.bytes("about", owner));
      get.after()
          .ifPresent(pair -> out.bytes("owner", pair.owner()).bytes("holder", pair.holder()));
    } else if (request instanceof Request.ClaimCheck check) {
      out.bytes("claim", check.claim().toBytes());
    }
  }

  static void write(Reply reply, FieldWriter out) {
    if (reply instanceof Reply.ReceiptSigned signed) {
      out.bytes("receipt", signed.receipt().toBytes());
    } else if (reply instanceof Reply.Receipts receipts) {
      out.byteStrings("receipts", receipts.receipts())
          .byteStrings("claims", receipts.claims())
          .flag("more", receipts.more());
    } else if (reply instanceof Reply.ClaimAnswer answer) {
      out.byteStrings("path", answer.path().stream().map(Digest::toBytes).toList());
      MessageCodec.optional(out, "freed", answer.freed());
    }
  }

  static Request request(MessageKind kind, Fields in) throws CorruptDataException {
    return switch (kind) {
      case CONDUCT_TELL ->
          new Request.ConductTell(MessageCodec.record(in, "notice", RecordKind.CONDUCT));
      case RECEIPT_PROPOSE ->
          new Request.ReceiptPropose(MessageCodec.record(in, "receipt", RecordKind.RECEIPT));
      case RECEIPTS_GET ->
          new Request.ReceiptsGet(
              in.has("about") ? Optional.of(in.owner("about")) : Optional.empty(), after(in));
      case CLAIM_CHECK ->
          new Request.ClaimCheck(MessageCodec.record(in, "claim", RecordKind.CLAIM));
      default -> throw new CorruptDataException(kind + " is no request about conduct");
    };
  }

  private static Optional<OwnerPair> after(Fields in) throws CorruptDataException {
    return in.has("owner")
        ? Optional.of(new OwnerPair(in.owner("owner"), in.owner("holder")))
        : Optional.empty();
  }

  static Reply reply(MessageKind kind, Fields in, ByteBuffer payload) throws CorruptDataException {
    return switch (kind) {
      case RECEIPT_SIGNED ->
          new Reply.ReceiptSigned(MessageCodec.record(in, "receipt", RecordKind.RECEIPT));
      case RECEIPTS ->
          new Reply.Receipts(
              in.byteStrings("receipts", Protocol.MAX_RECORDS),
              in.byteStrings("claims", Protocol.MAX_RECORDS),
              in.flag("more"));
      case CLAIM_ANSWER ->
          new Reply.ClaimAnswer(
              path(in), MessageCodec.optionalRecord(in, "freed", RecordKind.RELEASE), payload);
      default -> throw new CorruptDataException(kind + " is no reply about conduct");
    };
  }

  private static List<Digest> path(Fields in) throws CorruptDataException {
    var path = new ArrayList<Digest>();
    for (byte[] digest : in.byteStrings("path", MAX_PATH)) {
      if (digest.length != Digest.SIZE) {
        throw new CorruptDataException("a digest of " + digest.length + " bytes");
      }
      path.add(new Digest(digest));
    }
    return path;
  }
}
