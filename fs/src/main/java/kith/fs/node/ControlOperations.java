package kith.fs.node;

import java.io.IOException;
import java.time.Duration;
import kith.codec.KithException;

/** What every process behind a control socket answers: a node, and the view of a recovery. */
public interface ControlOperations {
  /** Called before each of the others. */
  default void asked() {}

  /** Everything that is known at this moment; asks no partner. */
  NodeStatus status() throws IOException, KithException, NodeException;

  /**
   * Unmounts, waits until everything is safe, and ends. Returns when the mount point is free and
   * everything accepted is on this machine's disk; the process ends soon after, also if not
   * everything was safe in time: nothing is lost by it, it goes on at the next start.
   *
   * @param atMost how long to wait; then {@link ExitCode#NOT_YET_SAFE}. Zero to end now
   */
  void shutdown(Duration atMost, ProgressSink progress)
      throws IOException, KithException, NodeException, InterruptedException;
}
