package kith.peer;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import kith.codec.CorruptDataException;
import kith.codec.NotPermittedException;
import kith.codec.OwnerId;
import kith.index.HoldingStore;
import kith.index.Rows;
import kith.index.Table;
import kith.index.Update;

/**
 * Farewells of owners for whom this node keeps something. Rows of META, {@code farewell.} and the
 * owner id: version u8 = 1, observed time u64 since when, in ms, u8 whether this node has given
 * notice because of it, the record. Safe for any number of threads.
 */
final class Farewells {
  private static final byte[] KEY = "farewell.".getBytes(StandardCharsets.US_ASCII);
  private static final int VERSION = 1;
  private static final int FIXED = 1 + Long.BYTES + 1;

  private final Rows rows;
  private final Map<OwnerId, Said> said = new ConcurrentHashMap<>();

  /**
   * What an owner has said last.
   *
   * @param since observed time when it was heard, in ms
   * @param noticed whether notice was given because of it
   */
  record Said(Farewell farewell, OwnerRecord record, long since, boolean noticed) {
    /** Whether all that is his may be freed. */
    boolean isOver(long observed) {
      return farewell.gone() && observed - since >= HoldingStore.TRASH_TIME.toMillis();
    }
  }

  Farewells(Rows rows) throws IOException {
    this.rows = rows;
    byte[] end = KEY.clone();
    end[end.length - 1]++;
    rows.scan(
        Table.META,
        KEY,
        end,
        (key, row) -> {
          Said read = parse(row);
          said.put(read.farewell.owner(), read);
          return true;
        });
  }

  private static Said parse(byte[] row) throws IOException {
    if (row.length < FIXED || row[0] != VERSION) {
      throw new IOException("the row of a farewell is damaged, or of a version not known here");
    }
    ByteBuffer in = ByteBuffer.wrap(row, 1, row.length - 1);
    long since = in.getLong();
    boolean noticed = in.get() != 0;
    try {
      byte[] bytes = Arrays.copyOfRange(row, FIXED, row.length);
      OwnerRecord record = OwnerRecord.parse(bytes, RecordKind.FAREWELL);
      return new Said(Farewell.of(record), record, since, noticed);
    } catch (CorruptDataException e) {
      throw new IOException("the row of a farewell is damaged", e);
    }
  }

  private static byte[] key(OwnerId owner) {
    return ByteBuffer.allocate(KEY.length + OwnerId.SIZE).put(KEY).put(owner.toBytes()).array();
  }

  Optional<Said> find(OwnerId owner) {
    return Optional.ofNullable(said.get(owner));
  }

  /** Whether an owner has said that he is gone. */
  boolean isGone(OwnerId owner) {
    Said now = said.get(owner);
    return now != null && now.farewell.gone();
  }

  /**
   * Takes what an owner says; durable on return. The same again changes nothing.
   *
   * @param observed time, in ms
   * @throws NotPermittedException if he has said something later
   */
  synchronized void heard(OwnerRecord record, long observed)
      throws IOException, CorruptDataException, NotPermittedException {
    Farewell farewell = Farewell.of(record);
    Said before = said.get(farewell.owner());
    if (before != null && before.farewell.equals(farewell)) {
      return;
    }
    if (before != null && !farewell.time().isAfter(before.farewell.time())) {
      throw new NotPermittedException("something later was said: this farewell does not hold");
    }
    boolean noticed = before != null && before.noticed;
    keep(new Said(farewell, record, observed, noticed));
  }

  /** Notes whether notice was given because of it. */
  synchronized void noticed(OwnerId owner, boolean now) throws IOException {
    Said before = said.get(owner);
    if (before != null && before.noticed != now) {
      keep(new Said(before.farewell, before.record, before.since, now));
    }
  }

  private void keep(Said now) throws IOException {
    byte[] record = now.record.toBytes();
    byte[] row =
        ByteBuffer.allocate(FIXED + record.length)
            .put((byte) VERSION)
            .putLong(now.since)
            .put((byte) (now.noticed ? 1 : 0))
            .put(record)
            .array();
    rows.apply(new Update().put(Table.META, key(now.farewell.owner()), row));
    rows.sync();
    said.put(now.farewell.owner(), now);
  }
}
