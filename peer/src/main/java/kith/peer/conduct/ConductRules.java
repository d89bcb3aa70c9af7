package kith.peer.conduct;

import java.time.Duration;
import java.util.Optional;

/**
 * How conduct goes on, and how it is judged. An absence of less than {@code suspectAfter} moves
 * nothing. Immutable.
 *
 * @param suspectAfter silence, and answering without a proof, up to this long are nothing
 * @param mostWrong so many wrong audits that are not forgiven, and grace does not matter any more
 * @param forgiveAfter a wrong audit is forgiven after so long without another
 * @param returnProofs audits in a row that a returning partner must pass
 * @param lossesPerMille admitted losses beyond this share of a year's audits count as wrong
 */
public record ConductRules(
    Duration suspectAfter,
    int mostWrong,
    Duration forgiveAfter,
    int returnProofs,
    int lossesPerMille) {
  /** What the product uses. */
  public static final ConductRules DEFAULT =
      new ConductRules(Duration.ofHours(24), 3, Duration.ofDays(90), 8, 10);

  /** Days on which who is excluded for it has refused to give back, at least. */
  private static final int LEAST_REFUSALS = 5;

  /** So many admitted losses are borne however few audits there were: a disk may have a bad day. */
  private static final int BORNE_LOSSES = 3;

  private static final long BEGINNING = Duration.ofHours(1).toMillis();

  private static final double MS_OF_YEAR = Duration.ofDays(365).toMillis();

  public ConductRules {
    if (suspectAfter.isNegative() || forgiveAfter.isNegative() || mostWrong < 1) {
      throw new IllegalArgumentException("rules of conduct that condemn everybody");
    }
  }

  /**
   * Some time has passed, as far as this node has looked. Of a step in which trouble begins no more
   * than an hour counts: who answered before a machine slept, and does not now, was not silent all
   * the night.
   *
   * @param answered whether the partner answered in it
   * @param owes whether it holds something that audits could ask for
   */
  public Conduct passed(Conduct before, Duration time, boolean answered, boolean owes) {
    long step = time.toMillis();
    if (step < 0) {
      throw new IllegalArgumentException("time that passes backwards");
    }
    Conduct now = before;
    if (answered) {
      now = returned(now, owes).withSilence(0).withUnproved(unproved(now, step, owes));
      now = owes && !owesProof(now) ? now.withKept(now.kept() + step) : now;
    } else {
      now = now.withSilence(more(now.silent(), step));
    }
    return aged(now, step);
  }

  /**
   * Who is suspected because it proves nothing is not well again because it was relieved of all.
   */
  private long unproved(Conduct conduct, long step, boolean owes) {
    return owes || isLong(conduct.unproved()) ? more(conduct.unproved(), step) : 0;
  }

  private static long more(long before, long step) {
    return before + (before == 0 ? Math.min(step, BEGINNING) : step);
  }

  /** An absence that was long is not over before it is verified, or there is nothing to verify. */
  private Conduct returned(Conduct conduct, boolean owes) {
    if (!owes) {
      return conduct.withUnverified(0);
    } else if (!isLong(conduct.silent())) {
      return conduct;
    }
    return conduct.withUnverified(conduct.unverified() + conduct.silent()).withProofs(0);
  }

  /** What was wrong is forgiven after a while, and last year's audits fade. */
  private Conduct aged(Conduct conduct, long step) {
    Conduct now = refusing(conduct, step);
    if (now.wrong() > 0) {
      long since = now.sinceWrong() + step;
      boolean forgiven = since >= forgiveAfter.toMillis() && now.proofs() >= returnProofs;
      now = forgiven ? now.withWrong(0, 0) : now.withWrong(now.wrong(), since);
    }
    if (now.audits() == 0) {
      return now;
    }
    double fades = Math.exp(-step / MS_OF_YEAR);
    return now.withAudits(now.audits() * fades, now.lost() * fades);
  }

  /** Who was asked once and never again is forgiven, too. */
  private Conduct refusing(Conduct conduct, long step) {
    long last = conduct.sinceRefused() + step;
    if (conduct.refusing() == 0) {
      return conduct;
    } else if (last >= forgiveAfter.toMillis()) {
      return conduct.withRefusals(0, 0, 0);
    }
    return conduct.withRefusals(conduct.refusals(), conduct.refusing() + step, last);
  }

  /** An audit has ended. */
  public Conduct audited(Conduct before, AuditOutcome outcome) {
    return switch (outcome) {
      case PROVED, SLOW -> proved(before, 1);
      case WRONG -> wrong(before);
      case LOST -> lost(before);
      case OFFLINE, OURS -> before;
    };
  }

  /** So many audits were passed. */
  public Conduct proved(Conduct before, int count) {
    if (count == 0) {
      return before;
    }
    int proofs = (int) Math.min(Integer.MAX_VALUE, (long) before.proofs() + count);
    Conduct now =
        before
            .withSilence(0)
            .withUnproved(0)
            .withProofs(proofs)
            .withAudits(before.audits() + count, before.lost());
    return proofs >= returnProofs ? now.withUnverified(0) : now;
  }

  private static Conduct wrong(Conduct before) {
    return before.withSilence(0).withWrong(before.wrong() + 1, 0).withProofs(0);
  }

  /** Who admits a loss has answered; only too much of it is held against it. */
  private Conduct lost(Conduct before) {
    Conduct now =
        before.withSilence(0).withUnproved(0).withAudits(before.audits() + 1, before.lost() + 1);
    return losesTooMuch(now) ? now.withWrong(now.wrong() + 1, 0).withProofs(0) : now;
  }

  private boolean losesTooMuch(Conduct conduct) {
    return conduct.lost() > BORNE_LOSSES
        && conduct.lost() * 1000 > conduct.audits() * lossesPerMille;
  }

  /** The partner lost its machine, and that is forgiven: once a year, which is not decided here. */
  public Conduct disaster(Conduct before) {
    return before.withWrong(0, 0).withAudits(0, 0).withUnproved(0).withUnverified(0);
  }

  /**
   * A partner answers. Who lost his machine is away for longer than grace: that is a disaster, and
   * one is borne in {@link DisasterRule#APART}. He is to be verified like anybody who returns.
   *
   * @param sinceForgiven since that was borne last, or longer if it never was
   * @return empty if there is nothing to forgive, or it is not forgiven
   */
  public Optional<Conduct> returned(Conduct before, Duration sinceForgiven) {
    boolean forgiven =
        before.reneged() == Trouble.SILENT && sinceForgiven.compareTo(DisasterRule.APART) >= 0;
    return forgiven
        ? Optional.of(
            before
                .withReneged(null)
                .withSilence(0)
                .withUnproved(0)
                .withUnverified(suspectAfter.toMillis())
                .withProofs(0))
        : Optional.empty();
  }

  /**
   * What it holds was asked for and not given, though the agreement allows it: no matter what
   * audits show. It is over with the grace if that happened on several days and still does.
   */
  public Conduct refused(Conduct before) {
    boolean first = before.refusing() == 0;
    boolean another = !first && before.sinceRefused() >= suspectAfter.toMillis();
    return first || another
        ? before.withRefusals(
            before.refusals() + 1, Math.max(before.refusing(), suspectAfter.toMillis()), 0)
        : before;
  }

  /** What it holds was asked for, and given. */
  public Conduct served(Conduct before) {
    return before.refusing() == 0 ? before : before.withRefusals(0, 0, 0);
  }

  /**
   * Whether what is kept for a partner may be read back by it, once the date of the commitment is
   * past. Who has never proved what it holds, or not for as long as the commitment, is not past it;
   * one who was only silent is, for his machine may be lost.
   *
   * @param commitment zero where it is waived
   */
  public boolean mayReadBack(Conduct conduct, Duration commitment) {
    boolean broken = conduct.reneged() != null && conduct.reneged() != Trouble.SILENT;
    return !(broken || owesProof(conduct)) || conduct.kept() >= commitment.toMillis();
  }

  /** Whether it was there and did not show what it holds: soon, if it never has. */
  private boolean owesProof(Conduct conduct) {
    return isLong(conduct.unproved())
        || (conduct.unproved() > 0 && conduct.proofs() == 0 && conduct.kept() == 0)
        || (conduct.wrong() > 0 && conduct.proofs() < returnProofs);
  }

  /** Makes it final if it is over: who has reneged does not come back by answering again. */
  public Conduct settled(Conduct conduct, Duration grace) {
    Standing standing = standing(conduct, grace);
    return standing.isReneged() ? conduct.withReneged(standing.trouble()) : conduct;
  }

  /**
   * What the conduct amounts to.
   *
   * @param grace that both agreed on
   */
  public Standing standing(Conduct conduct, Duration grace) {
    if (conduct.reneged() != null) {
      return reneged(conduct.reneged(), Duration.ZERO);
    } else if (conduct.wrong() >= mostWrong) {
      return reneged(wrongness(conduct), Duration.ofMillis(conduct.sinceWrong()));
    }
    Standing silent = silence(conduct, grace);
    Standing unproved = lasting(Trouble.UNPROVED, conduct.unproved(), grace);
    boolean refusing = conduct.refusing() > 0 && silent.isGood(); // who is away refuses nothing
    Standing refuses = refusing ? refusal(conduct, grace) : Standing.GOOD;
    Standing worse = worse(worse(silent, unproved), refuses);
    if (!worse.isGood()) {
      return worse;
    } else if (conduct.wrong() > 0 && conduct.proofs() < returnProofs) {
      return lasting(wrongness(conduct), conduct.sinceWrong(), grace);
    } else if (conduct.unverified() > 0) {
      return lasting(Trouble.RETURNED, conduct.unverified(), grace);
    }
    return Standing.GOOD;
  }

  private static Standing worse(Standing one, Standing other) {
    int worse = one.level().compareTo(other.level());
    worse = worse == 0 ? one.lasting().compareTo(other.lasting()) : worse;
    return worse >= 0 ? one : other;
  }

  /** Nobody is condemned for what may have been some bad hours, or is long over. */
  private Standing refusal(Conduct conduct, Duration grace) {
    Duration time = Duration.ofMillis(conduct.refusing());
    boolean over = time.compareTo(grace) >= 0;
    boolean goesOn =
        conduct.refusals() >= LEAST_REFUSALS && conduct.sinceRefused() * 3 < grace.toMillis();
    return over && !goesOn
        ? new Standing(Standing.Level.SUSPECTED, Trouble.REFUSES, time, Duration.ZERO)
        : lasting(Trouble.REFUSES, conduct.refusing(), grace);
  }

  /** Who goes again before he was verified was away all the time. */
  private Standing silence(Conduct conduct, Duration grace) {
    boolean away = isLong(conduct.silent(), grace);
    return away
        ? lasting(Trouble.SILENT, conduct.silent() + conduct.unverified(), grace)
        : Standing.GOOD;
  }

  private Trouble wrongness(Conduct conduct) {
    return losesTooMuch(conduct) ? Trouble.LOSSES : Trouble.WRONG;
  }

  private Standing lasting(Trouble trouble, long ms, Duration grace) {
    Duration time = Duration.ofMillis(ms);
    boolean observed = trouble == Trouble.SILENT || trouble == Trouble.UNPROVED;
    if (observed && !isLong(ms, grace)) {
      return Standing.GOOD;
    }
    return time.compareTo(grace) >= 0
        ? reneged(trouble, time)
        : new Standing(Standing.Level.SUSPECTED, trouble, time, grace.minus(time));
  }

  private static Standing reneged(Trouble trouble, Duration lasting) {
    return new Standing(Standing.Level.RENEGED, trouble, lasting, Duration.ZERO);
  }

  private boolean isLong(long ms) {
    return ms >= suspectAfter.toMillis();
  }

  /** A grace shorter than what is nothing otherwise leaves half of itself for suspicion. */
  private boolean isLong(long ms, Duration grace) {
    return ms > 0 && ms >= Math.min(suspectAfter.toMillis(), grace.toMillis() / 2);
  }
}
