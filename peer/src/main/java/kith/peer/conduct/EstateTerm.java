package kith.peer.conduct;

import java.time.Duration;
import java.time.Instant;
import kith.index.ObservedTime;

/**
 * What becomes of the shards that a holder keeps for an owner who fell silent or reneged: they
 * become an estate, which is kept for as long as he was himself proved beyond the commitment, at
 * most 180 days, and then given up; who was there and reneged had his warning, and what is kept for
 * him only lasts as long as what is dropped. Time counts as it is {@link ObservedTime observed}, in
 * steps of at most an hour, while the holder is in touch with others. Immutable.
 *
 * @param silent for how long nothing was heard of the owner
 * @param left how long the estate is still kept; zero for none
 * @param at when it was looked at last
 */
public record EstateTerm(Phase phase, Cause cause, Duration silent, Duration left, Instant at) {
  /** No estate is kept for longer. */
  public static final Duration LONGEST = Duration.ofDays(180);

  /** No estate of one who reneged is. */
  public static final Duration LONGEST_OF_RENEGED = Duration.ofDays(14);

  /** The most time that one look counts. */
  public static final Duration STEP = Duration.ofHours(1);

  /** How far it is. The number stands in rows. */
  public enum Phase {
    /** A partner as any other. */
    PARTNER(1),
    /** Kept for a declared restore. */
    ESTATE(2),
    /** Given up. */
    OVER(3);

    private final int tag;

    Phase(int tag) {
      this.tag = tag;
    }

    public int tag() {
      return tag;
    }
  }

  /** Why it is an estate, or was one last. The number stands in rows. */
  public enum Cause {
    NONE(0),
    /** The owner was silent for longer than the agreement's grace. */
    SILENT(1),
    /** He did not keep what he owed. */
    RENEGED(2);

    private final int tag;

    Cause(int tag) {
      this.tag = tag;
    }

    public int tag() {
      return tag;
    }
  }

  /**
   * What was seen since the last look.
   *
   * @param heard whether the owner's node was heard of
   * @param inTouch whether anybody was, so that silence is not this node's own
   */
  public record Seen(Instant now, boolean heard, boolean inTouch) {}

  /**
   * What was agreed, and what the owner has shown.
   *
   * @param grace how long silence is borne
   * @param commitment before which nothing is due; zero where it is waived
   * @param proved for how long the owner was himself proved under this agreement
   */
  public record Standing(Duration grace, Duration commitment, Duration proved) {}

  /** For how long an estate is kept. */
  public static Duration term(Cause why, Standing standing) {
    Duration due = standing.proved.minus(standing.commitment);
    Duration most = why == Cause.RENEGED ? LONGEST_OF_RENEGED : LONGEST;
    return due.isNegative() ? Duration.ZERO : due.compareTo(most) > 0 ? most : due;
  }

  /** An owner who is a partner, from now on. */
  public static EstateTerm begin(Instant now) {
    return new EstateTerm(Phase.PARTNER, Cause.NONE, Duration.ZERO, Duration.ZERO, now);
  }

  /** Lets time pass. */
  public EstateTerm after(Seen seen, Standing standing) {
    Duration step = ObservedTime.between(at, seen.now, STEP);
    return switch (phase) {
      case PARTNER -> partner(seen, standing, step);
      case ESTATE -> estate(seen, step);
      case OVER -> this;
    };
  }

  private EstateTerm partner(Seen seen, Standing standing, Duration step) {
    if (seen.heard) {
      return new EstateTerm(phase, cause, Duration.ZERO, left, seen.now);
    }
    Duration quiet = seen.inTouch ? silent.plus(step) : silent;
    var next = new EstateTerm(phase, cause, quiet, left, seen.now);
    return quiet.compareTo(standing.grace) > 0 ? next.becomes(Cause.SILENT, standing) : next;
  }

  private EstateTerm estate(Seen seen, Duration step) {
    if (seen.heard && cause == Cause.SILENT) {
      return back(seen.now);
    }
    Duration rest = seen.inTouch ? left.minus(step) : left;
    boolean over = rest.isNegative() || rest.isZero();
    return new EstateTerm(
        over ? Phase.OVER : phase, cause, silent, over ? Duration.ZERO : rest, seen.now);
  }

  /** The owner does not keep what he owes. */
  public EstateTerm reneged(Standing standing) {
    return phase == Phase.PARTNER ? becomes(Cause.RENEGED, standing) : this;
  }

  private EstateTerm becomes(Cause why, Standing standing) {
    Duration time = term(why, standing);
    Phase next = time.isZero() ? Phase.OVER : Phase.ESTATE;
    return new EstateTerm(next, why, silent, time, at);
  }

  /** The owner has his place again, unless it was given up. */
  public EstateTerm back(Instant now) {
    return phase == Phase.OVER
        ? this
        : new EstateTerm(Phase.PARTNER, cause, Duration.ZERO, Duration.ZERO, now);
  }
}
