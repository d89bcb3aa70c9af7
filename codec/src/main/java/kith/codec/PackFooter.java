package kith.codec;

import java.util.List;

/**
 * What a pack tells of itself.
 *
 * @param id names the pack
 * @param kind what its chunks are
 * @param headGeneration generation of the drive's head when the pack was begun
 * @param contentCrc CRC-32C of all bytes of the pack before the footer: against rot on the way to
 *     the encoder; each chunk has stronger proof
 * @param entries chunks in the order of their records
 */
public record PackFooter(
    PackId id, PackKind kind, long headGeneration, int contentCrc, List<PackEntry> entries) {
  public PackFooter {
    entries = List.copyOf(entries);
  }
}
