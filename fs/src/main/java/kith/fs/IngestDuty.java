package kith.fs;

import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import kith.codec.KithException;

/**
 * Chunks files in the background once they have been quiet for a moment, or have waited for long.
 * For one thread.
 */
final class IngestDuty {
  private static final Duration QUIET = Duration.ofMillis(1500);
  private static final Duration LONGEST = Duration.ofSeconds(60);

  /** The same while room is needed. */
  private static final Duration LONGEST_IN_HASTE = Duration.ofSeconds(5);

  /**
   * A file that waits.
   *
   * @param version when it was seen last
   * @param since when it has that version and waits
   * @param first when it has waited for ingest
   * @param failed whether ingest came to nothing the last time
   */
  private record Seen(long version, long since, long first, boolean failed) {}

  private final Ingest ingest;
  private final InstantSource clock;
  private Map<Long, Seen> seen = new HashMap<>();

  IngestDuty(Ingest ingest, InstantSource clock) {
    this.ingest = ingest;
    this.clock = clock;
  }

  /**
   * Hands quiet files to the packs. A file that cannot be read holds up no other.
   *
   * @param haste whether room is needed, so that files that are not quiet wait less long
   * @return how many files were handed over
   * @throws KithException if one could not be; the others were
   * @throws IOException if the disk fails; that file comes last the next time
   */
  int tick(boolean haste) throws IOException, KithException {
    long now = clock.millis();
    Map<Long, Seen> still = new LinkedHashMap<>();
    for (Map.Entry<Long, Long> file : ingest.waiting()) {
      still.put(file.getKey(), look(file.getKey(), file.getValue(), now));
    }
    seen = still;
    int done = 0;
    KithException unreadable = null;
    for (long inode : due(now, haste ? LONGEST_IN_HASTE : LONGEST)) {
      Seen file = seen.get(inode);
      try {
        seen.put(inode, new Seen(file.version, now, now, true));
        done += ingest.begin(inode, file.version) ? 1 : 0;
        seen.put(inode, new Seen(file.version, now, now, false));
      } catch (KithException e) {
        unreadable = e;
      }
    }
    if (unreadable != null) {
      throw unreadable;
    }
    return done;
  }

  private Seen look(long inode, long version, long now) {
    Seen before = seen.get(inode);
    if (before == null || before.since > now || before.first > now) {
      return new Seen(version, now, now, false); // new, or the clock went back
    }
    long since = before.version == version ? before.since : now;
    return new Seen(version, since, before.first, before.failed);
  }

  /** The files whose time has come, those that failed before last. */
  private List<Long> due(long now, Duration longest) {
    return seen.entrySet().stream()
        .filter(
            file ->
                now - file.getValue().since >= QUIET.toMillis()
                    || now - file.getValue().first >= longest.toMillis())
        .sorted(Comparator.comparing(file -> file.getValue().failed))
        .map(Map.Entry::getKey)
        .toList();
  }
}
