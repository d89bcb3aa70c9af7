package kith.peer;

import kith.codec.CorruptDataException;

/** The fields of the messages of a negotiation. */
final class NegotiationFields {
  static final int MAX_MESSAGE = 1000;

  private NegotiationFields() {}

  static void write(Request request, FieldWriter out) {
    if (request instanceof Request.TermsQuery query) {
      out.number("offered", query.offered()).number("wanted", query.wanted());
    } else if (request instanceof Request.Propose propose) {
      out.bytes("agreement", propose.agreement().toBytes()).texts("addresses", propose.addresses());
    } else if (request instanceof Request.AgreementTell tell) {
      out.bytes("agreement", tell.agreement().toBytes()).texts("addresses", tell.addresses());
    } else if (request instanceof Request.OfferDecline decline) {
      out.bytes("id", decline.id())
          .number("generation", decline.generation())
          .number("reason", decline.reason().tag())
          .text("message", cut(decline.message()));
    }
  }

  static void write(Reply reply, FieldWriter out) {
    if (reply instanceof Reply.TermsTold told) {
      out.map("side", told.side(), (to, side) -> side.write(to))
          .number("wanted", told.wanted())
          .map("terms", told.terms(), (to, terms) -> terms.write(to));
    } else if (reply instanceof Reply.OfferCountered countered) {
      countered.draft().write(out);
      out.text("message", cut(countered.message()));
    } else if (reply instanceof Reply.OfferHeld held) {
      out.text("message", cut(held.message()));
    } else if (reply instanceof Reply.OfferDeclined declined) {
      out.number("reason", declined.reason().tag()).text("message", cut(declined.message()));
    }
  }

  static String cut(String message) {
    return PlainText.cut(message, MAX_MESSAGE);
  }

  static Request request(MessageKind kind, Fields in) throws CorruptDataException {
    if (kind == MessageKind.TERMS_QUERY) {
      return new Request.TermsQuery(in.count("offered"), in.count("wanted"));
    }
    if (kind == MessageKind.OFFER_DECLINE) {
      return new Request.OfferDecline(
          new AgreementId(in.exactly("id", AgreementId.SIZE)),
          in.number("generation", 1, Long.MAX_VALUE),
          reason(in),
          message(in));
    }
    SignedRecord agreement = MessageCodec.record(in, "agreement", RecordKind.AGREEMENT);
    var addresses = in.texts("addresses", RequestFields.MAX_ADDRESSES, RequestFields.MAX_ADDRESS);
    return kind == MessageKind.PROPOSE
        ? new Request.Propose(agreement, addresses)
        : new Request.AgreementTell(agreement, addresses);
  }

  static Reply reply(MessageKind kind, Fields in) throws CorruptDataException {
    if (kind == MessageKind.TERMS_TOLD) {
      return new Reply.TermsTold(
          AgreementSide.read(in.map("side")),
          in.count("wanted"),
          AgreementTerms.read(in.map("terms")));
    }
    String message = message(in);
    if (kind == MessageKind.OFFER_COUNTERED) {
      return new Reply.OfferCountered(AgreementDraft.read(in), message);
    }
    return kind == MessageKind.OFFER_HELD
        ? new Reply.OfferHeld(message)
        : new Reply.OfferDeclined(reason(in), message);
  }

  /** Is shown to people, and comes from anybody. */
  private static String message(Fields in) throws CorruptDataException {
    return PlainText.of(in.text("message", MAX_MESSAGE));
  }

  private static DeclineReason reason(Fields in) throws CorruptDataException {
    return DeclineReason.of(in.integer("reason", 0, 255));
  }
}
