package kith.peer.choice;

import java.util.Set;

/**
 * What this node is and wants of a partner.
 *
 * @param networks where it is
 * @param schedule when it is on-line
 * @param spaceWanted bytes that a partner should keep for it
 * @param spaceGiven bytes that it would keep for him at most
 * @param leastProtocol the oldest version that it speaks
 */
public record Wishes(
    Set<NetworkPrefix> networks,
    MachineKind machine,
    Schedule schedule,
    long spaceWanted,
    long spaceGiven,
    int leastProtocol) {
  public Wishes {
    networks = Set.copyOf(networks);
  }
}
