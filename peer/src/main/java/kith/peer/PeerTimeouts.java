package kith.peer;

import java.time.Duration;

/**
 * How long the node waits for its partners.
 *
 * @param request for a small request
 * @param get for a range of blocks
 * @param put for a shard, on top of the time that its bytes take
 * @param slowestPut bytes per second below which a put is given up
 */
public record PeerTimeouts(Duration request, Duration get, Duration put, long slowestPut) {
  /** What a node has by default. */
  public static final PeerTimeouts DEFAULT =
      new PeerTimeouts(
          Duration.ofSeconds(20), Duration.ofSeconds(60), Duration.ofSeconds(60), 16 << 10);

  /** Those by default, but that small requests and reads fail after so long. */
  public static PeerTimeouts of(Duration deadline) {
    return new PeerTimeouts(deadline, deadline, DEFAULT.put, DEFAULT.slowestPut);
  }

  Duration put(long bytes) {
    return put.plusMillis(bytes * 1000 / slowestPut);
  }
}
