package kith.peer;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.InstantSource;

/** The link over TLS by the JDK on loopback. */
final class JdkTlsLinkTest extends LinkContract {
  @Override
  Network network(LocalNode self, RequestHandler handler) {
    return new NettyNetwork(self, handler, TransportLimits.DEFAULT, false);
  }

  @Override
  NodeAddress listen(Network network, String host) throws IOException {
    return NodeAddress.of(
        network.listen(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)).address());
  }

  @Override
  InstantSource clock() {
    return InstantSource.system();
  }
}
