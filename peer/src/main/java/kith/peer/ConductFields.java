package kith.peer;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import kith.codec.CorruptDataException;
import kith.codec.Digest;
import kith.codec.ShardName;

/** The fields of the messages about how partners keep their word. */
final class ConductFields {
  /** Levels of the tree over the longest shard. */
  private static final int MAX_PATH = 32;

  /** Of the names that a dropped shard would stand between. */
  private static final List<String> PATHS = List.of("path0", "path1");

  private ConductFields() {}

  static void write(Request request, FieldWriter out) {
    if (request instanceof ConductRequest.ConductTell tell) {
      out.bytes("notice", tell.notice().toBytes());
    } else if (request instanceof ConductRequest.ReceiptPropose propose) {
      out.bytes("receipt", propose.receipt().toBytes());
    } else if (request instanceof ConductRequest.ReceiptsGet get) {
      get.about().ifPresent(owner -> out.bytes("about", owner));
      get.after()
          .ifPresent(pair -> out.bytes("owner", pair.owner()).bytes("holder", pair.holder()));
    } else if (request instanceof ConductRequest.ClaimCheck check) {
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
      path(out, "path", answer.path());
      MessageCodec.optional(out, "freed", answer.freed());
      answer.dropped().ifPresent(dropped -> write(dropped, out));
    }
  }

  private static void write(DropProof dropped, FieldWriter out) {
    out.bytes("keepset", dropped.keepSet().toBytes()).number("index", dropped.index());
    out.byteStrings("beside", dropped.beside().stream().map(one -> one.name().toBytes()).toList());
    for (int i = 0; i < dropped.beside().size(); i++) {
      path(out, PATHS.get(i), dropped.beside().get(i).path());
    }
  }

  private static void path(FieldWriter out, String name, List<Digest> path) {
    out.byteStrings(name, path.stream().map(Digest::toBytes).toList());
  }

  static Request request(MessageKind kind, Fields in) throws CorruptDataException {
    return switch (kind) {
      case CONDUCT_TELL ->
          new ConductRequest.ConductTell(MessageCodec.record(in, "notice", RecordKind.CONDUCT));
      case RECEIPT_PROPOSE ->
          new ConductRequest.ReceiptPropose(MessageCodec.record(in, "receipt", RecordKind.RECEIPT));
      case RECEIPTS_GET ->
          new ConductRequest.ReceiptsGet(
              in.has("about") ? Optional.of(in.owner("about")) : Optional.empty(), after(in));
      case CLAIM_CHECK ->
          new ConductRequest.ClaimCheck(MessageCodec.record(in, "claim", RecordKind.CLAIM));
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
              path(in, "path"),
              MessageCodec.optionalRecord(in, "freed", RecordKind.RELEASE),
              dropped(in),
              payload);
      default -> throw new CorruptDataException(kind + " is no reply about conduct");
    };
  }

  private static Optional<DropProof> dropped(Fields in) throws CorruptDataException {
    Optional<SignedRecord> keepSet =
        MessageCodec.optionalRecord(in, "keepset", RecordKind.KEEP_SET);
    if (keepSet.isEmpty()) {
      return Optional.empty();
    }
    var beside = new ArrayList<DropProof.Neighbour>();
    for (byte[] name : in.byteStrings("beside", PATHS.size())) {
      List<Digest> path = path(in, PATHS.get(beside.size()));
      beside.add(new DropProof.Neighbour(ShardName.parse(name), path));
    }
    return Optional.of(new DropProof(keepSet.get(), in.count("index"), beside));
  }

  private static List<Digest> path(Fields in, String name) throws CorruptDataException {
    var path = new ArrayList<Digest>();
    for (byte[] digest : in.byteStrings(name, MAX_PATH)) {
      if (digest.length != Digest.SIZE) {
        throw new CorruptDataException("a digest of " + digest.length + " bytes");
      }
      path.add(new Digest(digest));
    }
    return path;
  }
}
