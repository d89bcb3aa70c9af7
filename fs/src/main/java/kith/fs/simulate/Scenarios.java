package kith.fs.simulate;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import kith.fs.simulate.Scenario.Churn;
import kith.fs.simulate.Scenario.Mischief;
import kith.fs.simulate.Scenario.Size;
import kith.fs.simulate.Scenario.Terms;
import kith.peer.AgreementTerms;

/** The scenarios that have a name. What they say of agreements are the product's defaults. */
public final class Scenarios {
  private static final Churn USUAL = new Churn(0.2, 0.4, false, 6, 1, 0.97, 0.3, 1, 0.05);
  private static final Churn RECORDED = new Churn(0.2, 0.4, true, 6, 1, 0.97, 0.3, 1, 0.05);

  /** Losses only: what the closed formula knows of. */
  private static final Churn PLAIN = new Churn(0.2, 0, false, 0, 0, 1, 0, 0, 0);

  private static final Size SIZE = new Size(10_000, 5, 1);

  private Scenarios() {}

  /** All of them, the usual one first. */
  public static List<Scenario> all() {
    return List.of(
        of("usual", "Everybody is honest; machines come, go, burn and are away.", USUAL, Map.of()),
        of("plain", "Honest nodes that are on-line until they are lost.", PLAIN, Map.of()),
        of("recorded", "As usual, with the long tails of recorded lives.", RECORDED, Map.of()),
        of("mixed", "One in ten misbehaves, in every way that is known.", USUAL, everyKind()),
        of("freeloaders", "One in ten never stores, one in ten drops later.", USUAL, free()),
        of("hoppers", "One in fifty hops.", USUAL, Map.of(Kind.HOPS, 0.02)),
        of("middlemen", "One in twenty a middleman, one refuses restores.", USUAL, refusing()),
        of("colluders", "One in ten vouches for its group.", USUAL, Map.of(Kind.COLLUDES, 0.1)),
        of("sybils", "One in ten is an identity of a few machines.", USUAL, many()),
        of("flapping", "One in five comes and goes all day.", USUAL, Map.of(Kind.FLAPS, 0.2)),
        worm());
  }

  /** The one of that name. */
  public static Optional<Scenario> named(String name) {
    return all().stream().filter(each -> each.name().equals(name)).findFirst();
  }

  private static Map<Kind, Double> everyKind() {
    return Map.of(
        Kind.NEVER_STORES, 0.015,
        Kind.DROPS_LATER, 0.015,
        Kind.HOPS, 0.005,
        Kind.KEEPS_MOST, 0.015,
        Kind.MIDDLEMAN, 0.01,
        Kind.REFUSES, 0.01,
        Kind.COLLUDES, 0.01,
        Kind.SYBIL, 0.01,
        Kind.FLAPS, 0.01);
  }

  private static Map<Kind, Double> free() {
    return Map.of(Kind.NEVER_STORES, 0.1, Kind.DROPS_LATER, 0.1);
  }

  private static Map<Kind, Double> refusing() {
    return Map.of(Kind.MIDDLEMAN, 0.05, Kind.REFUSES, 0.05);
  }

  private static Map<Kind, Double> many() {
    return Map.of(Kind.SYBIL, 0.1);
  }

  private static Scenario worm() {
    return new Scenario(
        "worm",
        "Halfway, all machines of one of four operating systems are lost at once.",
        SIZE,
        USUAL,
        new Mischief(0.5, Mischief.EVEN, 20, Mischief.USUAL.faithful()),
        terms(),
        Map.of());
  }

  private static Scenario of(String name, String about, Churn churn, Map<Kind, Double> mix) {
    return new Scenario(name, about, SIZE, churn, Mischief.USUAL, terms(), mix);
  }

  private static Terms terms() {
    AgreementTerms strangers = AgreementTerms.strangers();
    Duration commitment = strangers.commitment();
    return new Terms(strangers.grace(), commitment, 0.1, 1e-4, 0.5, 40L << 30);
  }
}
