package kith.fs.node;

import java.io.IOException;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import kith.codec.CodeParameters;
import kith.peer.choice.Growth;
import kith.peer.choice.LossModel;
import kith.peer.choice.Target;

/** What {@code kith status} says of how packs are spread. Asks no partner. */
final class RedundancyReport {
  private final Outlook outlook;

  RedundancyReport(Outlook outlook) {
    this.outlook = outlook;
  }

  /**
   * @param code of the drive; empty if there are too few partners
   * @param fixed whether it was chosen by the owner
   */
  Redundancy of(int partners, Optional<CodeParameters> code, boolean fixed) throws IOException {
    Growth growth = outlook.growth();
    String target = growth.target().map(Target::toString).orElse("");
    OptionalInt wanted = growth.wanted();
    Integer look = wanted.isPresent() ? Integer.valueOf(wanted.getAsInt()) : null;
    if (code.isEmpty() || partners == 0) {
      return Redundancy.none(without(partners), target, look);
    }
    LossModel model = outlook.model();
    double away = outlook.unavailability();
    int n = code.get().n();
    int k = losses(partners, code.get());
    double loss = model.annualLoss(partners, k);
    return new Redundancy(
        code.get().toString(),
        k,
        meaning(partners, code.get()),
        target,
        fixed ? meets(growth.target(), k, loss) : growth.isMet(partners),
        look,
        loss,
        LossModel.momentary(n, k, away),
        assumptions(model, away));
  }

  /** How many of them may be lost: fewer than parity shards where a fixed code is too wide. */
  private static int losses(int partners, CodeParameters code) {
    return Math.max(0, Math.min(code.k(), partners - code.m()));
  }

  private static boolean meets(Optional<Target> target, int losses, double loss) {
    if (target.isEmpty()) {
      return true;
    }
    return target.get() instanceof Target.Losses wanted
        ? losses >= wanted.count()
        : loss < ((Target.AnnualLoss) target.get()).probability();
  }

  private static String without(int partners) {
    return partners == 0
        ? "no partners: nothing is kept but on this machine"
        : partners + " partners are fewer than the fixed code needs: nothing is shipped";
  }

  private static String meaning(int partners, CodeParameters code) {
    if (code.n() > partners) {
      return "the fixed code needs "
          + code.n()
          + " partners, and "
          + partners
          + " are left: packs lack shards until others take them over";
    }
    return code.k() == 0
        ? "one partner has everything: if that one is lost with this machine, so is the drive"
        : "each pack is spread over "
            + code.n()
            + " of "
            + partners
            + " partners, any "
            + code.m()
            + " of which bring it back: "
            + code.k()
            + " may be lost";
  }

  private static String assumptions(LossModel model, double away) {
    return String.format(
        Locale.ROOT,
        "a partner is lost every %.1f years, its shards are elsewhere after %d days; away %.2g%% of"
            + " the time",
        1 / model.lossesPerYear(),
        Math.round(model.repair().toHours() / 24.0),
        100 * away);
  }
}
