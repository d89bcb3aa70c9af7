package kith.fs.cli;

import java.time.Instant;
import java.time.temporal.ChronoUnit;

/** Times as tables show them: UTC, to the second. */
final class Times {
  private Times() {}

  static String show(Instant time) {
    return time == null ? "never" : time.truncatedTo(ChronoUnit.SECONDS).toString();
  }
}
