package kith.fs.node;

import java.io.IOException;
import kith.codec.KithException;

/** What every process behind a control socket answers: a node, and the view of a recovery. */
public interface ControlOperations {
  /** Everything that is known at this moment; asks no partner. */
  NodeStatus status() throws IOException, KithException, NodeException;

  /**
   * Unmounts and ends. Returns when the mount point is free and everything accepted is on this
   * machine's disk; the process ends soon after.
   *
   * @param now do not finish what is being shipped; nothing is lost by it, it goes on at the next
   *     start
   */
  void shutdown(boolean now, ProgressSink progress)
      throws IOException, KithException, NodeException, InterruptedException;
}
