package kith.fs;

import kith.codec.OwnerId;

/**
 * A partner who could hold a shard.
 *
 * @param freeBytes what the agreement leaves for us at this partner, in bytes
 * @param reachable whether he seems to be there now
 */
public record HolderCandidate(OwnerId owner, long freeBytes, boolean reachable) {}
