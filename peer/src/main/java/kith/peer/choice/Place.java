package kith.peer.choice;

import java.util.Set;
import kith.codec.OwnerId;

/**
 * A partner, as far as it matters for what he is given to hold.
 *
 * @param freeBytes what he has room for
 * @param reachable whether he seems to be there now
 * @param networks where he is; empty where that is not known
 * @param system what his node runs on
 * @param untried whether he holds nothing of ours yet: whoever holds nothing proves nothing
 */
public record Place(
    OwnerId owner,
    long freeBytes,
    boolean reachable,
    Set<NetworkPrefix> networks,
    OperatingSystem system,
    boolean untried) {
  public Place {
    networks = Set.copyOf(networks);
  }

  Separation from(Place other) {
    return NetworkPrefix.between(networks, other.networks);
  }
}
