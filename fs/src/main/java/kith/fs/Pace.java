package kith.fs;

/**
 * How the node's background work stands back: behind programs that somebody waits for, and within
 * its limit. Safe for many threads.
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

        @Override
        public void step() {}
      };

  /** Called first by each thread of such a rank. */
  void enter(Rank rank);

  /** As {@link #enter(Rank)} for the background. */
  default void enter() {
    enter(Rank.BACKGROUND);
  }

  /**
   * Called between two pieces of background work, some milliseconds each, by the thread that does
   * them and that holds no lock on which a program may wait. Returns when more is not too much; at
   * once if the thread is interrupted, which it stays.
   */
  void step();

  /**
   * Limits the background, from now on.
   *
   * @param percent of one processor; 0 for no limit
   */
  default void limit(int percent) {}

  /** Looks around; to be called some times a second by one thread. Returns 0. */
  default int tick() {
    return 0;
  }
}
