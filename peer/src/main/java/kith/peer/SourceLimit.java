package kith.peer;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;

/**
 * Bounds how often something is done in a window of time, for each source and in all; so that
 * memory is bounded, too. Safe for any number of threads.
 */
final class SourceLimit {
  private final InstantSource clock;
  private final Duration window;
  private final int perSource;
  private final int total;
  private final Map<String, Integer> counts = new HashMap<>();
  private Instant begun = Instant.MIN;
  private int count;

  SourceLimit(InstantSource clock, Duration window, int perSource, int total) {
    this.clock = clock;
    this.window = window;
    this.perSource = perSource;
    this.total = total;
  }

  /** Counts once more, if that may be. */
  synchronized boolean admit(String source) {
    Instant now = clock.instant();
    if (now.isBefore(begun) || !now.isBefore(end())) {
      begun = now;
      count = 0;
      counts.clear();
    }
    int before = counts.getOrDefault(source, 0);
    if (before >= perSource || count >= total) {
      return false;
    }
    counts.put(source, before + 1);
    count++;
    return true;
  }

  private Instant end() {
    return begun.equals(Instant.MIN) ? begun : begun.plus(window);
  }

  /** What whoever was not admitted is told. */
  Reply.Failure refusal() {
    return new Reply.Failure(
        FailureKind.BUSY, "too often: ask again in " + window.toSeconds() + " s", window);
  }
}
