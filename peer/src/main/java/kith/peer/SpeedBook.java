package kith.peer;

import java.io.IOException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.Optional;
import kith.codec.OwnerId;
import kith.index.Rows;
import kith.peer.choice.Candidate;

/**
 * How fast others were found to be: in memory and, as rows of META named {@code speed} and the
 * owner id, on disk. Bounded: of too many the one that was measured longest ago is forgotten. Safe
 * for any number of threads.
 */
public final class SpeedBook {
  /** How many are remembered. */
  static final int MOST = 1024;

  private static final OwnerRows.Form<MeasuredSpeed> FORM =
      new OwnerRows.Form<>(
          MeasuredSpeed::toRow, MeasuredSpeed::ofRow, Comparator.comparing(MeasuredSpeed::asked));

  private final InstantSource clock;
  private final OwnerRows<MeasuredSpeed> speeds;

  /** Reads the rows; damaged ones are forgotten. */
  public SpeedBook(Rows rows, InstantSource clock) throws IOException {
    this.clock = clock;
    this.speeds = new OwnerRows<>(rows, "speed", FORM, MOST);
  }

  /** What was measured of a node, if that is not too long ago. */
  public synchronized Optional<Candidate.Speed> speed(OwnerId owner) {
    MeasuredSpeed known = speeds.find(owner).orElse(MeasuredSpeed.NONE);
    return known.isKnownAt(clock.instant())
        ? Optional.of(new Candidate.Speed(known.least(), known.mean(), true))
        : Optional.empty();
  }

  /** Whether it is time to measure a node. */
  synchronized boolean isDue(OwnerId owner) {
    return speeds.find(owner).orElse(MeasuredSpeed.NONE).isDueAt(clock.instant());
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
    MeasuredSpeed before = speeds.find(owner).orElse(MeasuredSpeed.NONE);
    MeasuredSpeed after = mean == 0 ? before.inVain(now) : before.with(now, least, mean);
    speeds.put(owner, after);
  }
}
