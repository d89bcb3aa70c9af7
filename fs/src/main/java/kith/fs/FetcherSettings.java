package kith.fs;

import java.time.Duration;

/**
 * Bounds of the fetcher.
 *
 * @param deadline until a read fails
 * @param hedgeAfter until others are asked besides a holder that has not answered; more for a
 *     holder that is usually slower
 * @param pause until a holder that failed is asked first again
 * @param stripeBlocks blocks of a shard that are fetched together in sequential reads
 * @param ahead stripes fetched ahead at most in sequential reads
 * @param cacheBytes of opened blocks kept
 */
public record FetcherSettings(
    Duration deadline,
    Duration hedgeAfter,
    Duration pause,
    int stripeBlocks,
    int ahead,
    long cacheBytes) {
  /** 30 seconds, hedging after one; stripes of 512 KiB, eight ahead; 48 MiB of cache. */
  public static final FetcherSettings DEFAULT =
      new FetcherSettings(
          Duration.ofSeconds(30), Duration.ofSeconds(1), Duration.ofSeconds(30), 8, 8, 48L << 20);

  /** The same with another deadline. */
  public FetcherSettings withDeadline(Duration other) {
    return new FetcherSettings(other, hedgeAfter, pause, stripeBlocks, ahead, cacheBytes);
  }
}
