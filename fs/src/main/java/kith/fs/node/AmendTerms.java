package kith.fs.node;

import java.time.Duration;
import kith.peer.AgreementSide;

/**
 * A change of what was agreed with a partner; null for what stays.
 *
 * @param partner its name, or the beginning of its owner id
 * @param spaceForThem bytes that we keep for them
 * @param spaceForUs bytes that they keep for us
 * @param grace how long a silent partner is only suspected
 * @param commitment longer than grace
 * @param force offer also more than the uplink could give back
 */
public record AmendTerms(
    String partner,
    Long spaceForThem,
    Long spaceForUs,
    Duration grace,
    Duration commitment,
    boolean force) {
  public AmendTerms {
    if (partner == null || partner.isBlank()) {
      throw new IllegalArgumentException("an amendment goes to a partner");
    }
    if ((spaceForThem != null && spaceForThem <= 0) || (spaceForUs != null && spaceForUs <= 0)) {
      throw new IllegalArgumentException("space must be more than 0 bytes each way");
    }
    if ((spaceForThem != null && spaceForThem > AgreementSide.MAX_SPACE)
        || (spaceForUs != null && spaceForUs > AgreementSide.MAX_SPACE)) {
      throw new IllegalArgumentException("an agreement is about at most 1 PiB each way");
    }
    if (spaceForThem == null && spaceForUs == null && grace == null && commitment == null) {
      throw new IllegalArgumentException("an amendment changes something: say what");
    }
  }
}
