package kith.peer.choice;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** How much a drive shall survive. */
public sealed interface Target {
  /**
   * Any so many partners may be lost at once.
   *
   * @param count 1 to {@link #MAX_LOSSES}
   */
  record Losses(int count) implements Target {
    public Losses {
      if (count < 1 || count > MAX_LOSSES) {
        throw new IllegalArgumentException(
            "'survive " + count + " losses' won't do: from 1 to " + MAX_LOSSES);
      }
    }

    @Override
    public String toString() {
      return "survive " + count + (count == 1 ? " loss" : " losses");
    }
  }

  /**
   * The drive is lost within a year with less than this probability.
   *
   * @param probability 1e-15 to 0.5
   */
  record AnnualLoss(double probability) implements Target {
    public AnnualLoss {
      if (!(probability >= 1e-15 && probability <= 0.5)) {
        throw new IllegalArgumentException(
            "'annual loss below " + probability + "' won't do: from 1e-15 to 0.5");
      }
    }

    @Override
    public String toString() {
      return "annual loss below " + String.valueOf(probability).replaceFirst("\\.0E|E", "e");
    }
  }

  /** The most losses that can be asked for. */
  int MAX_LOSSES = 16;

  /** What {@link #parse} reads. */
  Pattern FORM =
      Pattern.compile(
          "survive (\\d{1,3}) loss(?:es)?"
              + "|annual loss below (\\d{1,3}(?:\\.\\d{1,15})?(?:e-?\\d{1,2})?)");

  /**
   * Reads {@code survive 2 losses} or {@code annual loss below 1e-6}.
   *
   * @throws IllegalArgumentException saying what a target looks like
   */
  static Target parse(String text) {
    String plain = text.strip().toLowerCase(Locale.ROOT).replaceAll("\\s+", " ");
    Matcher match = FORM.matcher(plain);
    if (!match.matches()) {
      throw new IllegalArgumentException(
          "'" + text + "' is no target: write 'survive 2 losses' or 'annual loss below 1e-6'");
    }
    return match.group(1) != null
        ? new Losses(Integer.parseInt(match.group(1)))
        : new AnnualLoss(Double.parseDouble(match.group(2)));
  }
}
