package kith.fs;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import kith.codec.CodeParameters;
import kith.peer.choice.Growth;

/**
 * Which code a drive uses, and how many placed shards make a pack safe. Immutable.
 *
 * @param fixed the code chosen by the owner; empty to follow the partners
 * @param tolerated how many lost partners what is called safe must survive; empty for all of k
 * @param growth how the code follows the partners
 */
public record PlacementPolicy(
    Optional<CodeParameters> fixed, OptionalInt tolerated, Growth growth) {
  /** The code follows the number of partners, and safe survives the loss of any k. */
  public static final PlacementPolicy DEFAULT =
      new PlacementPolicy(Optional.empty(), OptionalInt.empty());

  /** Without a target. */
  public PlacementPolicy(Optional<CodeParameters> fixed, OptionalInt tolerated) {
    this(fixed, tolerated, Growth.BY_NUMBER);
  }

  /**
   * Those over whom packs are spread: the partners but for those who count as gone. A fixed code
   * that is too wide for the others keeps their places, so that packs are shipped as far as they
   * can be until somebody takes these over.
   *
   * @param partners with whom there is an agreement
   */
  public List<HolderCandidate> spread(List<HolderCandidate> partners) {
    List<HolderCandidate> there = partners.stream().filter(one -> !one.gone()).toList();
    return fixed.isPresent() && isTooWide(fixed.get(), there.size()) ? partners : there;
  }

  /**
   * The code for packs that are coded now, or empty if there are too few partners. Those with whom
   * there is no agreement count for what they have, and where a fixed code keeps their places, but
   * no code of ours is chosen for them.
   *
   * @param partners over whom packs are {@link #spread}, reachable or not
   */
  public Optional<CodeParameters> codeFor(List<HolderCandidate> partners) {
    return codeFor(fixed.isPresent() ? partners.size() : agreed(partners));
  }

  private static int agreed(List<HolderCandidate> partners) {
    return (int) partners.stream().filter(HolderCandidate::agreed).count();
  }

  /**
   * The code for packs that are coded now, or empty if there are too few partners: none at all, or
   * fewer than the fixed code has shards.
   *
   * @param partners how many there are, reachable or not
   */
  public Optional<CodeParameters> codeFor(int partners) {
    return fixed.isPresent()
        ? fixed.filter(code -> code.n() <= partners)
        : growth.codeFor(partners);
  }

  /**
   * Whether a pack may give a shard to one who holds nothing yet: where it can be restored from
   * partners it still can.
   *
   * @param free of its holders serve restores now
   * @param then do so after the move
   */
  public boolean maySpare(CodeParameters code, int free, int then) {
    return then >= free || then >= safeShards(code) || free < code.m();
  }

  /** How many placed shards make a pack safe: m + t. */
  public int safeShards(CodeParameters code) {
    return code.m() + Math.min(code.k(), tolerated.orElse(code.k()));
  }

  /** Whether a pack of that code has more shards than there are partners. */
  public static boolean isTooWide(CodeParameters code, int partners) {
    return code.n() > partners;
  }

  /** Whether a pack of that code survives less than what is wanted now. */
  public static boolean isWeaker(CodeParameters code, CodeParameters wanted) {
    return code.k() < wanted.k();
  }
}
