package kith.peer;

import io.netty.channel.Channel;
import java.net.InetSocketAddress;

/** A listening socket. */
final class NettyServer implements Server {
  private final Channel channel;

  NettyServer(Channel channel) {
    this.channel = channel;
  }

  @Override
  public InetSocketAddress address() {
    return (InetSocketAddress) channel.localAddress();
  }

  @Override
  public void close() {
    channel.close().awaitUninterruptibly();
  }
}
