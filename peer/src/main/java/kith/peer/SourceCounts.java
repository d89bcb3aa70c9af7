package kith.peer;

import java.util.HashMap;
import java.util.Map;

/**
 * How many records came from each place, so that nobody fills a broker from a few addresses: of one
 * address (a {@link Link#source}: an IPv4 address, a /64 of IPv6) so many, of one network (/16 of
 * IPv4, /32 of IPv6) sixteen times as many. Remembers only places that have records. For one thread
 * at a time.
 */
final class SourceCounts {
  /** How many addresses' worth of records a whole network may have. */
  static final int ADDRESSES_OF_NETWORK = 16;

  private static final int V4_DIGITS = 8;
  private static final int V4_NETWORK = 4;
  private static final int V6_NETWORK = 8;

  private final int ofOne;
  private final Map<String, Integer> counts = new HashMap<>();

  /**
   * @param ofOne records that one address may have; 0 for any number
   */
  SourceCounts(int ofOne) {
    this.ofOne = ofOne;
  }

  /** The network that a source is in; for what is no address the whole text. */
  static String network(String source) {
    int digits = source.length() <= V4_DIGITS ? V4_NETWORK : V6_NETWORK;
    return "network " + source.substring(0, Math.min(digits, source.length()));
  }

  /** Whether one more may come from there; from an empty source any number may. */
  boolean hasRoom(String source) {
    return ofOne == 0
        || source.isEmpty()
        || (count(source) < ofOne && count(network(source)) < ofOne * ADDRESSES_OF_NETWORK);
  }

  private int count(String place) {
    return counts.getOrDefault(place, 0);
  }

  void add(String source) {
    if (!source.isEmpty()) {
      counts.merge(source, 1, Integer::sum);
      counts.merge(network(source), 1, Integer::sum);
    }
  }

  void remove(String source) {
    if (!source.isEmpty()) {
      less(source);
      less(network(source));
    }
  }

  private void less(String place) {
    counts.computeIfPresent(place, (key, count) -> count > 1 ? count - 1 : null);
  }
}
