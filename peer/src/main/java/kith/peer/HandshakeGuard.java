package kith.peer;

import io.netty.channel.Channel;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * Bounds the connections that others open: of all, of those of strangers, of those that have not
 * proved yet who they are, of these from one address, and how many come from there in a second.
 * Safe for any number of threads.
 */
final class HandshakeGuard {
  private final TransportLimits limits;
  private final Set<Channel> links = new HashSet<>();
  private final Set<Channel> strangers = new HashSet<>();
  private final AddressRates rates;
  private final Map<Channel, InetAddress> handshakes = new HashMap<>();

  HandshakeGuard(TransportLimits limits) {
    this.limits = limits;
    this.rates = new AddressRates(limits.connectionsPerSecond());
  }

  /** Whether a connection that was just accepted may go on to its handshake. */
  synchronized boolean admit(Channel channel) {
    InetAddress from = addressOf(channel);
    long fromThere = handshakes.values().stream().filter(from::equals).count();
    if (handshakes.size() >= limits.handshakes()
        || fromThere >= limits.handshakesPerAddress()
        || links.size() + strangers.size() + handshakes.size() >= limits.links()
        || !rates.admit(from, System.nanoTime())) {
      return false;
    }
    handshakes.put(channel, from);
    channel.closeFuture().addListener(done -> forget(channel));
    return true;
  }

  private static InetAddress addressOf(Channel channel) {
    return ((InetSocketAddress) channel.remoteAddress()).getAddress();
  }

  /**
   * The connection has proved who it is.
   *
   * @param known whether that is a partner
   * @return whether it may stay; strangers may while they are few
   */
  synchronized boolean proved(Channel channel, boolean known) {
    if (handshakes.remove(channel) == null) {
      return false; // gone already
    }
    if (!known && strangers.size() >= limits.strangers()) {
      return false;
    }
    (known ? links : strangers).add(channel);
    return true;
  }

  private synchronized void forget(Channel channel) {
    handshakes.remove(channel);
    links.remove(channel);
    strangers.remove(channel);
  }

  synchronized int handshakes() {
    return handshakes.size();
  }
}
