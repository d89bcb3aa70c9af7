package kith.peer;

import java.io.IOException;
import java.util.Comparator;
import java.util.Optional;
import kith.codec.OwnerId;
import kith.index.Rows;

/**
 * The last keep-set of each owner by which something was dropped here: his own word that he does
 * not need what he may claim one day. Safe for any number of threads.
 */
final class KeepSetBook {
  /** More than any node has partners. */
  private static final int MOST = 4096;

  private final Rows index;
  private final OwnerRows<Kept> rows;

  /** A keep-set as it came. */
  private record Kept(KeepSet keepSet, SignedRecord record) {}

  KeepSetBook(Rows rows) throws IOException {
    var form =
        new OwnerRows.Form<Kept>(
            kept -> kept.record.toBytes(),
            row -> {
              SignedRecord record = SignedRecord.parse(row, RecordKind.KEEP_SET);
              return new Kept(KeepSet.of(record), record);
            },
            Comparator.comparing(kept -> kept.keepSet.time()));
    this.index = rows;
    this.rows = new OwnerRows<>(rows, "keepset", form, MOST);
  }

  synchronized Optional<SignedRecord> find(OwnerId owner) {
    return rows.find(owner).map(Kept::record);
  }

  /** Notes a keep-set that is about to be applied; durable on return. */
  synchronized void applied(KeepSet keepSet, SignedRecord record) throws IOException {
    rows.put(keepSet.owner(), new Kept(keepSet, record));
    index.sync();
  }
}
