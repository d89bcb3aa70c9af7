package kith.peer;

import kith.codec.CorruptDataException;

/**
 * What a signature is under. The tag stands in the envelope and in front of what is signed, so that
 * no signature can be taken for one of another kind.
 */
public enum RecordKind {
  /** An owner's word for a machine's key; signed by the owner key; most others by node keys. */
  CREDENTIAL(1),
  /** What two partners owe each other; signed by both. */
  AGREEMENT(2),
  /** The newest state of a drive; signed by its owner's node. */
  HEAD(3),
  /** A shard is on the holder's disk; signed by the holder. */
  PUT_ACK(4),
  /** A head is on the holder's disk; signed by the holder. */
  HEAD_ACK(5),
  /** Where a ledger stands; signed by owner and holder. */
  CHECKPOINT(6),
  /** What a node says of itself to be found; signed by it. */
  NODE(7),
  /** A partnership ends, or goes on after all; signed by the leaver, and by the other. */
  LEAVE(12),
  /** An owner needs nothing any more at a holder; signed by the owner, and by the holder. */
  RELEASE(13),
  /** What came of a period's audits; signed by owner and holder. */
  RECEIPT(16),
  /** How a partner stands with an owner; signed by the owner. */
  CONDUCT(17),
  /** A holder does not show what it acknowledged; signed by the owner. */
  CLAIM(18),
  /** What an audit will be drawn from; signed by the holder. */
  AUDIT_ROUND(14),
  /** An owner restores; signed by a node or view of his. */
  RESTORE_DECLARATION(22),
  /** What remains of an owner's shards at a holder; signed by the owner's node. */
  KEEP_SET(20),
  /** An owner is gone for good, or is not after all; signed by the owner key. */
  FAREWELL(21),
  /** What an owner's node says of a machine that wants its place; signed by it. */
  TAKEOVER(25),
  /** What former machines of a holder kept is gone; signed by the one after. */
  LOSS(26);

  private final int tag;

  RecordKind(int tag) {
    this.tag = tag;
  }

  /** The byte on the wire and on disk. */
  public int tag() {
    return tag;
  }

  static RecordKind of(int tag) throws CorruptDataException {
    for (RecordKind kind : values()) {
      if (kind.tag == tag) {
        return kind;
      }
    }
    throw new CorruptDataException("record kind " + tag + " is unknown");
  }

  /** The bytes that are signed: {@code "kith" | 0 | tag u8 | version u8 | body}. */
  byte[] signed(int version, byte[] body) {
    byte[] input = new byte[7 + body.length];
    input[0] = 'k';
    input[1] = 'i';
    input[2] = 't';
    input[3] = 'h';
    input[5] = (byte) tag;
    input[6] = (byte) version;
    System.arraycopy(body, 0, input, 7, body.length);
    return input;
  }
}
