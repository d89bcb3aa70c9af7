package kith.peer;

import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import kith.codec.CorruptDataException;
import kith.codec.OwnerId;

/**
 * An agreement that one of the two sides has not signed yet, as each of them keeps it.
 *
 * @param direction who offered
 * @param other the other side
 * @param record signed by the proposer
 * @param addresses where the other side can be reached
 * @param state what is known of it
 * @param message why it is held or declined
 * @param least bytes that the proposer, if that is this node, wants kept at least
 */
record OfferRow(
    Direction direction,
    OwnerId other,
    Agreement agreement,
    SignedRecord record,
    List<NodeAddress> addresses,
    State state,
    String message,
    long least) {
  private static final int VERSION = 1;
  private static final int KEY_SIZE = 1 + OwnerId.SIZE;

  /** Who offered. */
  enum Direction {
    /** This node. */
    OUT(1),
    /** The other. */
    IN(2);

    private final int tag;

    Direction(int tag) {
      this.tag = tag;
    }

    static Direction of(int tag) throws CorruptDataException {
      for (Direction direction : values()) {
        if (direction.tag == tag) {
          return direction;
        }
      }
      throw new CorruptDataException("an offer in direction " + tag);
    }

    byte[] key(OwnerId other) {
      byte[] key = new byte[KEY_SIZE];
      key[0] = (byte) tag;
      System.arraycopy(other.toBytes(), 0, key, 1, OwnerId.SIZE);
      return key;
    }
  }

  /** What is known of an offer. */
  enum State {
    /** It may have been signed by the other, or not. */
    OPEN(1),
    /** A person at the acceptor's decides. */
    HELD(2),
    /** Not agreed to. */
    DECLINED(3),
    /** This node, which offered, does not want it any more; the other has not been told. */
    WITHDRAWN(4);

    private final int tag;

    State(int tag) {
      this.tag = tag;
    }

    static State of(int tag) {
      for (State state : values()) {
        if (state.tag == tag) {
          return state;
        }
      }
      throw new IllegalArgumentException("an offer in state " + tag);
    }
  }

  OfferRow {
    addresses = List.copyOf(addresses);
  }

  OfferRow as(State now, String why) {
    return new OfferRow(
        direction, other, agreement, record, addresses, now, NegotiationFields.cut(why), least);
  }

  /** Until when the proposer stands by it. */
  Instant until() {
    return agreement.until().orElse(agreement.made());
  }

  /** Whether the other side may have signed it, or may still: then it is promised. */
  boolean binds(Instant now) {
    return state != State.DECLINED && !now.isAfter(until().plus(Credential.CLOCK_SLACK));
  }

  byte[] key() {
    return direction.key(other);
  }

  /** The row in OFFERS: version u8, then a map of fields. */
  byte[] toBytes() {
    byte[] fields =
        new FieldWriter()
            .bytes("agreement", record.toBytes())
            .texts("addresses", Contact.texts(addresses))
            .number("state", state.tag)
            .text("message", message)
            .number("least", least)
            .toBytes();
    byte[] row = new byte[fields.length + 1];
    row[0] = VERSION;
    System.arraycopy(fields, 0, row, 1, fields.length);
    return row;
  }

  static OfferRow parse(byte[] key, byte[] row) throws CorruptDataException {
    if (row.length == 0 || row[0] != VERSION || key.length != KEY_SIZE) {
      throw new CorruptDataException("the row of an offer is of an unknown version");
    }
    Direction direction = Direction.of(key[0]);
    Fields in = Fields.parse(Arrays.copyOfRange(row, 1, row.length));
    SignedRecord record = MessageCodec.record(in, "agreement", RecordKind.AGREEMENT);
    OwnerId other = new OwnerId(Arrays.copyOfRange(key, 1, KEY_SIZE));
    Agreement agreement = Agreement.of(record);
    AgreementSide side = direction == Direction.OUT ? agreement.acceptor() : agreement.proposer();
    if (!side.owner().equals(other)) {
      throw new CorruptDataException("an offer is in the row of somebody else");
    }
    record.requireSigners(agreement.proposer().owner());
    return new OfferRow(
        direction,
        other,
        agreement,
        record,
        Contact.understood(in.texts("addresses", RequestFields.MAX_ADDRESSES, 80)),
        State.of(in.integer("state", State.OPEN.tag, State.WITHDRAWN.tag)),
        in.text("message", NegotiationFields.MAX_MESSAGE),
        in.number("least", 0, AgreementSide.MAX_SPACE));
  }
}
