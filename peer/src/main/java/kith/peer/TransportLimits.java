package kith.peer;

import java.time.Duration;

/**
 * The bounds of a node's transport.
 *
 * @param handshake for connecting and TLS, each
 * @param hello between the end of the handshake and the welcome
 * @param frame for one message to come in completely
 * @param keepAlive silence after which a ping is sent
 * @param idle silence of the other side after which a link is closed
 * @param links open at once, opened by others
 * @param handshakes under way at once, opened by others
 * @param handshakesPerAddress of these from one address
 * @param strangers links at once with owners who are no partners
 * @param strangerLife how long such a link may last
 * @param connectionsPerSecond from one IPv4 address or one /64 of IPv6, with ten seconds' worth at
 *     once; 0 for no limit
 * @param intake bytes of requests, of all links together, that are received but not handled yet
 */
public record TransportLimits(
    Duration handshake,
    Duration hello,
    Duration frame,
    Duration keepAlive,
    Duration idle,
    int links,
    int handshakes,
    int handshakesPerAddress,
    int strangers,
    Duration strangerLife,
    int connectionsPerSecond,
    long intake) {
  /** What a node has by default. */
  public static final TransportLimits DEFAULT =
      new TransportLimits(
          Duration.ofSeconds(10),
          Duration.ofSeconds(10),
          Duration.ofSeconds(60),
          Duration.ofSeconds(50),
          Duration.ofSeconds(180),
          1024,
          128,
          32,
          128,
          Duration.ofMinutes(2),
          0,
          128L << 20);

  private static final int BROKER_HANDSHAKES = 512;

  /**
   * What a broker has: everybody is a stranger, and soon gone.
   *
   * @param connectionsPerSecond from one address; 0 for no bound but those of all together
   */
  public static TransportLimits broker(int connectionsPerSecond) {
    return new TransportLimits(
        Duration.ofSeconds(10),
        Duration.ofSeconds(10),
        Duration.ofSeconds(20),
        Duration.ofSeconds(20),
        Duration.ofSeconds(40),
        2048,
        BROKER_HANDSHAKES,
        connectionsPerSecond == 0 ? BROKER_HANDSHAKES : BROKER_HANDSHAKES / 8,
        1500,
        Duration.ofSeconds(60),
        connectionsPerSecond,
        32L << 20);
  }
}
