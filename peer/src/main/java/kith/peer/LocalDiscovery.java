package kith.peer;

import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Shows this node on the local networks that it listens on, and gathers the others that show
 * themselves there: multicast DNS and DNS-SD (RFC 6762, RFC 6763), service {@code _kith._tcp}.
 * Called by one thread, which may block; what networks show comes from threads of their own.
 */
public final class LocalDiscovery implements Supplier<List<Contact>>, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(LocalDiscovery.class);
  private static final int MOST_NETWORKS = 4;
  private static final int MOST_AT_ONCE = 4;
  private static final Duration LOOK_AGAIN = Duration.ofMinutes(1);

  private final LocalNode self;
  private final InetSocketAddress listening;
  private final ShownNodes shown;
  private final Map<InetAddress, ShownNetwork> networks = new HashMap<>();
  private final Set<InetAddress> failed = new HashSet<>();
  private Instant looked = Instant.MIN;
  private boolean closed;

  /**
   * @param listening where this node listens; nothing is shown or looked for on loopback
   */
  public LocalDiscovery(LocalNode self, InetSocketAddress listening) {
    this.self = self;
    this.listening = listening;
    this.shown = new ShownNodes(self);
  }

  /** Those whose record should be fetched now, a bounded number. */
  @Override
  public synchronized List<Contact> get() {
    if (!closed && (looked.equals(Instant.MIN) || isDue())) {
      looked = self.now();
      follow(addresses());
    }
    return shown.due(MOST_AT_ONCE);
  }

  private boolean isDue() {
    return Duration.between(looked, self.now()).abs().compareTo(LOOK_AGAIN) >= 0;
  }

  /** Joins the networks that have come, and leaves those that have gone. */
  private void follow(List<InetAddress> addresses) {
    for (InetAddress gone : List.copyOf(networks.keySet())) {
      if (!addresses.contains(gone)) {
        networks.remove(gone).close();
      }
    }
    failed.retainAll(addresses);
    for (InetAddress address : addresses) {
      if (!networks.containsKey(address)) {
        join(address);
      }
    }
  }

  private void join(InetAddress address) {
    try {
      networks.put(address, new ShownNetwork(self, address, listening.getPort(), shown));
      failed.remove(address);
      LOG.info("shown on the local network of {}", address.getHostAddress());
    } catch (IOException e) {
      if (failed.add(address)) {
        LOG.info("not shown on the network of {}: {}", address.getHostAddress(), e.toString());
      }
    }
  }

  /** An address of each interface that can multicast and that the node listens on. */
  private List<InetAddress> addresses() {
    InetAddress at = listening.getAddress();
    try {
      if (at == null || at.isLoopbackAddress()) {
        return List.of();
      }
      if (!at.isAnyLocalAddress()) {
        NetworkInterface one = NetworkInterface.getByInetAddress(at);
        return one != null && canMulticast(one) ? List.of(at) : List.of();
      }
      var all = new ArrayList<InetAddress>();
      for (NetworkInterface each : NetworkInterface.networkInterfaces().toList()) {
        if (canMulticast(each) && all.size() < MOST_NETWORKS) {
          addressOf(each).ifPresent(all::add);
        }
      }
      return all;
    } catch (SocketException e) {
      LOG.debug("the network interfaces cannot be listed", e);
      return List.copyOf(networks.keySet());
    }
  }

  private static boolean canMulticast(NetworkInterface one) throws SocketException {
    return one.isUp() && one.supportsMulticast() && !one.isLoopback() && !one.isPointToPoint();
  }

  /** IPv4 before IPv6. */
  private static Optional<InetAddress> addressOf(NetworkInterface one) {
    return one.inetAddresses()
        .min(Comparator.comparing((InetAddress address) -> !(address instanceof Inet4Address)));
  }

  /** How many networks this node is shown on. */
  synchronized int networks() {
    return networks.size();
  }

  @Override
  public synchronized void close() {
    closed = true;
    networks.values().forEach(ShownNetwork::close);
    networks.clear();
  }
}
