package kith.peer;

import kith.codec.CorruptDataException;

/** The fields of what is said about circuits through relays. */
final class RelayFields {
  /** Length of a ticket in bytes. */
  static final int TICKET = 16;

  private RelayFields() {}

  static void write(Message message, FieldWriter out) {
    if (message instanceof Request.RelayOpen open) {
      out.bytes("other", open.other());
    } else if (message instanceof Request.RelayCall call) {
      out.bytes("ticket", call.ticket()).bytes("other", call.other());
    } else if (message instanceof Request.RelayJoin join) {
      out.bytes("ticket", join.ticket());
    } else if (message instanceof Reply.RelayOpened opened) {
      out.bytes("ticket", opened.ticket());
    }
  }

  static Request request(MessageKind kind, Fields in) throws CorruptDataException {
    if (kind == MessageKind.RELAY_WAIT) {
      return new Request.RelayWait();
    }
    if (kind == MessageKind.RELAY_OPEN) {
      return new Request.RelayOpen(in.owner("other"));
    }
    byte[] ticket = in.exactly("ticket", TICKET);
    return kind == MessageKind.RELAY_JOIN
        ? new Request.RelayJoin(ticket)
        : new Request.RelayCall(ticket, in.owner("other"));
  }

  static Reply reply(MessageKind kind, Fields in) throws CorruptDataException {
    return kind == MessageKind.RELAY_JOINED
        ? new Reply.RelayJoined()
        : new Reply.RelayOpened(in.exactly("ticket", TICKET));
  }
}
