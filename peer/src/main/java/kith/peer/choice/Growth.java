package kith.peer.choice;

import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Supplier;
import kith.codec.CodeParameters;

/**
 * By which code a drive is spread over its partners, and how many of them it wants. From four
 * partners on a pack has at most one holder less than there are partners, so that repair has a
 * place. Safe for many threads.
 */
public final class Growth {
  /** By the number of partners alone. */
  public static final Growth BY_NUMBER = new Growth(Optional.empty(), Growth::none);

  /** More partners than these are never looked for. */
  public static final int MAX_PARTNERS = 64;

  private static final int MAX_DATA_SHARDS = 6;
  private static final int[][] BY_PARTNERS = {
    {1, 0}, {1, 1}, {2, 1}, {2, 1}, {2, 2}, {3, 2}, {4, 2}, {4, 3}, {5, 3}, {5, 4}, {6, 4}
  };

  private record Wanted(LossModel model, OptionalInt partners) {}

  private record Known(int partners, LossModel model, OptionalInt losses) {}

  private final Optional<Target> target;
  private final Supplier<LossModel> model;
  private volatile Known known;
  private volatile Wanted lastWanted;

  /**
   * @param target empty to follow the number of partners
   * @param model asked for where the target is a probability
   */
  public Growth(Optional<Target> target, Supplier<LossModel> model) {
    this.target = target;
    this.model = model;
  }

  private static LossModel none() {
    throw new IllegalStateException("without a target nothing is to be computed");
  }

  /** What is to be reached; empty to follow the number of partners. */
  public Optional<Target> target() {
    return target;
  }

  /**
   * The code for so many partners; empty for none of them. Where the target cannot be met yet, the
   * one that goes by their number.
   */
  public Optional<CodeParameters> codeFor(int partners) {
    if (partners < 1) {
      return Optional.empty();
    }
    OptionalInt losses = losses(partners);
    if (losses.isPresent()) {
      return Optional.of(code(partners, losses.getAsInt()));
    }
    int[] code = BY_PARTNERS[Math.min(partners, BY_PARTNERS.length) - 1];
    return Optional.of(CodeParameters.of(code[0], code[1]));
  }

  private static CodeParameters code(int partners, int losses) {
    return CodeParameters.of(Math.min(MAX_DATA_SHARDS, holders(partners) - losses), losses);
  }

  private static int holders(int partners) {
    return partners < 4 ? partners : partners - 1;
  }

  /** Whether so many partners are enough for the target; without one, any are. */
  public boolean isMet(int partners) {
    return partners > 0 && (target.isEmpty() || losses(partners).isPresent());
  }

  /**
   * How many partners to look for: as many as meet the target with no more parity than data, or
   * with {@value #MAX_DATA_SHARDS} data shards; without a target as many as make a difference.
   *
   * @return empty if no {@link #MAX_PARTNERS} partners would do
   */
  public OptionalInt wanted() {
    if (target.isEmpty()) {
      return OptionalInt.of(BY_PARTNERS.length);
    }
    if (target.get() instanceof Target.Losses) {
      return search();
    }
    LossModel now = model.get();
    Wanted last = lastWanted;
    if (last == null || !last.model.equals(now)) {
      last = new Wanted(now, search());
      lastWanted = last;
    }
    return last.partners;
  }

  private OptionalInt search() {
    for (int partners = 1; partners <= MAX_PARTNERS; partners++) {
      OptionalInt losses = losses(partners);
      if (losses.isPresent()) {
        CodeParameters code = code(partners, losses.getAsInt());
        if (code.m() >= Math.min(code.k(), MAX_DATA_SHARDS)) {
          return OptionalInt.of(partners);
        }
      }
    }
    return OptionalInt.empty();
  }

  /** How many losses the target asks so many partners to survive; empty if they can't. */
  private OptionalInt losses(int partners) {
    if (target.isEmpty() || partners > CodeParameters.MAX_SHARDS) {
      return OptionalInt.empty();
    }
    if (target.get() instanceof Target.Losses wanted) {
      return wanted.count() < holders(partners)
          ? OptionalInt.of(wanted.count())
          : OptionalInt.empty();
    }
    return losses(partners, (Target.AnnualLoss) target.get());
  }

  private OptionalInt losses(int partners, Target.AnnualLoss wanted) {
    LossModel now = model.get();
    Known last = known;
    if (last == null || last.partners != partners || !last.model.equals(now)) {
      last = new Known(partners, now, losses(partners, wanted, now));
      known = last;
    }
    return last.losses;
  }

  private static OptionalInt losses(int partners, Target.AnnualLoss wanted, LossModel model) {
    int most = Math.min(holders(partners) - 1, Target.MAX_LOSSES);
    for (int losses = Math.min(1, most); losses <= most; losses++) {
      double loss =
          model.annualLoss(partners, losses) + model.wormLoss(partners, code(partners, losses));
      if (loss < wanted.probability()) {
        return OptionalInt.of(losses);
      }
    }
    return OptionalInt.empty();
  }
}
