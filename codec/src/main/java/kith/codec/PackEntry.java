package kith.codec;

/**
 * Where a chunk lies in a pack.
 *
 * @param id names the chunk
 * @param offset of its record from the start of the pack, in bytes
 * @param length of its record in bytes
 * @param rawLength of the chunk in bytes
 */
public record PackEntry(ChunkId id, int offset, int length, int rawLength) {}
