package kith.peer;

import java.nio.ByteBuffer;
import java.time.Instant;
import kith.codec.CorruptDataException;
import kith.codec.ShardName;

/** The fields of each request. */
final class RequestFields {
  static final int SECRET_ID = 16;
  static final int PROOF = 32;
  static final int MAX_ADDRESSES = 8;
  static final int MAX_ADDRESS = 80;
  static final int MAX_SOFTWARE = 64;

  private RequestFields() {}

  static void write(Request request, FieldWriter out) {
    if (request instanceof Request.Hello hello) {
      out.number("protocol", hello.protocol())
          .text("software", hello.software())
          .number("now", hello.now().toEpochMilli())
          .texts("addresses", hello.addresses());
    } else if (request instanceof Request.Ping ping) {
      out.number("nonce", ping.nonce());
    } else if (request instanceof Request.Get get) {
      out.bytes("shard", get.shard().toBytes())
          .number("first", get.first())
          .number("count", get.count());
      ReadPurpose.write(get.purpose(), out);
    } else if (request instanceof Request.ListShards list) {
      if (list.after() != null) {
        out.bytes("after", list.after().toBytes());
      }
      out.number("limit", list.limit());
    } else if (request instanceof Request.HeadGet get) {
      out.number("back", get.back());
    } else if (request instanceof Request.LedgerGet get) {
      out.number("from", get.from()).number("limit", get.limit());
    } else {
      writePut(request, out);
    }
  }

  private static void writePut(Request request, FieldWriter out) {
    if (request instanceof Request.PutOpen open) {
      out.bytes("shard", open.shard().toBytes())
          .bytes("descriptor", open.descriptor())
          .number("length", open.sealedLength())
          .bytes("root", open.merkleRoot());
    } else if (request instanceof Request.PutBlocks blocks) {
      out.bytes("shard", blocks.shard().toBytes()).number("offset", blocks.offset());
    } else if (request instanceof Request.PutCommit commit) {
      out.bytes("shard", commit.shard().toBytes()).bytes("root", commit.merkleRoot());
    } else if (request instanceof Request.PutAbort abort) {
      out.bytes("shard", abort.shard().toBytes());
    } else {
      writeSigned(request, out);
    }
  }

  private static void writeSigned(Request request, FieldWriter out) {
    if (request instanceof Request.CheckpointPropose propose) {
      out.bytes("checkpoint", propose.checkpoint().toBytes());
    } else if (request instanceof Request.InviteQuery query) {
      out.bytes("invitation", query.invitation()).bytes("proof", query.proof());
    } else if (request instanceof Request.AgreementOffer offer) {
      out.bytes("invitation", offer.invitation())
          .bytes("proof", offer.proof())
          .bytes("agreement", offer.agreement().toBytes())
          .texts("addresses", offer.addresses());
    } else if (request instanceof Request.AgreementGet get) {
      out.bytes("id", get.id());
    } else if (request instanceof Request.Probe probe) {
      out.number("length", probe.length());
    } else {
      MeetingFields.write(request, out);
      RecordFields.write(request, out);
      NegotiationFields.write(request, out);
      LeaveFields.write(request, out);
      ConductFields.write(request, out);
      RelayFields.write(request, out);
      AuditFields.write(request, out);
      RestoreFields.write(request, out);
      KeepSetFields.write(request, out);
      TakeoverFields.write(request, out);
    }
  }

  static Request read(MessageKind kind, Fields in, ByteBuffer payload) throws CorruptDataException {
    return switch (kind) {
      case HELLO -> hello(in);
      case PING -> new Request.Ping(in.number("nonce", Long.MIN_VALUE, Long.MAX_VALUE));
      case PUT_OPEN -> open(in);
      case PUT_BLOCKS -> new Request.PutBlocks(in.shard("shard"), in.count("offset"), payload);
      case PUT_COMMIT -> new Request.PutCommit(in.shard("shard"), in.digest("root"));
      case PUT_ABORT -> new Request.PutAbort(in.shard("shard"));
      case GET -> get(in);
      case LIST_SHARDS -> list(in);
      case HEAD_PUT -> new Request.HeadPut(payload);
      case HEAD_GET -> new Request.HeadGet(in.integer("back", 0, Protocol.MAX_HEADS));
      case CHECKPOINT_PROPOSE -> checkpoint(in);
      case LEDGER_GET -> ledger(in);
      case INVITE_QUERY -> query(in);
      case AGREEMENT_OFFER -> offer(in);
      case AGREEMENT_GET ->
          new Request.AgreementGet(new AgreementId(in.exactly("id", AgreementId.SIZE)));
      case PROBE -> new Request.Probe(in.integer("length", 1, Protocol.PROBE_BYTES));
      case RECORD_PUBLISH, RECORDS_GET -> RecordFields.request(kind, in);
      case MEET, MAILBOX_OPEN, MAILBOX_POST, MAILBOX_FETCH -> MeetingFields.request(kind, in);
      case TERMS_QUERY, PROPOSE, AGREEMENT_TELL, OFFER_DECLINE ->
          NegotiationFields.request(kind, in);
      case LEAVE_TELL, LEAVE_GET, RELEASE_TELL -> LeaveFields.request(kind, in);
      case CONDUCT_TELL, RECEIPT_PROPOSE, RECEIPTS_GET, CLAIM_CHECK ->
          ConductFields.request(kind, in);
      case KEEP_SET_TELL, KEEP_SET_GET, FAREWELL_TELL -> KeepSetFields.request(kind, in, payload);
      case TAKEOVER_GET, TAKEOVER_TELL, LOSS_TELL -> TakeoverFields.request(kind, in);
      case RELAY_OPEN, RELAY_CALL, RELAY_JOIN, RELAY_WAIT -> RelayFields.request(kind, in);
      case AUDIT_OPEN, AUDIT_REVEAL -> AuditFields.request(kind, in);
      case RESTORE_DECLARE -> RestoreFields.request(in);
      default -> throw new CorruptDataException(kind + " is no request");
    };
  }

  private static Request checkpoint(Fields in) throws CorruptDataException {
    return new Request.CheckpointPropose(
        MessageCodec.record(in, "checkpoint", RecordKind.CHECKPOINT));
  }

  private static Request query(Fields in) throws CorruptDataException {
    return new Request.InviteQuery(in.exactly("invitation", SECRET_ID), in.exactly("proof", PROOF));
  }

  private static Request hello(Fields in) throws CorruptDataException {
    return new Request.Hello(
        in.integer("protocol", 1, 0xffff),
        in.text("software", MAX_SOFTWARE),
        Instant.ofEpochMilli(in.count("now")),
        in.texts("addresses", MAX_ADDRESSES, MAX_ADDRESS));
  }

  private static Request open(Fields in) throws CorruptDataException {
    return new Request.PutOpen(
        in.shard("shard"),
        in.bytes("descriptor", Protocol.MAX_DESCRIPTOR),
        in.number("length", 1, Protocol.MAX_SEALED_LENGTH),
        in.digest("root"));
  }

  private static Request get(Fields in) throws CorruptDataException {
    return new Request.Get(
        in.shard("shard"),
        in.integer("first", 0, Integer.MAX_VALUE),
        in.integer("count", 1, Integer.MAX_VALUE),
        ReadPurpose.read(in));
  }

  private static Request list(Fields in) throws CorruptDataException {
    ShardName after = in.has("after") ? in.shard("after") : null;
    return new Request.ListShards(after, in.integer("limit", 1, Protocol.MAX_LISTED));
  }

  private static Request ledger(Fields in) throws CorruptDataException {
    return new Request.LedgerGet(in.count("from"), in.integer("limit", 1, Protocol.MAX_LISTED));
  }

  private static Request offer(Fields in) throws CorruptDataException {
    return new Request.AgreementOffer(
        in.exactly("invitation", SECRET_ID),
        in.exactly("proof", PROOF),
        MessageCodec.record(in, "agreement", RecordKind.AGREEMENT),
        in.texts("addresses", MAX_ADDRESSES, MAX_ADDRESS));
  }
}
