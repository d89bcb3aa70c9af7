package kith.fs.node;

/** Takes the progress of one operation; called from the thread that carries it out. */
@FunctionalInterface
public interface ProgressSink {
  /** Nobody watches. */
  ProgressSink NONE = progress -> true;

  /**
   * @return false when the caller has gone away: stop waiting, and change nothing more than what is
   *     needed to stop
   */
  boolean report(Progress progress);
}
