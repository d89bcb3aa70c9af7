package kith.fs;

import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import kith.codec.KithException;

/**
 * Chunks files in the background once they have been quiet for a moment, or have waited for long.
 * Watches a bounded number of them at a time; the rest is in the rows. For one thread.
 */
final class IngestDuty {
  private static final Duration QUIET = Duration.ofMillis(1500);
  private static final Duration LONGEST = Duration.ofSeconds(60);

  /** The same while room is needed. */
  private static final Duration LONGEST_IN_HASTE = Duration.ofSeconds(5);

  /** Files that are watched at once: as many as are chunked while others become quiet. */
  private static final int WINDOW = 32_768;

  /** At most this share of the window is handed over in a tick. */
  private static final int SHARE = 4;

  /** The files that wait. */
  interface Files {
    /**
     * Some of them, in the order of their numbers.
     *
     * @param from the least number
     * @param limit at most so many
     */
    List<Waiting> waiting(long from, int limit) throws IOException;

    /** The version of a file that waits; empty if it doesn't. */
    OptionalLong version(long inode) throws IOException;

    /** Whether a file is being chunked already, be it in an older version. */
    boolean isUnderWay(long inode);

    /** Begins to chunk a file; false if it is under way. */
    boolean begin(long inode, long version) throws IOException, KithException;
  }

  /**
   * A file that waits for ingest.
   *
   * @param version of its last write
   */
  record Waiting(long inode, long version) {}

  /**
   * A file that is watched.
   *
   * @param version when it was looked at last
   * @param since when it has that version and waits
   * @param first when it has waited for ingest
   * @param failed whether ingest came to nothing the last time
   */
  private record Seen(long version, long since, long first, boolean failed) {}

  private final Files files;
  private final InstantSource clock;
  private final int window;
  private final Map<Long, Seen> seen = new LinkedHashMap<>();
  private long next;

  IngestDuty(Files files, InstantSource clock) {
    this(files, clock, WINDOW);
  }

  IngestDuty(Files files, InstantSource clock, int window) {
    this.files = files;
    this.clock = clock;
    this.window = window;
  }

  /** How many files are watched. */
  int watched() {
    return seen.size();
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
    fill(now);
    int done = 0;
    KithException unreadable = null;
    for (long inode : due(now, haste ? LONGEST_IN_HASTE : LONGEST)) {
      OptionalLong version = files.version(inode);
      if (version.isEmpty()) {
        seen.remove(inode);
      } else if (isRipe(inode, version.getAsLong(), now, haste)) {
        try {
          seen.put(inode, new Seen(version.getAsLong(), now, now, true));
          done += files.begin(inode, version.getAsLong()) ? 1 : 0;
          seen.remove(inode);
        } catch (KithException e) {
          unreadable = e;
        }
      }
    }
    if (unreadable != null) {
      throw unreadable;
    }
    return done;
  }

  /** Takes up files after those that it took up last, as many as there is room for. */
  private void fill(long now) throws IOException {
    if (seen.size() >= window) {
      // They are found again, after those that waited behind them.
      seen.values().removeIf(Seen::failed);
    }
    long begin = next;
    if (take(now, Long.MAX_VALUE) && begin > 0) {
      take(now, begin);
    }
  }

  /** Returns whether the end was reached, so that the next are the first again. */
  private boolean take(long now, long end) throws IOException {
    while (seen.size() < window && next < end) {
      int limit = window - seen.size();
      List<Waiting> found = files.waiting(next, limit);
      for (Waiting file : found) {
        next = file.inode() + 1;
        if (!files.isUnderWay(file.inode())) {
          seen.putIfAbsent(file.inode(), new Seen(file.version(), now, now, false));
        }
      }
      if (found.size() < limit) {
        next = 0;
        return true;
      }
    }
    return false;
  }

  /** Those whose time may have come, those that failed last. */
  private List<Long> due(long now, Duration longest) {
    seen.replaceAll((inode, file) -> isFromLater(file, now) ? restarted(file, now) : file);
    return seen.entrySet().stream()
        .filter(
            file ->
                now - file.getValue().since >= QUIET.toMillis()
                    || now - file.getValue().first >= longest.toMillis())
        .sorted(Comparator.comparing(file -> file.getValue().failed))
        .limit(Math.max(1, window / SHARE))
        .map(Map.Entry::getKey)
        .toList();
  }

  /** The clock went back. */
  private static boolean isFromLater(Seen file, long now) {
    return file.since > now || file.first > now;
  }

  private static Seen restarted(Seen file, long now) {
    return new Seen(file.version, now, now, file.failed);
  }

  /** Whether a file is quiet as it is now, or has waited too long for that. */
  private boolean isRipe(long inode, long version, long now, boolean haste) {
    Seen before = seen.get(inode);
    Duration longest = haste ? LONGEST_IN_HASTE : LONGEST;
    if (before.version == version || now - before.first >= longest.toMillis()) {
      return true;
    }
    seen.put(inode, new Seen(version, now, before.first, before.failed));
    return false;
  }
}
