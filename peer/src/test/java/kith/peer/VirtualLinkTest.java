package kith.peer;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.InstantSource;

/** The link between nodes in one process. */
final class VirtualLinkTest extends LinkContract {
  private final VirtualNetwork network = new VirtualNetwork(1, new VirtualClock());

  @Override
  Network network(LocalNode self, RequestHandler handler) {
    return network.node(self, handler);
  }

  @Override
  NodeAddress listen(Network node, String host) throws IOException {
    return NodeAddress.of(node.listen(InetSocketAddress.createUnresolved(host, 1)).address());
  }

  @Override
  InstantSource clock() {
    return network.clock();
  }
}
