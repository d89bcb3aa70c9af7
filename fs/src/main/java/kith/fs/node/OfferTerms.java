package kith.fs.node;

import kith.peer.AgreementSide;
import kith.peer.NodeAddress;

/**
 * An offer to a stranger.
 *
 * @param node his owner id; of a node that was heard of its beginning is enough
 * @param address where his node is, or null to look among the nodes that were heard of
 * @param spaceForThem bytes that we keep for them at most
 * @param spaceForUs bytes that they are asked to keep for us
 * @param leastForUs bytes that they must keep at least
 * @param force offer also more than the uplink could give back
 */
public record OfferTerms(
    String node,
    NodeAddress address,
    long spaceForThem,
    long spaceForUs,
    long leastForUs,
    boolean force) {
  private static final int SHORTEST = 5;

  public OfferTerms {
    if (node == null || node.strip().length() < SHORTEST) {
      throw new IllegalArgumentException(
          "an offer goes to an owner id, of which the first "
              + SHORTEST
              + " characters are enough"
              + " where the node is known");
    }
    if (Math.max(spaceForThem, spaceForUs) > AgreementSide.MAX_SPACE) {
      throw new IllegalArgumentException("an agreement is about at most 1 PiB each way");
    }
    if (spaceForThem <= 0 || spaceForUs <= 0 || leastForUs <= 0 || leastForUs > spaceForUs) {
      throw new IllegalArgumentException(
          "space must be more than 0 bytes each way, and the least no more than what is asked");
    }
  }
}
