package kith.fs.node;

import java.time.Duration;

/**
 * What an invitation offers.
 *
 * @param name as we want to be called by whoever accepts; may be empty
 * @param spaceForThem bytes that we keep for them
 * @param spaceForUs bytes that they keep for us
 * @param validFor until the code expires
 * @param via address of the node or broker that takes letters for this one, or null for none
 * @param force more than this node's uplink could give back, too
 */
public record InviteTerms(
    String name, long spaceForThem, long spaceForUs, Duration validFor, String via, boolean force) {
  public InviteTerms {
    name = name == null ? "" : name;
    if (spaceForThem <= 0 || spaceForUs <= 0) {
      throw new IllegalArgumentException("space must be more than 0 bytes each way");
    }
    if (validFor == null || validFor.isNegative() || validFor.isZero()) {
      throw new IllegalArgumentException("an invitation must be valid for some time");
    }
  }
}
