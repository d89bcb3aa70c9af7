package kith.peer;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import kith.codec.CorruptDataException;
import kith.codec.OwnerId;
import kith.index.Rows;
import kith.index.Table;
import kith.index.Update;
import kith.peer.choice.Candidate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How fast others were found to be: in memory and, as rows of META named {@code speed} and the
 * owner id, on disk. Bounded: of too many the one that was measured longest ago is forgotten. Safe
 * for any number of threads.
 */
public final class SpeedBook {
  private static final Logger LOG = LoggerFactory.getLogger(SpeedBook.class);

  /** How many are remembered. */
  static final int MOST = 1024;

  private static final byte[] PREFIX = "speed".getBytes(StandardCharsets.UTF_8);
  private static final int KEY = PREFIX.length + OwnerId.SIZE;

  private final Rows rows;
  private final InstantSource clock;
  private final Map<OwnerId, MeasuredSpeed> speeds = new HashMap<>();

  /** Reads the rows; damaged ones are forgotten. */
  public SpeedBook(Rows rows, InstantSource clock) throws IOException {
    this.rows = rows;
    this.clock = clock;
    var gone = new Update();
    rows.scan(
        Table.META,
        PREFIX,
        null,
        (key, row) -> {
          boolean ours =
              key.length == KEY && Arrays.equals(key, 0, PREFIX.length, PREFIX, 0, PREFIX.length);
          if (ours) {
            read(key, row, gone);
          }
          return ours;
        });
    rows.apply(gone);
  }

  private void read(byte[] key, byte[] row, Update gone) {
    try {
      OwnerId owner = new OwnerId(Arrays.copyOfRange(key, PREFIX.length, KEY));
      speeds.put(owner, MeasuredSpeed.ofRow(row));
    } catch (CorruptDataException e) {
      LOG.info("the speed of a node is measured anew: {}", e.getMessage());
      gone.delete(Table.META, key);
    }
  }

  private static byte[] key(OwnerId owner) {
    byte[] key = Arrays.copyOf(PREFIX, KEY);
    owner.copyTo(key, PREFIX.length);
    return key;
  }

  /** What was measured of a node, if that is not too long ago. */
  public synchronized Optional<Candidate.Speed> speed(OwnerId owner) {
    MeasuredSpeed known = speeds.getOrDefault(owner, MeasuredSpeed.NONE);
    return known.isKnownAt(clock.instant())
        ? Optional.of(new Candidate.Speed(known.least(), known.mean(), true))
        : Optional.empty();
  }

  /** Whether it is time to measure a node. */
  synchronized boolean isDue(OwnerId owner) {
    return speeds.getOrDefault(owner, MeasuredSpeed.NONE).isDueAt(clock.instant());
  }

  /** Notes a measurement, in bytes per second. */
  void measured(OwnerId owner, long least, long mean) throws IOException {
    change(owner, Math.min(Math.max(1, least), mean), Math.max(1, mean));
  }

  /** Notes that a node does not let itself be measured. */
  void inVain(OwnerId owner) throws IOException {
    change(owner, 0, 0);
  }

  private synchronized void change(OwnerId owner, long least, long mean) throws IOException {
    Instant now = clock.instant();
    MeasuredSpeed before = speeds.getOrDefault(owner, MeasuredSpeed.NONE);
    MeasuredSpeed after = mean == 0 ? before.inVain(now) : before.with(now, least, mean);
    var update = new Update().put(Table.META, key(owner), after.toRow());
    speeds.put(owner, after);
    if (speeds.size() > MOST) {
      OwnerId oldest =
          speeds.entrySet().stream()
              .filter(each -> !each.getKey().equals(owner))
              .min(Comparator.comparing(each -> each.getValue().asked()))
              .orElseThrow()
              .getKey();
      speeds.remove(oldest);
      update.delete(Table.META, key(oldest));
    }
    rows.apply(update);
  }
}
