package kith.fs;

/**
 * How far packs are from where they should be.
 *
 * @param packs that do not meet the target yet: some of their shards are to be put, or to be moved
 *     to other partners
 * @param bytes of those shards
 * @param stuck packs with a shard that should move and for which no partner has room, or is there
 */
public record MoveProgress(long packs, long bytes, long stuck) {}
