package kith.peer.conduct;

/** What came of an audit. Counted apart, each with consequences of its own. */
public enum AuditOutcome {
  /** The holder has shown the blocks. */
  PROVED,
  /** The holder answered with something else than the blocks, or would not answer. */
  WRONG,
  /** The holder says itself that it has lost them. */
  LOST,
  /** The holder has shown the blocks, too late. */
  SLOW,
  /** The holder could not be asked, or says that its disk does not work now. */
  OFFLINE,
  /** This node failed itself: its disk, its clock, its network. Says nothing about the holder. */
  OURS
}
