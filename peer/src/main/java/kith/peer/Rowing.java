package kith.peer;

import java.util.Arrays;
import kith.codec.CorruptDataException;

/** Rows that are a version, u8, and a map of fields. No state. */
final class Rowing {
  private Rowing() {}

  static byte[] row(int version, FieldWriter out) {
    byte[] fields = out.toBytes();
    byte[] row = new byte[fields.length + 1];
    row[0] = (byte) version;
    System.arraycopy(fields, 0, row, 1, fields.length);
    return row;
  }

  /**
   * @param what the row is about, for the message
   */
  static Fields fields(byte[] row, int version, String what) throws CorruptDataException {
    if (row.length == 0 || row[0] != version) {
      throw new CorruptDataException("a row about " + what + " is of an unknown version");
    }
    return Fields.parse(Arrays.copyOfRange(row, 1, row.length));
  }
}
