package kith.fs;

import java.time.Duration;

/**
 * Bounds of the shipper.
 *
 * @param packsInFlight packs whose sealed shards are in memory at once
 * @param putDeadline until a put counts as failed, if the link doesn't give it up before
 * @param patience how long a put may hold up the next packs; a holder that took longer gets one
 *     shard at a time beside the others, until he is quick again
 * @param retryAfter until a holder that failed is tried again, doubled with each failure
 * @param maxRetryAfter at most that long
 * @param reassignAfter until a shard goes to another partner because its holder is not there; it
 *     goes, too, when its holder has not taken it within putDeadline
 */
public record ShipperSettings(
    int packsInFlight,
    Duration putDeadline,
    Duration patience,
    Duration retryAfter,
    Duration maxRetryAfter,
    Duration reassignAfter) {
  /** Two packs; retries after 2 seconds to 5 minutes; other partners after 20 seconds. */
  public static final ShipperSettings DEFAULT =
      new ShipperSettings(
          2,
          Duration.ofMinutes(10),
          Duration.ofSeconds(5),
          Duration.ofSeconds(2),
          Duration.ofMinutes(5),
          Duration.ofSeconds(20));

  /** The same with another number of packs in flight. */
  public ShipperSettings withPacksInFlight(int packs) {
    return new ShipperSettings(
        packs, putDeadline, patience, retryAfter, maxRetryAfter, reassignAfter);
  }
}
