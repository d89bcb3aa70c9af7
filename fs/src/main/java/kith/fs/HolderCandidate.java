package kith.fs;

import java.util.Set;
import kith.codec.OwnerId;
import kith.peer.choice.NetworkPrefix;
import kith.peer.choice.Place;

/**
 * A partner who could hold a shard.
 *
 * @param freeBytes what the agreement leaves for us at this partner, in bytes
 * @param reachable whether he seems to be there now
 * @param pastCommitment whether he would serve a restore: only then what he holds may be nowhere
 *     else
 * @param spaceBytes what the agreement gives us at this partner, in bytes
 * @param networks where he is
 * @param gone whether he has been silent for longer than his grace: what he has counts as lost
 */
public record HolderCandidate(
    OwnerId owner,
    long freeBytes,
    boolean reachable,
    boolean pastCommitment,
    long spaceBytes,
    Set<NetworkPrefix> networks,
    boolean gone) {
  /** One whose commitment is waived, who has nothing yet, somewhere. */
  public HolderCandidate(OwnerId owner, long freeBytes, boolean reachable) {
    this(owner, freeBytes, reachable, true, freeBytes, Set.of(), false);
  }

  Place place() {
    return new Place(owner, freeBytes, reachable, networks);
  }
}
