package kith.peer;

import java.time.Duration;

/** What stands between this machine and the internet, and may let others through. */
interface Router extends AutoCloseable {
  /**
   * An address that it lends.
   *
   * @param external where others reach this node; the host may be one that nobody can call
   * @param life for how long, from when it was granted
   * @param by how it was asked
   */
  record Lease(NodeAddress external, Duration life, String by) {}

  /**
   * Asks it, or several, to let TCP connections through to a port of this machine; the same again
   * renews a lease.
   *
   * @throws java.io.IOException saying why none does
   */
  Lease map(int port, Duration life) throws java.io.IOException, InterruptedException;

  /** Gives back what it has lent, within a bounded time. */
  @Override
  void close();
}
