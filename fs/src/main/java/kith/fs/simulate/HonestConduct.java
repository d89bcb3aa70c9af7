package kith.fs.simulate;

import java.time.Duration;
import java.util.Arrays;
import kith.peer.conduct.AuditOutcome;
import kith.peer.conduct.AuditPace;
import kith.peer.conduct.Conduct;
import kith.peer.conduct.ConductRules;
import kith.peer.conduct.Standing;

/**
 * What each owner knows of the conduct of each of his holders, carried on and judged by the
 * product's rules. For one thread.
 */
final class HonestConduct {
  private static final ConductRules RULES = ConductRules.DEFAULT;

  private static final AuditPace PACE = AuditPace.usual();

  private final Duration grace;
  private Conduct[] conducts = new Conduct[0];
  private boolean[] doubtful = new boolean[0];
  private long[] disasters = new long[0];

  HonestConduct(Duration grace) {
    this.grace = grace;
  }

  private Conduct of(int side) {
    if (side >= conducts.length) {
      int size = Math.max(1024, 2 * side);
      conducts = Arrays.copyOf(conducts, size);
      doubtful = Arrays.copyOf(doubtful, size);
      disasters = Arrays.copyOf(disasters, size);
    }
    return conducts[side] == null ? Conduct.NEW : conducts[side];
  }

  /**
   * Rounds a day.
   *
   * @param age of the agreement, in seconds
   * @param agreed the most that the agreement allows a day
   */
  int rounds(long age, int agreed) {
    return PACE.perDay(Duration.ofSeconds(age), agreed);
  }

  /** Time has passed in which the owner was on-line. */
  void passed(int side, Duration time, boolean answered, boolean owes) {
    Conduct before = of(side);
    conducts[side] = RULES.passed(before, time, answered, owes);
  }

  /** A day's audits have ended. */
  void audited(int side, int proved, int lost) {
    Conduct now = RULES.proved(of(side), proved);
    for (int i = 0; i < lost; i++) {
      now = RULES.audited(now, AuditOutcome.LOST);
    }
    conducts[side] = now;
  }

  /** How the holder stands with the owner; final once it has reneged. */
  Standing standing(int side) {
    Conduct now = of(side);
    Standing standing = RULES.standing(now, grace);
    if (standing.isReneged()) {
      conducts[side] = RULES.settled(now, grace);
    }
    doubtful[side] = standing.isDoubtful();
    return standing;
  }

  /** As it was when it was looked at last. */
  boolean isDoubtful(int side) {
    return side < doubtful.length && doubtful[side];
  }

  /** Whether the holder has passed audits. */
  boolean isProved(int side) {
    return of(side).proofs() > 0;
  }

  /** The holder's machine was lost: forgiven once a year. */
  void disaster(int side, long now) {
    Conduct before = of(side);
    if (disasters[side] == 0 || now - disasters[side] > World.YEAR) {
      disasters[side] = now;
      conducts[side] = RULES.disaster(before);
    }
  }
}
