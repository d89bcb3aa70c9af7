package kith.codec;

/**
 * A shard ready to leave for its holder.
 *
 * @param name which shard of which pack
 * @param holder whom it is sealed for
 * @param descriptor sealed descriptor
 * @param sealed all sealed blocks; not to be changed
 * @param merkleRoot over the sealed blocks
 */
public record SealedShard(
    ShardName name, OwnerId holder, byte[] descriptor, byte[] sealed, Digest merkleRoot) {}
