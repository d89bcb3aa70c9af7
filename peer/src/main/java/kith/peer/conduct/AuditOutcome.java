package kith.peer.conduct;

/** How an audit of a holder ended, as its owner counts it. */
public enum AuditOutcome {
  /** Every block that was drawn is there. */
  PROVED,
  /** A proof was false: the holder has not what it acknowledged, and doesn't say so. */
  WRONG,
  /** The holder admits that it has lost what was drawn. */
  LOST,
  /** The proof is right, but came too late to tell that the block lay there. */
  SLOW,
  /** No answer: the holder is away, busy, or says that its disk is sick. */
  OFFLINE,
  /** The fault is on this side - disk, clock, network - and accuses nobody. */
  OURS
}
