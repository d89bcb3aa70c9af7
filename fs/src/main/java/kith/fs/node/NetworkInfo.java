package kith.fs.node;

import java.util.List;

/**
 * How a node is reached, and what it relays.
 *
 * @param addresses {@code host:port} that others are told
 * @param mapped the one of them that the router lends, or null for none
 * @param mapping what came of asking the router
 * @param reached whether anybody has opened a link to this node since it started
 * @param circuits between partners that go through this node now
 * @param carried bytes for partners since the node started
 */
public record NetworkInfo(
    List<String> addresses,
    String mapped,
    String mapping,
    boolean reached,
    int circuits,
    long carried) {
  public NetworkInfo {
    addresses = List.copyOf(addresses);
  }
}
