package kith.fs.node;

/**
 * How packs are spread now, and how safe that is by the models.
 *
 * @param code {@code m+k}, or empty without partners
 * @param losses partners that may be lost without losing what is safe (t)
 * @param meaning one sentence for a person
 * @param target what shall be survived, in the words of the configuration; empty for none
 * @param targetMet whether the code meets it; true without one
 * @param partnersWanted how many partners are looked for; null if no number of them would do
 * @param annualLoss probability that something of it is lost within a year; null without a code
 * @param unavailable probability that a pack can't be read at a given moment; null without a code
 * @param assumptions what these follow from, one clause
 */
public record Redundancy(
    String code,
    int losses,
    String meaning,
    String target,
    boolean targetMet,
    Integer partnersWanted,
    Double annualLoss,
    Double unavailable,
    String assumptions) {
  /** Without partners, or too few of them. */
  static Redundancy none(String meaning, String target, Integer partnersWanted) {
    return new Redundancy("", 0, meaning, target, target.isEmpty(), partnersWanted, null, null, "");
  }
}
