package kith.fs.node;

/**
 * How far packs are from where they should be.
 *
 * @param packs that don't meet the target yet
 * @param bytes of shards that are to be put for that
 * @param stuck packs with a shard that should move, and for which no partner has room or is there
 */
public record MovingInfo(long packs, long bytes, long stuck) {}
