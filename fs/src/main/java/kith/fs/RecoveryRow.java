package kith.fs;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import kith.codec.CorruptDataException;
import kith.index.RowView;
import kith.index.Table;
import kith.index.Update;

/**
 * How far a drive has come back from its partners; kept in META until all of it is here:
 *
 * <pre>
 *   version u8 = 1 | step u8 | {@link HeadCodec head} that it comes back from
 * </pre>
 */
record RecoveryRow(Step step, Head head) {
  private static final byte[] KEY = "recovery".getBytes(StandardCharsets.UTF_8);
  private static final int VERSION = 1;

  /** What is being brought back, in this order. */
  enum Step {
    /** The list of snapshots. */
    SNAPSHOTS(1),
    /** Packs and who holds them. */
    PACKS(2),
    /** Chunks and which packs they are in. */
    CHUNKS(3),
    /** The live tree. */
    TREE(4),
    /** The packs of trees and of the index, which every node has itself. */
    METADATA(5);

    private final int tag;

    Step(int tag) {
      this.tag = tag;
    }

    private static Step of(int tag) throws IOException {
      for (Step step : values()) {
        if (step.tag == tag) {
          return step;
        }
      }
      throw new IOException("step " + tag + " of a recovery is unknown: a newer Kith's?");
    }
  }

  /** Empty if nothing is on its way. */
  static Optional<RecoveryRow> find(RowView rows) throws IOException {
    byte[] row = rows.get(Table.META, KEY);
    if (row == null) {
      return Optional.empty();
    }
    if (row.length < 2 || row[0] != VERSION) {
      throw new IOException("the row of a recovery is damaged, or a newer Kith's");
    }
    try {
      Head head = HeadCodec.ofBytes(Arrays.copyOfRange(row, 2, row.length));
      return Optional.of(new RecoveryRow(Step.of(row[1]), head));
    } catch (CorruptDataException e) {
      throw new IOException("the row of a recovery is damaged", e);
    }
  }

  RecoveryRow at(Step next) {
    return new RecoveryRow(next, head);
  }

  void put(Update update) {
    update.put(Table.META, KEY, encode());
  }

  byte[] encode() {
    byte[] whole = HeadCodec.toBytes(head);
    byte[] row = new byte[2 + whole.length];
    row[0] = VERSION;
    row[1] = (byte) step.tag;
    System.arraycopy(whole, 0, row, 2, whole.length);
    return row;
  }

  static void delete(Update update) {
    update.delete(Table.META, KEY);
  }
}
