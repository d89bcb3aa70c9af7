package kith.fs;

import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import kith.codec.PackId;

/**
 * Tells from the last reads of a pack whether somebody reads it from front to back, or several do,
 * each his part of it. Safe for many threads.
 */
final class FetcherPattern {
  private static final int MAX_PACKS = 256;

  /** Readers of a pack at the same time. */
  private static final int MAX_READERS = 8;

  /** How far a read may be from where the last one ended and still continue it, in bytes. */
  private static final int NEAR = 512 << 10;

  /** The same for those before: eight readers everywhere would be near to most of a pack. */
  private static final int CLOSE = 128 << 10;

  /**
   * What one reader has read.
   *
   * @param end where his last read ended
   */
  private record Reads(int end, int run) {}

  /** Of each pack, its last reader first. */
  private final Map<PackId, Deque<Reads>> packs =
      new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<PackId, Deque<Reads>> eldest) {
          return size() > MAX_PACKS;
        }
      };

  /**
   * Notes a read.
   *
   * @return how many reads before this one went on where another had ended, 0 if this one doesn't
   */
  synchronized int read(PackId pack, int offset, int length) {
    Deque<Reads> readers = packs.computeIfAbsent(pack, unused -> new ArrayDeque<>());
    Optional<Reads> before =
        readers.stream()
            .filter(
                reads -> distance(reads, offset) <= (reads.equals(readers.peek()) ? NEAR : CLOSE))
            .min(Comparator.comparingInt(reads -> distance(reads, offset)));
    before.ifPresent(readers::remove);
    Reads now =
        before
            .map(reads -> new Reads(Math.max(reads.end, offset + length), reads.run + 1))
            .orElse(new Reads(offset + length, 0));
    readers.addFirst(now);
    if (readers.size() > MAX_READERS) {
      readers.removeLast();
    }
    return now.run;
  }

  private static int distance(Reads reads, int offset) {
    return Math.abs(offset - reads.end);
  }
}
