package kith.fs;

import java.util.LinkedHashMap;
import java.util.Map;
import kith.codec.PackId;

/** Tells from the last reads of a pack whether somebody reads it from front to back. */
final class FetcherPattern {
  private static final int MAX_PACKS = 256;

  /** How far a read may skip ahead and still continue the one before, in bytes. */
  private static final int NEAR = 512 << 10;

  private record Reads(int end, int run) {}

  private final Map<PackId, Reads> packs =
      new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<PackId, Reads> eldest) {
          return size() > MAX_PACKS;
        }
      };

  /**
   * Notes a read.
   *
   * @return how many reads before this one went on where another had ended, 0 if this one doesn't
   */
  synchronized int read(PackId pack, int offset, int length) {
    Reads before = packs.get(pack);
    boolean continues =
        before != null && offset >= before.end - NEAR && offset <= before.end + NEAR;
    int run = continues ? before.run + 1 : 0;
    int end = continues ? Math.max(before.end, offset + length) : offset + length;
    packs.put(pack, new Reads(end, run));
    return run;
  }
}
