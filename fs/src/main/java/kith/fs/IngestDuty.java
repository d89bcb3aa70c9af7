package kith.fs;

import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import kith.codec.KithException;

/**
 * Chunks files in the background once they have been quiet for a moment, or have waited for long.
 * For one thread.
 */
final class IngestDuty {
  private static final Duration QUIET = Duration.ofMillis(1500);
  private static final Duration LONGEST = Duration.ofSeconds(60);

  /** A file that waits: its version when it was seen last, and since when it has that and waits. */
  private record Seen(long version, long since, long first) {}

  private final Ingest ingest;
  private final InstantSource clock;
  private Map<Long, Seen> seen = new HashMap<>();

  IngestDuty(Ingest ingest, InstantSource clock) {
    this.ingest = ingest;
    this.clock = clock;
  }

  /** Returns how many files were handed to the packs. */
  int tick() throws IOException, KithException {
    long now = clock.millis();
    Map<Long, Seen> still = new HashMap<>();
    int done = 0;
    for (Map.Entry<Long, Long> file : ingest.waiting()) {
      Seen before = seen.get(file.getKey());
      long version = file.getValue();
      long first = before == null ? now : before.first;
      long since = before == null || before.version != version ? now : before.since;
      if (now - since >= QUIET.toMillis() || now - first >= LONGEST.toMillis()) {
        done += ingest.begin(file.getKey(), version) ? 1 : 0;
        first = now;
      }
      still.put(file.getKey(), new Seen(version, since, first));
    }
    seen = still;
    return done;
  }
}
