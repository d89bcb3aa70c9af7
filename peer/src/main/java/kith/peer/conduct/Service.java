package kith.peer.conduct;

/** What a partner is given, by how it keeps its word: slower before it is excluded. */
public enum Service {
  /** All that was agreed. */
  FULL,
  /** What it stores is taken slowly: it is doubted. */
  SLOW,
  /** Nothing is taken any more; what is kept is kept for a restore. */
  NONE;

  /** Bytes per second that a doubted partner may store; what it reads is not slowed down. */
  public static final long SLOW_RATE = 128 << 10;

  /** For a partner that stands so with this node as its owner. */
  public static Service of(Standing standing) {
    return switch (standing.level()) {
      case KEEPS -> FULL;
      case SUSPECTED -> standing.isDoubtful() ? SLOW : FULL;
      case RENEGED -> NONE;
    };
  }
}
