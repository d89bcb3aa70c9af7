package kith.peer;

import java.time.Instant;
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
 * @param leave how far its end is, or what was said of that and withdrawn; empty if nothing was
 */
public record Partner(
    OwnerId id,
    Agreement agreement,
    SignedRecord record,
    List<NodeAddress> addresses,
    long epoch,
    Optional<SignedRecord> checkpointHere,
    Optional<SignedRecord> checkpointThere,
    Optional<Leave> leave) {
  private static final int ROW_VERSION = 1;

  /** With what was said of leaving. */
  private static final int ROW_VERSION_LEAVE = 2;

  public Partner {
    addresses = List.copyOf(addresses);
  }

  /** One of whose leaving nothing was said. */
  public Partner(
      OwnerId id,
      Agreement agreement,
      SignedRecord record,
      List<NodeAddress> addresses,
      long epoch,
      Optional<SignedRecord> checkpointHere,
      Optional<SignedRecord> checkpointThere) {
    this(
        id, agreement, record, addresses, epoch, checkpointHere, checkpointThere, Optional.empty());
  }

  /** Whether the partnership ends: nothing new is kept on either side. */
  public boolean isLeaving() {
    return leave.filter(said -> said.notice().running()).isPresent();
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

  /** The end of the commitment period; empty when it is waived or over. */
  public Optional<Instant> lockedUntil(Instant now) {
    Instant end = agreement.restoresFrom();
    return agreement.terms().commitmentWaived() || !now.isBefore(end)
        ? Optional.empty()
        : Optional.of(end);
  }

  public Contact contact() {
    return new Contact(id, addresses);
  }

  Partner withAddresses(List<NodeAddress> now) {
    return new Partner(id, agreement, record, now, epoch, checkpointHere, checkpointThere, leave);
  }

  Partner withEpoch(long now) {
    return new Partner(
        id, agreement, record, addresses, now, checkpointHere, checkpointThere, leave);
  }

  Partner withCheckpointHere(SignedRecord signed) {
    return new Partner(
        id, agreement, record, addresses, epoch, Optional.of(signed), checkpointThere, leave);
  }

  Partner withCheckpointThere(SignedRecord signed) {
    return new Partner(
        id, agreement, record, addresses, epoch, checkpointHere, Optional.of(signed), leave);
  }

  Partner withoutCheckpointThere() {
    return new Partner(
        id, agreement, record, addresses, epoch, checkpointHere, Optional.empty(), leave);
  }

  Partner withLeave(Optional<Leave> now) {
    return new Partner(
        id, agreement, record, addresses, epoch, checkpointHere, checkpointThere, now);
  }

  /** The row in PARTNERS: version u8 = 1, or 2 with what was said of leaving; then fields. */
  byte[] toRow() {
    var out = new FieldWriter();
    out.bytes("agreement", record.toBytes())
        .texts("addresses", Contact.texts(addresses))
        .number("epoch", epoch);
    MessageCodec.optional(out, "here", checkpointHere);
    MessageCodec.optional(out, "there", checkpointThere);
    leave.ifPresent(said -> out.map("leave", said, (to, what) -> what.write(to)));
    byte[] fields = out.toBytes();
    byte[] row = new byte[fields.length + 1];
    row[0] = (byte) (leave.isPresent() ? ROW_VERSION_LEAVE : ROW_VERSION);
    System.arraycopy(fields, 0, row, 1, fields.length);
    return row;
  }

  static Partner ofRow(OwnerId id, byte[] row) throws CorruptDataException {
    if (row.length == 0 || (row[0] != ROW_VERSION && row[0] != ROW_VERSION_LEAVE)) {
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
        MessageCodec.optionalRecord(in, "there", RecordKind.CHECKPOINT),
        row[0] == ROW_VERSION ? Optional.empty() : Optional.of(Leave.read(in.map("leave"), id)));
  }
}
