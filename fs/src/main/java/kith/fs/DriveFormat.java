package kith.fs;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import kith.chunker.ChunkerParameters;
import kith.index.Rows;
import kith.index.Table;
import kith.index.Update;

/**
 * The version of the rows of the live tree as a whole, in META. Rows that have a version of their
 * own keep it; this one covers the small ones that don't, and their keys.
 */
final class DriveFormat {
  /** What this Kith writes, and the only one that it reads. */
  static final long VERSION = 1;

  private static final byte[] KEY = "drive-format".getBytes(StandardCharsets.UTF_8);

  /** Least, average and greatest length of a chunk: u32 each. */
  private static final byte[] CHUNKER = "chunker".getBytes(StandardCharsets.UTF_8);

  private static final int CHUNKER_SIZE = 12;

  private DriveFormat() {}

  /**
   * How the files of this drive are cut: fixed when its rows are new, so that what is written later
   * has the same chunks as what is there.
   *
   * @throws IOException if the row is damaged
   */
  static ChunkerParameters chunker(Rows rows) throws IOException {
    byte[] row = rows.get(Table.META, CHUNKER);
    if (row == null) {
      Update update = new Update();
      take(update, ChunkerParameters.DEFAULT);
      rows.apply(update);
      return ChunkerParameters.DEFAULT;
    }
    if (row.length != CHUNKER_SIZE) {
      throw new IOException("the row that says how files are cut is damaged");
    }
    ByteBuffer in = ByteBuffer.wrap(row);
    try {
      return new ChunkerParameters(in.getInt(), in.getInt(), in.getInt());
    } catch (IllegalArgumentException e) {
      throw new IOException("the row that says how files are cut is damaged", e);
    }
  }

  /** Fixes how the files of a drive are cut whose rows are new. */
  static void take(Update update, ChunkerParameters parameters) {
    ByteBuffer out = ByteBuffer.allocate(CHUNKER_SIZE);
    out.putInt(parameters.min()).putInt(parameters.average()).putInt(parameters.max());
    update.put(Table.META, CHUNKER, out.array());
  }

  /**
   * Marks rows that are new.
   *
   * @throws IOException if they are of another version
   */
  static void check(Rows rows) throws IOException {
    byte[] row = rows.get(Table.META, KEY);
    if (row == null) {
      rows.apply(new Update().put(Table.META, KEY, RowKeys.of(VERSION)));
    } else if (row.length != 8 || RowKeys.first(row) != VERSION) {
      throw new IOException(
          "the drive's index is of a version that this Kith cannot read: use a newer one");
    }
  }
}
