package kith.fs.node;

import java.io.IOException;
import java.time.Duration;
import kith.codec.KithException;

/**
 * What {@code kith limit}, {@code pause} and {@code resume} ask: of a running node, or of its home
 * while none runs.
 */
public interface LimitOperations {
  /** What the node may take, and whether it is paused. */
  LimitsInfo limits() throws IOException, KithException, NodeException;

  /** Changes that, at once and for later starts. */
  LimitsInfo limit(LimitsInfo.Change change) throws IOException, KithException, NodeException;

  /**
   * Stops chunking and shipping; programs at the mount and partners are served as before.
   *
   * @param time for how long; null for until it is resumed
   */
  LimitsInfo pause(Duration time) throws IOException, KithException, NodeException;

  /** Ends a pause; outside the hours the node goes on until they begin. */
  LimitsInfo resume() throws IOException, KithException, NodeException;
}
