package kith.fs;

import java.util.List;
import java.util.Optional;
import kith.codec.CodeParameters;
import kith.peer.choice.UsableSpace;

/** How large a drive is and how much still fits, as its partners have room. Stateless. */
final class DriveSpace {
  private DriveSpace() {}

  /**
   * In bytes of the drive's content: all that the agreements give, and of that what neither is used
   * nor waits to be shipped, as far as partners have room for it now.
   *
   * @param staged bytes that wait to be packed
   */
  static FileSystem.Space of(
      SafetyTotals packs,
      long staged,
      List<HolderCandidate> partners,
      Optional<CodeParameters> code) {
    long used = packs.safe().packBytes() + packs.full().packBytes() + packs.degraded().packBytes();
    long left = UsableSpace.of(partners.stream().map(HolderCandidate::freeBytes).toList(), code);
    long all = UsableSpace.of(partners.stream().map(HolderCandidate::spaceBytes).toList(), code);
    long total = Math.max(all, used);
    long waiting = packs.local().packBytes() + staged;
    long free = Math.max(0, Math.min(left, total - used) - waiting);
    return new FileSystem.Space(total, free, 0, InodeNumbers.LIMIT);
  }

  /** Bytes of content that are at partners or must come there; {@code staged} as in {@link #of}. */
  static long needed(SafetyTotals packs, long staged) {
    return staged
        + packs.local().packBytes()
        + packs.degraded().packBytes()
        + packs.locked().packBytes()
        + packs.safe().packBytes()
        + packs.full().packBytes();
  }

  /** Whether too few partners have room for the shards of an average pack that waits. */
  static boolean isFull(
      ShipperProgress waiting, List<HolderCandidate> partners, Optional<CodeParameters> code) {
    if (code.isEmpty() || waiting.packs() == 0) {
      return false;
    }
    long shard = waiting.bytesToShip() / waiting.packs() / code.get().n();
    return partners.stream().filter(partner -> partner.freeBytes() >= shard).count()
        < code.get().n();
  }
}
