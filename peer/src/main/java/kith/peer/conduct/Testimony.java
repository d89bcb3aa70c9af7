package kith.peer.conduct;

import java.util.Set;
import kith.codec.OwnerId;
import kith.peer.choice.NetworkPrefix;

/**
 * What is known of a node by another's signature.
 *
 * @param reporter who has signed
 * @param networks where the reporter is; empty if unknown
 * @param kept whether the node keeps its word: both have signed that; otherwise it does not, and
 *     this node has itself seen that it cannot show what it had signed for
 * @param age for how long that is known, in ms
 */
public record Testimony(OwnerId reporter, Set<NetworkPrefix> networks, boolean kept, long age) {
  public Testimony {
    networks = Set.copyOf(networks);
  }
}
