package kith.fs.node;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;

/** Adds a rate over the last ten seconds and the time left to bare counts. Used by one thread. */
public final class ProgressMeter {
  private static final Duration WINDOW = Duration.ofSeconds(10);

  private final InstantSource clock;
  private final ArrayDeque<Sample> samples = new ArrayDeque<>();

  public ProgressMeter(InstantSource clock) {
    this.clock = clock;
  }

  /** The same counts with rate and time left. */
  public Progress measure(String phase, Progress.Counted bytes, Progress.Counted objects) {
    var now = clock.instant();
    while (samples.size() > 1 && samples.getFirst().at().isBefore(now.minus(WINDOW))) {
      samples.removeFirst();
    }
    samples.addLast(new Sample(now, bytes.done()));
    long rate = rate(now, bytes.done());
    long left = Math.max(0, bytes.total() - bytes.done());
    long eta = left == 0 ? 0 : rate > 0 ? (left + rate - 1) / rate : -1;
    return new Progress(
        phase, bytes.done(), bytes.total(), objects.done(), objects.total(), rate, eta);
  }

  private long rate(Instant now, long done) {
    var oldest = samples.getFirst();
    long millis = Duration.between(oldest.at(), now).toMillis();
    return millis <= 0 ? 0 : Math.max(0, (long) ((done - oldest.done()) * 1000.0 / millis));
  }

  private record Sample(Instant at, long done) {}
}
