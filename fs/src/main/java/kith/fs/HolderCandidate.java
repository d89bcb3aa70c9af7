package kith.fs;

import java.util.Set;
import kith.codec.OwnerId;
import kith.peer.choice.NetworkPrefix;
import kith.peer.choice.Place;
import kith.peer.conduct.Standing;

/**
 * A partner who could hold a shard.
 *
 * @param freeBytes what the agreement leaves for us at this partner, in bytes
 * @param reachable whether he seems to be there now
 * @param pastCommitment whether he would serve a restore: only then what he holds may be nowhere
 *     else
 * @param spaceBytes what the agreement gives us at this partner, in bytes
 * @param networks where he is
 * @param standing how he keeps his word: what one has who reneged counts as lost
 */
public record HolderCandidate(
    OwnerId owner,
    long freeBytes,
    boolean reachable,
    boolean pastCommitment,
    long spaceBytes,
    Set<NetworkPrefix> networks,
    Standing standing) {
  /** One whose commitment is waived, who has nothing yet, somewhere. */
  public HolderCandidate(OwnerId owner, long freeBytes, boolean reachable) {
    this(owner, freeBytes, reachable, true, freeBytes, Set.of(), Standing.GOOD);
  }

  /** Whether what he has counts as lost. */
  boolean gone() {
    return standing.isReneged();
  }

  /** Whether what he has is made elsewhere, too, when there is time. */
  boolean doubtful() {
    return standing.isDoubtful();
  }

  Place place() {
    return new Place(owner, freeBytes, reachable, networks);
  }
}
