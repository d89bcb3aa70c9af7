package kith.fs.node;

import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import kith.peer.NodeAddress;
import kith.peer.choice.NetworkPrefix;

/**
 * Where this node can be reached: at the address that the router lends it, then where the
 * configuration says. A node that listens on every address, and advertises none, names those that
 * this machine has now, public ones first. Safe for many threads.
 */
final class NodeWhereabouts implements Supplier<List<NodeAddress>> {
  private static final int MOST = 8;

  private final NodeConfig config;
  private final Supplier<List<String>> machine;
  private volatile Optional<NodeAddress> mapped = Optional.empty();

  NodeWhereabouts(NodeConfig config) {
    this(config, NodeWhereabouts::ofThisMachine);
  }

  /**
   * @param machine the addresses of this machine but for loopback
   */
  NodeWhereabouts(NodeConfig config, Supplier<List<String>> machine) {
    this.config = config;
    this.machine = machine;
  }

  /** The address that the router lends, from now on; empty for none. */
  void mapped(Optional<NodeAddress> external) {
    mapped = external;
  }

  Optional<NodeAddress> mapped() {
    return mapped;
  }

  /** What others are told; empty when this machine is in no network. */
  @Override
  public List<NodeAddress> get() {
    Set<NodeAddress> told = new LinkedHashSet<>();
    mapped.ifPresent(told::add);
    told.addAll(config.callableAddresses());
    if (config.callableAddresses().isEmpty()) {
      machine.get().stream()
          .sorted(Comparator.comparing(NodeWhereabouts::isInside).thenComparing(host -> host))
          .forEach(host -> told.add(new NodeAddress(host, config.listen().port())));
    }
    return first(told);
  }

  /** One line on what keeps others from reaching this node, and what to do; empty for nothing. */
  String note() {
    List<NodeAddress> told = get();
    boolean chosen = mapped.isPresent() || !config.callableAddresses().isEmpty();
    if (chosen || told.stream().anyMatch(address -> !isInside(address.host()))) {
      return "";
    }
    return "From outside your network nobody reaches "
        + told.stream().map(NodeAddress::toString).collect(Collectors.joining(", "))
        + ": let the router forward TCP port "
        + config.listen().port()
        + " to this machine, and put the router's address into 'advertise' in config.json";
  }

  private static boolean isInside(String host) {
    return NetworkPrefix.of(host).isInside();
  }

  private static List<NodeAddress> first(Set<NodeAddress> addresses) {
    return addresses.stream().limit(MOST).toList();
  }

  private static List<String> ofThisMachine() {
    try {
      return NetworkInterface.networkInterfaces()
          .filter(NodeWhereabouts::isUp)
          .flatMap(NetworkInterface::inetAddresses)
          .filter(address -> !address.isLoopbackAddress() && !address.isLinkLocalAddress())
          .map(InetAddress::getHostAddress)
          .map(host -> host.indexOf('%') < 0 ? host : host.substring(0, host.indexOf('%')))
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
