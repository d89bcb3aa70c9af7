package kith.peer;

import java.util.List;
import java.util.Optional;
import kith.codec.CorruptDataException;
import kith.codec.OwnerId;

/**
 * An owner with whom there is an agreement, as the book has it.
 *
 * @param agreement that both have signed
 * @param record its signed form
 * @param addresses where its node listens, best first
 * @param epoch the highest that a node of it has shown
 * @param checkpointHere of its ledger here, signed by both
 * @param checkpointThere of our ledger there, signed by both
 */
public record Partner(
    OwnerId id,
    Agreement agreement,
    SignedRecord record,
    List<NodeAddress> addresses,
    long epoch,
    Optional<SignedRecord> checkpointHere,
    Optional<SignedRecord> checkpointThere) {
  private static final int ROW_VERSION = 1;

  public Partner {
    addresses = List.copyOf(addresses);
  }

  /** As he calls himself. */
  public String name() {
    return agreement.sideOf(id).label();
  }

  /** Bytes that he keeps for us. */
  public long spaceThere() {
    return agreement.sideOf(id).space();
  }

  /** Bytes that we keep for him. */
  public long spaceHere() {
    return agreement.otherThan(id).space();
  }

  public Contact contact() {
    return new Contact(id, addresses);
  }

  Partner withAddresses(List<NodeAddress> now) {
    return new Partner(id, agreement, record, now, epoch, checkpointHere, checkpointThere);
  }

  Partner withEpoch(long now) {
    return new Partner(id, agreement, record, addresses, now, checkpointHere, checkpointThere);
  }

  Partner withCheckpointHere(SignedRecord signed) {
    return new Partner(
        id, agreement, record, addresses, epoch, Optional.of(signed), checkpointThere);
  }

  Partner withCheckpointThere(SignedRecord signed) {
    return new Partner(
        id, agreement, record, addresses, epoch, checkpointHere, Optional.of(signed));
  }

  /** The row in PARTNERS: version u8, then a map of fields. */
  byte[] toRow() {
    var out = new FieldWriter();
    out.bytes("agreement", record.toBytes())
        .texts("addresses", Contact.texts(addresses))
        .number("epoch", epoch);
    MessageCodec.optional(out, "here", checkpointHere);
    MessageCodec.optional(out, "there", checkpointThere);
    byte[] fields = out.toBytes();
    byte[] row = new byte[fields.length + 1];
    row[0] = ROW_VERSION;
    System.arraycopy(fields, 0, row, 1, fields.length);
    return row;
  }

  static Partner ofRow(OwnerId id, byte[] row) throws CorruptDataException {
    if (row.length == 0 || row[0] != ROW_VERSION) {
      throw new CorruptDataException("the row of partner " + id + " is of an unknown version");
    }
    Fields in = Fields.parse(java.util.Arrays.copyOfRange(row, 1, row.length));
    SignedRecord record = MessageCodec.record(in, "agreement", RecordKind.AGREEMENT);
    Agreement agreement = Agreement.ofBoth(record);
    if (!agreement.isWith(id)) {
      throw new CorruptDataException("the row of partner " + id + " has another's agreement");
    }
    return new Partner(
        id,
        agreement,
        record,
        Contact.understood(in.texts("addresses", RequestFields.MAX_ADDRESSES, 80)),
        in.number("epoch", 0, 0xffffffffL),
        MessageCodec.optionalRecord(in, "here", RecordKind.CHECKPOINT),
        MessageCodec.optionalRecord(in, "there", RecordKind.CHECKPOINT));
  }
}
