package kith.peer;

import java.time.Duration;
import kith.peer.conduct.AuditDraw;
import kith.peer.conduct.AuditPace;

/**
 * How this owner audits.
 *
 * @param pace how often
 * @param blocks drawn in each round
 * @param slow a right proof that takes longer is counted as slow
 * @param patience how long a proof is waited for
 */
public record AuditSettings(AuditPace pace, int blocks, Duration slow, Duration patience) {
  public AuditSettings {
    if (blocks < 1 || blocks > AuditDraw.MAX_BLOCKS) {
      throw new IllegalArgumentException(
          "from 1 to " + AuditDraw.MAX_BLOCKS + " blocks can be audited at once, not " + blocks);
    }
  }

  /** One block, 24 or 48 times a day, slow after a minute. */
  public static AuditSettings usual() {
    return new AuditSettings(AuditPace.usual(), 1, Duration.ofSeconds(60), Duration.ofSeconds(180));
  }
}
