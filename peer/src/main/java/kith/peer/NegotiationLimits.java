package kith.peer;

import java.time.Duration;

/**
 * What this node's owner allows to be agreed without asking him.
 *
 * @param strangers whether offers of those who have no invitation are considered
 * @param mostPartners with so many partners no stranger is taken any more
 * @param most this side as it is stated, with the most bytes that are kept for one partner
 * @param leastForUs bytes that a stranger must keep at least
 * @param leastGrace the shortest grace period
 * @param mostGrace the longest
 * @param mostCommitment the longest commitment
 * @param terms that this node begins with; nobody may read back more than these allow
 * @param commonHours of the week in which both must be on-line, 1 to 168
 * @param meanBandwidth bytes per second that a stranger must promise on average
 */
public record NegotiationLimits(
    boolean strangers,
    int mostPartners,
    AgreementSide most,
    long leastForUs,
    Duration leastGrace,
    Duration mostGrace,
    Duration mostCommitment,
    AgreementTerms terms,
    int commonHours,
    long meanBandwidth) {
  /** The least that is worth an agreement by default, in bytes. */
  public static final long LEAST_SPACE = 1L << 20;

  private static final int MOST_PARTNERS = 20;

  public NegotiationLimits {
    if (leastGrace.compareTo(mostGrace) > 0 || mostGrace.compareTo(mostCommitment) >= 0) {
      throw new IllegalArgumentException("the commitment must be longer than the grace period");
    }
    if (most.space() < 1 || leastForUs < 1 || leastForUs > AgreementSide.MAX_SPACE) {
      throw new IllegalArgumentException("an agreement is about some space each way");
    }
  }

  /**
   * The defaults: grace of a week to sixty days, commitment of at most 120 days.
   *
   * @param most see above
   */
  public static NegotiationLimits of(boolean strangers, AgreementSide most) {
    return new NegotiationLimits(
        strangers,
        MOST_PARTNERS,
        most,
        LEAST_SPACE,
        Duration.ofDays(7),
        Duration.ofDays(60),
        Duration.ofDays(120),
        AgreementTerms.strangers(),
        1,
        0);
  }

  /** The same for a negotiation of our own, about so many bytes. */
  NegotiationLimits narrowed(long mostForThem, long least) {
    return new NegotiationLimits(
        true,
        Integer.MAX_VALUE,
        most.withSpace(mostForThem),
        least,
        leastGrace,
        mostGrace,
        mostCommitment,
        terms,
        commonHours,
        meanBandwidth);
  }
}
