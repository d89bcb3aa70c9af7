package kith.peer;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import kith.codec.CorruptDataException;

/** The fields of each reply. */
final class ReplyFields {
  private static final int MAX_MESSAGE = 1000;
  private static final long MAX_RETRY_MILLIS = Duration.ofDays(366).toMillis();

  private ReplyFields() {}

  static void write(Reply reply, FieldWriter out) {
    if (reply instanceof Reply.Welcome welcome) {
      out.number("protocol", welcome.protocol())
          .text("software", welcome.software())
          .number("now", welcome.now().toEpochMilli())
          .texts("addresses", welcome.addresses());
    } else if (reply instanceof Reply.Pong pong) {
      out.number("nonce", pong.nonce());
    } else if (reply instanceof Reply.Shards shards) {
      out.flag("more", shards.more());
    } else if (reply instanceof Reply.HeadFound found) {
      out.number("kept", found.kept());
    } else if (reply instanceof Reply.LedgerPart part) {
      out.number("generation", part.generation())
          .number("count", part.count())
          .bytes("digest", part.digest());
    } else if (reply instanceof Reply.Failure failure) {
      out.number("reason", failure.reason().tag())
          .text("message", PlainText.cut(failure.message(), MAX_MESSAGE))
          .number("retry", Math.min(MAX_RETRY_MILLIS, failure.retryAfter().toMillis()));
    } else {
      writeSigned(reply, out);
    }
  }

  private static void writeSigned(Reply reply, FieldWriter out) {
    if (reply instanceof Reply.PutOpened opened) {
      MessageCodec.optional(out, "ack", opened.ack());
    } else if (reply instanceof Reply.PutDone done) {
      out.bytes("ack", done.ack().toBytes());
    } else if (reply instanceof Reply.HeadDone done) {
      out.bytes("ack", done.ack().toBytes());
    } else if (reply instanceof Reply.Checkpointed signed) {
      out.bytes("checkpoint", signed.checkpoint().toBytes());
    } else if (reply instanceof Reply.Agreed agreed) {
      out.bytes("agreement", agreed.agreement().toBytes()).texts("addresses", agreed.addresses());
    } else if (reply instanceof Reply.Invited invited) {
      out.map("inviter", invited.inviter(), (to, side) -> side.write(to))
          .number("wanted", invited.spaceWanted())
          .map("terms", invited.terms(), (to, terms) -> terms.write(to));
      MessageCodec.optional(out, "agreed", invited.agreed());
    } else if (reply instanceof Reply.Records records) {
      RecordFields.write(records, out);
    } else {
      MeetingFields.write(reply, out);
      NegotiationFields.write(reply, out);
      LeaveFields.write(reply, out);
      ConductFields.write(reply, out);
      RelayFields.write(reply, out);
      AuditFields.write(reply, out);
      RestoreFields.write(reply, out);
      KeepSetFields.write(reply, out);
      TakeoverFields.write(reply, out);
    }
  }

  static Reply read(MessageKind kind, Fields in, ByteBuffer payload) throws CorruptDataException {
    return switch (kind) {
      case DONE -> new Reply.Done();
      case WELCOME -> welcome(in);
      case PONG -> new Reply.Pong(in.number("nonce", Long.MIN_VALUE, Long.MAX_VALUE));
      case PUT_OPENED -> opened(in);
      case BLOCKS -> KeepSetFields.blocks(in, payload);
      case KEEP_SET_TOLD -> KeepSetFields.told(in);
      case TAKEOVER_TOLD -> TakeoverFields.told(in);
      case PROBED -> new Reply.Probed(payload);
      case SHARDS -> new Reply.Shards(ShardListing.read(payload), in.flag("more"));
      case PUT_DONE, HEAD_DONE -> done(kind, in);
      case HEAD_FOUND -> new Reply.HeadFound(in.integer("kept", 0, Protocol.MAX_HEADS), payload);
      case CHECKPOINTED -> checkpointed(in);
      case LEDGER_PART -> ledger(in, payload);
      case INVITED -> invited(in);
      case AGREED -> agreed(in);
      case FAILURE -> failure(in);
      case RECORDS, MET, MAILBOX_FOUND -> found(kind, in);
      case TERMS_TOLD, OFFER_COUNTERED, OFFER_HELD, OFFER_DECLINED ->
          NegotiationFields.reply(kind, in);
      case LEAVE_STATE -> LeaveFields.reply(in);
      case RECEIPT_SIGNED, RECEIPTS, CLAIM_ANSWER -> ConductFields.reply(kind, in, payload);
      case RELAY_OPENED, RELAY_JOINED -> RelayFields.reply(kind, in);
      case AUDIT_OPENED, AUDIT_PROOF -> AuditFields.reply(kind, in, payload);
      case RESTORE_STATE -> RestoreFields.reply(in);
      default -> throw new CorruptDataException(kind + " is no reply");
    };
  }

  private static Reply done(MessageKind kind, Fields in) throws CorruptDataException {
    return kind == MessageKind.PUT_DONE
        ? new Reply.PutDone(MessageCodec.record(in, "ack", RecordKind.PUT_ACK))
        : new Reply.HeadDone(MessageCodec.record(in, "ack", RecordKind.HEAD_ACK));
  }

  private static Reply found(MessageKind kind, Fields in) throws CorruptDataException {
    return kind == MessageKind.RECORDS ? RecordFields.reply(in) : MeetingFields.reply(kind, in);
  }

  private static java.util.List<String> addresses(Fields in) throws CorruptDataException {
    return in.texts("addresses", RequestFields.MAX_ADDRESSES, RequestFields.MAX_ADDRESS);
  }

  private static Reply ledger(Fields in, ByteBuffer payload) throws CorruptDataException {
    return new Reply.LedgerPart(
        in.count("generation"), in.count("count"), in.digest("digest"), payload);
  }

  private static Reply agreed(Fields in) throws CorruptDataException {
    return new Reply.Agreed(
        MessageCodec.record(in, "agreement", RecordKind.AGREEMENT), addresses(in));
  }

  private static Reply opened(Fields in) throws CorruptDataException {
    return new Reply.PutOpened(MessageCodec.optionalRecord(in, "ack", RecordKind.PUT_ACK));
  }

  private static Reply checkpointed(Fields in) throws CorruptDataException {
    return new Reply.Checkpointed(MessageCodec.record(in, "checkpoint", RecordKind.CHECKPOINT));
  }

  private static Reply welcome(Fields in) throws CorruptDataException {
    return new Reply.Welcome(
        in.integer("protocol", 1, 0xffff),
        in.text("software", RequestFields.MAX_SOFTWARE),
        Instant.ofEpochMilli(in.count("now")),
        addresses(in));
  }

  private static Reply invited(Fields in) throws CorruptDataException {
    return new Reply.Invited(
        AgreementSide.read(in.map("inviter")),
        in.number("wanted", 0, AgreementSide.MAX_SPACE),
        AgreementTerms.read(in.map("terms")),
        MessageCodec.optionalRecord(in, "agreed", RecordKind.AGREEMENT));
  }

  private static Reply failure(Fields in) throws CorruptDataException {
    return new Reply.Failure(
        FailureKind.of(in.integer("reason", 0, 255)),
        in.text("message", MAX_MESSAGE).replaceAll("\\p{Cntrl}", " "), // it is logged
        Duration.ofMillis(in.number("retry", 0, MAX_RETRY_MILLIS)));
  }
}
