package kith.peer;

import io.netty.channel.Channel;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * Bounds the connections that others open: of all, of those that have not proved yet who they are,
 * and of these from one address. Safe for any number of threads.
 */
final class HandshakeGuard {
  private final TransportLimits limits;
  private final Set<Channel> links = new HashSet<>();
  private final Map<Channel, InetAddress> handshakes = new HashMap<>();

  HandshakeGuard(TransportLimits limits) {
    this.limits = limits;
  }

  /** Whether a connection that was just accepted may go on to its handshake. */
  synchronized boolean admit(Channel channel) {
    InetAddress from = addressOf(channel);
    long fromThere = handshakes.values().stream().filter(from::equals).count();
    if (handshakes.size() >= limits.handshakes()
        || fromThere >= limits.handshakesPerAddress()
        || links.size() + handshakes.size() >= limits.links()) {
      return false;
    }
    handshakes.put(channel, from);
    channel.closeFuture().addListener(done -> forget(channel));
    return true;
  }

  private static InetAddress addressOf(Channel channel) {
    return ((InetSocketAddress) channel.remoteAddress()).getAddress();
  }

  /** The connection has proved who it is. */
  synchronized void proved(Channel channel) {
    if (handshakes.remove(channel) != null) {
      links.add(channel);
    }
  }

  private synchronized void forget(Channel channel) {
    handshakes.remove(channel);
    links.remove(channel);
  }

  synchronized int handshakes() {
    return handshakes.size();
  }
}
