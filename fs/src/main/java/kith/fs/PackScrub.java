package kith.fs;

import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import kith.codec.PackId;
import kith.index.RowView;
import kith.index.Table;

/**
 * Goes round the packs of a drive: once a day by their files' lengths, some hundreds at a tick, and
 * besides by all their bytes, one a minute. For one thread.
 */
final class PackScrub {
  private static final int BATCH = 256;
  private static final Duration ROUND = Duration.ofDays(1);
  private static final Duration READ = Duration.ofMinutes(1);

  private final InstantSource clock;
  private byte[] looked = new byte[0];
  private byte[] read = new byte[0];
  private long nextRound = Long.MIN_VALUE;
  private long nextRead = Long.MIN_VALUE;

  PackScrub(InstantSource clock) {
    this.clock = clock;
  }

  /** Sees a pack. */
  interface Visitor {
    void pack(PackId id, PackRow row) throws IOException;
  }

  private record Found(PackId id, PackRow row) {}

  /** Returns 1 if there is more to do at once. */
  int tick(RowView rows, Visitor look, Visitor check) throws IOException {
    long now = clock.millis();
    if (now >= nextRound) {
      Deque<Found> found = next(rows, looked, BATCH);
      for (Found pack : found) {
        look.pack(pack.id, pack.row);
      }
      looked = after(found);
      nextRound = looked.length == 0 ? now + ROUND.toMillis() : nextRound;
      return 1;
    }
    if (now >= nextRead) {
      Deque<Found> found = next(rows, read, 1);
      for (Found pack : found) {
        check.pack(pack.id, pack.row);
      }
      read = after(found);
      nextRead = now + READ.toMillis();
    }
    return 0;
  }

  /** The smallest key after what was found; the beginning if nothing was. */
  private static byte[] after(Deque<Found> found) {
    return found.isEmpty() ? new byte[0] : RowKeys.after(PackRow.key(found.getLast().id));
  }

  private static Deque<Found> next(RowView rows, byte[] from, int count) throws IOException {
    Deque<Found> found = new ArrayDeque<>();
    rows.scan(
        Table.PACKS,
        from,
        null,
        (key, value) -> {
          PackRow row = PackRow.decode(value);
          if (row.state().live()) {
            found.add(new Found(new PackId(key), row));
          }
          return found.size() < count;
        });
    return found;
  }
}
