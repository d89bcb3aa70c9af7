package kith.peer;

import kith.codec.CorruptDataException;
import kith.codec.ShardLayout;
import kith.codec.ShardName;

/** What a message is: the tag on the wire, and how many raw bytes may come with it. */
public enum MessageKind {
  HELLO(1, 0),
  PING(2, 0),
  PUT_OPEN(3, 0),
  PUT_BLOCKS(4, Protocol.PUT_BYTES),
  PUT_COMMIT(5, 0),
  PUT_ABORT(6, 0),
  GET(7, 0),
  LIST_SHARDS(8, 0),
  HEAD_PUT(9, SignedRecord.MAX_BYTES),
  HEAD_GET(10, 0),
  CHECKPOINT_PROPOSE(11, 0),
  LEDGER_GET(12, 0),
  INVITE_QUERY(13, 0),
  AGREEMENT_OFFER(14, 0),
  AGREEMENT_GET(15, 0),
  RECORD_PUBLISH(20, 0),
  RECORDS_GET(21, 0),
  MEET(30, 0),
  MAILBOX_OPEN(31, 0),
  MAILBOX_POST(32, 0),
  MAILBOX_FETCH(33, 0),
  TERMS_QUERY(35, 0),
  PROPOSE(36, 0),
  AGREEMENT_TELL(37, 0),
  OFFER_DECLINE(38, 0),
  PROBE(40, 0),
  LEAVE_TELL(45, 0),
  LEAVE_GET(46, 0),
  RELEASE_TELL(47, 0),
  RELAY_OPEN(50, 0),
  RELAY_CALL(51, 0),
  RELAY_JOIN(52, 0),
  RELAY_WAIT(53, 0),
  CONDUCT_TELL(65, 0),
  RECEIPT_PROPOSE(66, 0),
  RECEIPTS_GET(67, 0),
  CLAIM_CHECK(68, 0),
  AUDIT_OPEN(60, 0),
  AUDIT_REVEAL(61, 0),
  RESTORE_DECLARE(74, 0),
  KEEP_SET_TELL(70, KeepSet.MOST_DROPPED * ShardName.SIZE),
  KEEP_SET_GET(71, 0),
  FAREWELL_TELL(73, 0),
  TAKEOVER_GET(85, 0),
  TAKEOVER_TELL(86, 0),
  LOSS_TELL(87, 0),

  DONE(129, 0),
  WELCOME(130, 0),
  PONG(131, 0),
  PUT_OPENED(132, 0),
  PUT_DONE(133, 0),
  BLOCKS(134, Protocol.MAX_PAYLOAD),
  SHARDS(135, Protocol.MAX_PAYLOAD),
  HEAD_DONE(136, 0),
  HEAD_FOUND(137, SignedRecord.MAX_BYTES),
  CHECKPOINTED(138, 0),
  LEDGER_PART(139, Protocol.MAX_PAYLOAD),
  INVITED(140, 0),
  AGREED(141, 0),
  FAILURE(142, 0),
  RECORDS(148, 0),
  MET(158, 0),
  MAILBOX_FOUND(159, 0),
  TERMS_TOLD(163, 0),
  OFFER_COUNTERED(164, 0),
  OFFER_HELD(165, 0),
  OFFER_DECLINED(166, 0),
  PROBED(168, Protocol.PROBE_BYTES),
  LEAVE_STATE(173, 0),
  RELAY_OPENED(178, 0),
  RELAY_JOINED(179, 0),
  RECEIPT_SIGNED(193, 0),
  RECEIPTS(194, 0),
  CLAIM_ANSWER(195, ShardLayout.SEALED_BLOCK),
  AUDIT_OPENED(188, 0),
  AUDIT_PROOF(189, Protocol.MAX_AUDITED),
  RESTORE_STATE(199, 0),
  KEEP_SET_TOLD(198, 0),
  TAKEOVER_TOLD(213, 0);

  private static final int FIRST_REPLY = 128;

  private final int tag;
  private final int maxPayload;

  MessageKind(int tag, int maxPayload) {
    this.tag = tag;
    this.maxPayload = maxPayload;
  }

  /** The byte on the wire. */
  public int tag() {
    return tag;
  }

  int maxPayload() {
    return maxPayload;
  }

  boolean isReply() {
    return tag > FIRST_REPLY;
  }

  /** Whether a tag that this version does not know is a reply's. */
  static boolean isReply(int tag) {
    return tag > FIRST_REPLY;
  }

  /** The kind with this tag, or null if this version knows none. */
  static MessageKind find(int tag) {
    for (MessageKind kind : values()) {
      if (kind.tag == tag) {
        return kind;
      }
    }
    return null;
  }

  /**
   * @throws CorruptDataException if no kind has this tag
   */
  static MessageKind of(int tag) throws CorruptDataException {
    MessageKind kind = find(tag);
    if (kind == null) {
      throw new CorruptDataException("message kind " + tag + " is unknown");
    }
    return kind;
  }
}
