package kith.peer.conduct;

/** What a partner is given, by how it keeps its word: slower before it is excluded. */
public enum Service {
  /** All that was agreed. */
  FULL(1.0),
  /** A tenth of the rate: it is suspected for long. */
  SLOW(0.1),
  /** Nothing is taken any more; what is kept becomes an estate. */
  NONE(0);

  private final double share;

  Service(double share) {
    this.share = share;
  }

  /** Of the rate that it would have, 0 to 1. */
  public double share() {
    return share;
  }

  /** For a partner that stands so with this node as its owner. */
  public static Service of(Standing standing) {
    return switch (standing.level()) {
      case KEEPS -> FULL;
      case SUSPECTED -> standing.isDoubtful() ? SLOW : FULL;
      case RENEGED -> NONE;
    };
  }
}
