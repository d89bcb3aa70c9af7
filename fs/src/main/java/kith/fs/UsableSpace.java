package kith.fs;

import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;
import kith.codec.CodeParameters;

/** How much more of a drive's content fits at its partners. */
public final class UsableSpace {
  private UsableSpace() {}

  /**
   * With n distinct holders for each pack: m times b, b being the largest with {@code sum of
   * min(free, b) >= n x b} over the partners.
   *
   * @return bytes; 0 if there are too few partners
   */
  public static long left(List<HolderCandidate> partners, Optional<CodeParameters> code) {
    if (code.isEmpty()) {
      return 0;
    }
    long[] free = partners.stream().mapToLong(HolderCandidate::freeBytes).sorted().toArray();
    int n = code.get().n();
    long low = 0;
    long high = LongStream.of(free).sum() / n;
    while (low < high) {
      long b = low + (high - low + 1) / 2;
      if (LongStream.of(free).map(bytes -> Math.min(bytes, b)).sum() / n >= b) {
        low = b;
      } else {
        high = b - 1;
      }
    }
    return code.get().m() * low;
  }
}
