package kith.fs.node;

import java.io.IOException;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.time.ZoneId;
import java.util.concurrent.Executor;
import kith.fs.Pace;
import kith.index.Barrier;
import kith.index.Home;
import kith.index.Rows;
import kith.peer.LocalNode;
import kith.peer.NettyNetwork;
import kith.peer.Network;
import kith.peer.NetworkThreads;
import kith.peer.RequestHandler;

/**
 * What a node stands in, so that tests can put it into another world: many nodes in one process, on
 * a virtual network and clock.
 *
 * @param clock wall time
 * @param zone of what people write in local time
 * @param random for keys, ids and nonces
 * @param pace of what it does in the background
 */
record NodeWorld(
    InstantSource clock,
    ZoneId zone,
    SecureRandom random,
    Networks networks,
    Storage storage,
    Pools pools,
    Pace pace) {
  /** Makes the way to other nodes. */
  @FunctionalInterface
  interface Networks {
    Network network(LocalNode self, RequestHandler handler);
  }

  /** Opens the rows of a home. */
  @FunctionalInterface
  interface Storage {
    Rows open(Home home, Barrier beforeCommit) throws IOException;
  }

  /** Where a node's work is done. */
  interface Pools extends AutoCloseable {
    /** For work that keeps a processor busy. */
    Executor cpu();

    /** For calls that wait for a partner. */
    Executor calls();

    /** For reading ahead; full, it refuses, which loses nothing. */
    Executor readAhead();

    @Override
    void close();
  }

  private static NetworkThreads threads(Pace pace) {
    return new NetworkThreads(() -> pace.enter(Pace.Rank.NETWORK), pace::enter);
  }

  /**
   * The real one.
   *
   * @param cpuThreads that compress and encrypt
   * @param pace of what it does in the background
   */
  static NodeWorld real(int cpuThreads, Pace pace) {
    return new NodeWorld(
        InstantSource.system(),
        ZoneId.systemDefault(),
        new SecureRandom(),
        (self, handler) -> new NettyNetwork(self, handler, threads(pace)),
        Rows::open,
        new NodeThreads(cpuThreads, pace),
        pace);
  }
}
