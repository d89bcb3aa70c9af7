package kith.fs.simulate;

import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;
import kith.peer.conduct.AuditOutcome;
import kith.peer.conduct.AuditPace;
import kith.peer.conduct.Conduct;
import kith.peer.conduct.ConductRules;
import kith.peer.conduct.DisasterRule;
import kith.peer.conduct.DisasterRule.Disaster;
import kith.peer.conduct.DisasterRule.Verdict;
import kith.peer.conduct.EstateTerm;
import kith.peer.conduct.Standing;
import kith.peer.conduct.Trouble;

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
  private Disaster[] disasters = new Disaster[0];
  private long[] forgiven = new long[0];

  HonestConduct(Duration grace) {
    this.grace = grace;
  }

  private Conduct of(int side) {
    if (side >= conducts.length) {
      int size = Math.max(1024, 2 * side);
      conducts = Arrays.copyOf(conducts, size);
      doubtful = Arrays.copyOf(doubtful, size);
      disasters = Arrays.copyOf(disasters, size);
      forgiven = Arrays.copyOf(forgiven, size);
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

  /** The holder's machine was lost, and another is there. */
  void disaster(int side, long now) {
    Conduct before = of(side);
    Instant at = Instant.ofEpochSecond(now);
    Disaster last = disasters[side];
    long epoch = last == null ? 2 : last.epoch() + 1;
    var admission = new DisasterRule.Admission(epoch, epoch - 1, at);
    if (DisasterRule.judge(Optional.ofNullable(last), admission) == Verdict.DISASTER) {
      disasters[side] = new Disaster(epoch, at);
      conducts[side] = RULES.disaster(before);
    }
  }

  /** The holder answers again; returns whether it is forgiven for having been away too long. */
  boolean returned(int side, long now) {
    Conduct before = of(side);
    long last = forgiven[side];
    Duration since = last == 0 ? DisasterRule.APART : Duration.ofSeconds(now - last);
    Optional<Conduct> after = RULES.returned(before, since);
    after.ifPresent(
        conduct -> {
          conducts[side] = conduct;
          forgiven[side] = now;
        });
    return after.isPresent();
  }

  /** Whether the holder may read back what is kept for it, after the date of the commitment. */
  boolean mayReadBack(int side, Duration commitment) {
    return RULES.mayReadBack(of(side), commitment);
  }

  /** The holder was asked for what it holds. */
  void read(int side, boolean given) {
    Conduct before = of(side);
    conducts[side] = given ? RULES.served(before) : RULES.refused(before);
  }

  /**
   * For how long an owner who has reneged as a holder may still have what is kept for him restored.
   */
  Duration estate(int side, Duration commitment) {
    Duration proved = Duration.ofMillis(of(side).kept());
    boolean silent = of(side).reneged() == Trouble.SILENT;
    EstateTerm.Cause cause = silent ? EstateTerm.Cause.SILENT : EstateTerm.Cause.RENEGED;
    return EstateTerm.term(cause, new EstateTerm.Standing(grace, commitment, proved));
  }
}
