package kith.peer;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Bounds how often something may come from one source: an IPv4 address, or the first 64 bits of an
 * IPv6 address. Remembers a bounded number of sources. For one thread at a time.
 */
final class AddressRates {
  /** Sources that are remembered; those not heard of for longest are forgotten first. */
  static final int MOST = 16_384;

  private static final double BURST_SECONDS = 10;
  private static final int V6_BYTES = 8;

  private final int perSecond;
  private final Map<ByteBuffer, TokenBucket> sources =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<ByteBuffer, TokenBucket> eldest) {
          return size() > MOST;
        }
      };

  /**
   * @param perSecond from each source; 0 for no limit
   */
  AddressRates(int perSecond) {
    this.perSecond = perSecond;
  }

  /** Whether one more may come from there now. */
  boolean admit(InetAddress from, long nowNanos) {
    if (perSecond == 0) {
      return true;
    }
    TokenBucket bucket = sources.computeIfAbsent(source(from), key -> fresh(nowNanos));
    if (bucket.debtNanos(nowNanos) > 0) {
      return false;
    }
    bucket.take(1, nowNanos);
    return true;
  }

  private TokenBucket fresh(long nowNanos) {
    var bucket = new TokenBucket(BURST_SECONDS);
    bucket.limit(perSecond, nowNanos);
    return bucket;
  }

  private static ByteBuffer source(InetAddress address) {
    byte[] bytes = address.getAddress();
    return ByteBuffer.wrap(bytes, 0, address instanceof Inet6Address ? V6_BYTES : bytes.length);
  }

  /** How many sources are remembered. */
  int size() {
    return sources.size();
  }
}
