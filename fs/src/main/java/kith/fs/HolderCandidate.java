package kith.fs;

import kith.codec.OwnerId;

/**
 * A partner who could hold a shard.
 *
 * @param freeBytes what the agreement leaves for us at this partner, in bytes
 * @param reachable whether he seems to be there now
 * @param pastCommitment whether he would serve a restore: only then what he holds may be nowhere
 *     else
 */
public record HolderCandidate(
    OwnerId owner, long freeBytes, boolean reachable, boolean pastCommitment) {
  /** One whose commitment is waived. */
  public HolderCandidate(OwnerId owner, long freeBytes, boolean reachable) {
    this(owner, freeBytes, reachable, true);
  }
}
