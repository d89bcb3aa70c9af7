package kith.fs;

import java.util.Optional;
import java.util.OptionalInt;
import kith.codec.CodeParameters;

/**
 * Which code a drive uses, and how many placed shards make a pack safe. Immutable.
 *
 * @param fixed the code chosen by the owner; empty to follow the number of partners
 * @param tolerated how many lost partners what is called safe must survive; empty for all of k
 */
public record PlacementPolicy(Optional<CodeParameters> fixed, OptionalInt tolerated) {
  /** The code follows the number of partners, and safe survives the loss of any k. */
  public static final PlacementPolicy DEFAULT =
      new PlacementPolicy(Optional.empty(), OptionalInt.empty());

  private static final int[][] BY_PARTNERS = {
    {1, 0}, {1, 1}, {2, 1}, {2, 1}, {2, 2}, {3, 2}, {4, 2}, {4, 3}, {5, 3}, {5, 4}, {6, 4}
  };

  /**
   * The code for packs that are coded now, or empty if there are too few partners: none at all, or
   * fewer than the fixed code has shards. From four partners on one is left over for repair.
   *
   * @param partners with whom there is an agreement, reachable or not
   */
  public Optional<CodeParameters> codeFor(int partners) {
    if (fixed.isPresent()) {
      return fixed.filter(code -> code.n() <= partners);
    }
    if (partners < 1) {
      return Optional.empty();
    }
    int[] code = BY_PARTNERS[Math.min(partners, BY_PARTNERS.length) - 1];
    return Optional.of(CodeParameters.of(code[0], code[1]));
  }

  /** How many placed shards make a pack safe: m + t. */
  public int safeShards(CodeParameters code) {
    return code.m() + Math.min(code.k(), tolerated.orElse(code.k()));
  }
}
