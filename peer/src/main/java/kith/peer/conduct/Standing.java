package kith.peer.conduct;

import java.time.Duration;

/**
 * What a partner's conduct amounts to now.
 *
 * @param level how far it has gone
 * @param trouble why; null where there is none
 * @param lasting for how long there has been trouble
 * @param left of the grace, until it counts as having reneged; zero where that is decided or
 *     nothing is wrong
 */
public record Standing(Level level, Trouble trouble, Duration lasting, Duration left) {
  /** From good to bad. */
  public enum Level {
    /** It keeps its word. */
    KEEPS,
    /** There is trouble, and grace. */
    SUSPECTED,
    /** The grace is over, or what happened knows none: it counts as gone. */
    RENEGED
  }

  /** Nothing is wrong. */
  public static final Standing GOOD = new Standing(Level.KEEPS, null, Duration.ZERO, Duration.ZERO);

  /** Whether it keeps its word. */
  public boolean isGood() {
    return level == Level.KEEPS;
  }

  /** Whether it is over. */
  public boolean isReneged() {
    return level == Level.RENEGED;
  }

  /** Whether it is given what is new: not if it is doubted, or is back and has yet to show. */
  public boolean isTrusted() {
    return !isReneged() && !isDoubtful() && trouble != Trouble.RETURNED;
  }

  /**
   * Whether copies of what it holds should begin to be made elsewhere, without haste, though it may
   * yet return: once a third of its grace is over, or it was seen to be wrong.
   */
  public boolean isDoubtful() {
    if (level != Level.SUSPECTED || trouble == Trouble.RETURNED) {
      return false;
    }
    boolean wrong = trouble == Trouble.WRONG || trouble == Trouble.LOSSES;
    return wrong || lasting.compareTo(left.dividedBy(2)) >= 0;
  }
}
