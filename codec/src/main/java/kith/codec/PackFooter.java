package kith.codec;

import java.util.List;

/**
 * What a pack tells of itself.
 *
 * @param id names the pack
 * @param kind what its chunks are
 * @param headGeneration generation of the drive's head when the pack was begun
 * @param contentDigest SHA-256 of all bytes of the pack before the footer
 * @param entries chunks in the order of their records
 */
public record PackFooter(
    PackId id, PackKind kind, long headGeneration, Digest contentDigest, List<PackEntry> entries) {
  public PackFooter {
    entries = List.copyOf(entries);
  }
}
