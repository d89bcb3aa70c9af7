package kith.fs.node;

import java.io.IOException;

/** A node or a view that works, until it is closed or told to shut down. */
public interface Running extends ControlOperations, AutoCloseable {
  /**
   * Returns once {@link #shutdown} or {@link #close} was called from another thread, or the mount
   * that the process was started for was taken away from outside.
   */
  void awaitEnd() throws InterruptedException;

  /** Ends in order: unmounts, makes everything durable, lets go of the home. Again: nothing. */
  @Override
  void close() throws IOException;
}
