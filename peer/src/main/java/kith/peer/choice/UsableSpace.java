package kith.peer.choice;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;
import kith.codec.CodeParameters;

/** How much of a drive's content fits at its partners. Stateless. */
public final class UsableSpace {
  /** No partner keeps more than this: 2^50 bytes. */
  private static final long MAX_SPACE = 1L << 50;

  private UsableSpace() {}

  /**
   * With n distinct holders for each pack: m times b, b being the largest with {@code sum of
   * min(space, b) >= n x b} over the partners.
   *
   * @param spaces what each partner keeps for this drive, in bytes
   * @return bytes; 0 if there are too few partners
   */
  public static long of(List<Long> spaces, Optional<CodeParameters> code) {
    return code.map(chosen -> chosen.m() * perShard(spaces, chosen.n())).orElse(0L);
  }

  /**
   * The b of {@link #of}: who has that much or more holds a shard of every pack once all is full.
   *
   * @param holders of each pack, at least 1
   */
  static long perShard(List<Long> spaces, int holders) {
    long low = 0;
    long high = sum(spaces, MAX_SPACE) / holders;
    while (low < high) {
      long middle = low + (high - low + 1) / 2;
      if (sum(spaces, middle) / holders >= middle) {
        low = middle;
      } else {
        high = middle - 1;
      }
    }
    return low;
  }

  /**
   * The least that each of some partners must keep so that so much content fits.
   *
   * @param fixed what the others keep
   * @param able what these keep now; who keeps more than is needed goes on doing so
   * @return empty if no space of theirs would do
   */
  public static OptionalLong each(
      List<Long> fixed, List<Long> able, Optional<CodeParameters> code, long content) {
    long low = 0;
    long high = MAX_SPACE;
    if (able.isEmpty() || of(raised(fixed, able, high), code) < content) {
      return OptionalLong.empty();
    }
    while (low < high) {
      long middle = low + (high - low) / 2;
      if (of(raised(fixed, able, middle), code) >= content) {
        high = middle;
      } else {
        low = middle + 1;
      }
    }
    return OptionalLong.of(low);
  }

  private static List<Long> raised(List<Long> fixed, List<Long> able, long least) {
    return Stream.concat(fixed.stream(), able.stream().map(space -> Math.max(space, least)))
        .toList();
  }

  private static long sum(List<Long> spaces, long atMost) {
    long sum = 0;
    for (long space : spaces) {
      sum += Math.max(0, Math.min(space, Math.min(atMost, MAX_SPACE)));
    }
    return sum;
  }
}
