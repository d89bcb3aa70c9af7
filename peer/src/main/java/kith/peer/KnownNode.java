package kith.peer;

import java.util.Arrays;
import kith.codec.CorruptDataException;
import kith.codec.OwnerId;

/**
 * A node's record as it is kept.
 *
 * @param teller who told of it first: the owner, another partner, a broker
 * @param source where it was published from ({@link Link#source}); empty where that doesn't matter
 */
record KnownNode(NodeRecord record, OwnerId teller, String source) {
  private static final int VERSION = 1;
  private static final int MAX_SOURCE = 200;

  KnownNode(NodeRecord record, OwnerId teller) {
    this(record, teller, "");
  }

  /** The row in KNOWN_NODES: version u8, then a map of fields. */
  byte[] toRow() {
    var out =
        new FieldWriter()
            .bytes("record", record.toBytes())
            .number("epoch", record.age().epoch())
            .bytes("teller", teller);
    if (!source.isEmpty()) {
      out.text("source", source);
    }
    byte[] fields = out.toBytes();
    byte[] row = new byte[fields.length + 1];
    row[0] = VERSION;
    System.arraycopy(fields, 0, row, 1, fields.length);
    return row;
  }

  static KnownNode ofRow(byte[] row) throws CorruptDataException {
    if (row.length == 0 || row[0] != VERSION) {
      throw new CorruptDataException("a known node's row is of an unknown version");
    }
    Fields in = Fields.parse(Arrays.copyOfRange(row, 1, row.length));
    return new KnownNode(
        NodeRecord.ofChecked(
            in.bytes("record", NodeRecord.MAX_BYTES), in.number("epoch", 1, 0xffffffffL)),
        in.owner("teller"),
        in.has("source") ? in.text("source", MAX_SOURCE) : "");
  }
}
