package kith.fs.node;

import java.time.Duration;

/**
 * The end of a partnership as a person wants it.
 *
 * @param partner its name, or the beginning of its owner id
 * @param kind what to do
 * @param within how long the handover may take, or null for the agreement's grace
 * @param anyway begin also if the other partners have no room for everything now
 */
public record LeaveTerms(String partner, Kind kind, Duration within, boolean anyway) {
  /** What to do. */
  public enum Kind {
    /** Both hand over what they keep at each other, and say so. */
    LEAVE,
    /** The same, but without the partner's word after the agreed time. */
    REMOVE,
    /** The notice is withdrawn. */
    CANCEL
  }

  public LeaveTerms {
    if (partner == null || partner.isBlank() || kind == null) {
      throw new IllegalArgumentException("which partner?");
    }
    if (within != null && (within.isNegative() || within.compareTo(Duration.ofDays(366)) > 0)) {
      throw new IllegalArgumentException("a handover lasts at most 366 days");
    }
  }
}
