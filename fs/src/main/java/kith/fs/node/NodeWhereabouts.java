package kith.fs.node;

import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import kith.peer.NodeAddress;

/**
 * Where this node can be reached: at the address that the router lends it, then where the
 * configuration says. A node that listens on every address, and advertises none, names those that
 * this machine has now to whoever looks for partners. Safe for many threads.
 */
final class NodeWhereabouts implements Supplier<List<NodeAddress>> {
  private static final int MOST = 8;

  private final NodeConfig config;
  private volatile Optional<NodeAddress> mapped = Optional.empty();

  NodeWhereabouts(NodeConfig config) {
    this.config = config;
  }

  /** The address that the router lends, from now on; empty for none. */
  void mapped(Optional<NodeAddress> external) {
    mapped = external;
  }

  Optional<NodeAddress> mapped() {
    return mapped;
  }

  /** What partners are told; empty when only a wildcard is known. */
  @Override
  public List<NodeAddress> get() {
    Set<NodeAddress> told = new LinkedHashSet<>();
    mapped.ifPresent(told::add);
    told.addAll(config.callableAddresses());
    return first(told);
  }

  /** The same, and those of this machine when the configuration names none. */
  List<NodeAddress> all() {
    Set<NodeAddress> told = new LinkedHashSet<>(get());
    if (config.callableAddresses().isEmpty()) {
      told.addAll(ofThisMachine());
    }
    return first(told);
  }

  private static List<NodeAddress> first(Set<NodeAddress> addresses) {
    return addresses.stream().limit(MOST).toList();
  }

  private List<NodeAddress> ofThisMachine() {
    try {
      return NetworkInterface.networkInterfaces()
          .filter(NodeWhereabouts::isUp)
          .flatMap(NetworkInterface::inetAddresses)
          .filter(address -> !address.isLoopbackAddress() && !address.isLinkLocalAddress())
          .map(InetAddress::getHostAddress)
          .map(host -> host.indexOf('%') < 0 ? host : host.substring(0, host.indexOf('%')))
          .sorted()
          .limit(MOST)
          .map(host -> new NodeAddress(host, config.listen().port()))
          .toList();
    } catch (SocketException e) {
      return List.of();
    }
  }

  private static boolean isUp(NetworkInterface each) {
    try {
      return each.isUp() && !each.isLoopback();
    } catch (SocketException e) {
      return false;
    }
  }
}
