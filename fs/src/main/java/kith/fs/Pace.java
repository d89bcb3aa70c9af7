package kith.fs;

/**
 * How the node's background work stands back: behind programs that somebody waits for. Safe for
 * many threads.
 */
public interface Pace {
  /** What a thread works at for all its life. */
  enum Rank {
    /** Moving bytes between partners and those who wait for them, or don't. */
    NETWORK,
    /** What nobody waits for. */
    BACKGROUND
  }

  /** Nobody stands back. */
  Pace NONE =
      new Pace() {
        @Override
        public void enter(Rank rank) {}
      };

  /** Called first by each thread of such a rank. */
  void enter(Rank rank);

  /** As {@link #enter(Rank)} for the background. */
  default void enter() {
    enter(Rank.BACKGROUND);
  }

  /** Looks around; to be called some times a second by one thread. Returns 0. */
  default int tick() {
    return 0;
  }
}
