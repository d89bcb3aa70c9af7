package kith.peer;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLPeerUnverifiedException;
import kith.codec.CorruptDataException;
import kith.codec.KithException;
import kith.codec.OwnerId;
import kith.codec.PartnerUnavailableException;

/**
 * Waits for the end of the TLS handshake, checks once more who is there, and puts a {@link
 * NettyLink} in its own place.
 */
final class LinkStart extends ChannelInboundHandlerAdapter {
  private final NettyNetwork network;
  private final Meant meant;
  private final CompletableFuture<NettyLink> link;

  /** Who opened the connection. */
  enum Opener {
    US,
    OTHER
  }

  /**
   * What is known of a connection beforehand.
   *
   * @param expected owner of the node at its other end; null for any
   * @param relay whose node carries it; null for nobody's
   */
  record Meant(Opener opener, OwnerId expected, OwnerId relay) {
    static Meant from(Circuit circuit) {
      return new Meant(
          circuit.calling() ? Opener.US : Opener.OTHER, circuit.other(), circuit.relay().owner());
    }
  }

  /**
   * @param link gets the link, or why there is none
   */
  LinkStart(NettyNetwork network, Meant meant, CompletableFuture<NettyLink> link) {
    this.network = network;
    this.meant = meant;
    this.link = link;
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext context, Object event) {
    if (event instanceof SslHandshakeCompletionEvent handshake) {
      if (handshake.isSuccess()) {
        start(context.channel());
      } else {
        fail(context, handshake.cause());
      }
    }
    context.fireUserEventTriggered(event);
  }

  private void start(Channel channel) {
    try {
      Credential peer = PeerTrust.check(certificate(channel), meant.expected, network.clock());
      var started = new NettyLink(channel, peer, network.duties(), meant);
      channel.pipeline().replace(this, "link", started);
      keepWatch(channel, started);
      link.complete(started);
    } catch (KithException e) {
      link.completeExceptionally(e);
      var unused = channel.close();
    }
  }

  private static X509Certificate certificate(Channel channel) throws CorruptDataException {
    try {
      Certificate[] chain = innermost(channel).engine().getSession().getPeerCertificates();
      if (chain.length == 1 && chain[0] instanceof X509Certificate certificate) {
        return certificate;
      }
      throw new CorruptDataException("a node shows exactly one certificate");
    } catch (SSLPeerUnverifiedException e) {
      throw new CorruptDataException("the other side showed no certificate", e);
    }
  }

  /** On a circuit there is the relay's, too. */
  private static SslHandler innermost(Channel channel) {
    SslHandler found = null;
    for (var each : channel.pipeline()) {
      found = each.getValue() instanceof SslHandler tls ? tls : found;
    }
    return found;
  }

  private void keepWatch(Channel channel, NettyLink started) {
    TransportLimits limits = network.limits();
    long millis =
        Math.max(10, Math.min(limits.hello().toMillis(), limits.keepAlive().toMillis()) / 4);
    var watch =
        channel
            .eventLoop()
            .scheduleAtFixedRate(() -> started.tick(limits), millis, millis, TimeUnit.MILLISECONDS);
    channel.closeFuture().addListener(done -> watch.cancel(false));
  }

  private void fail(ChannelHandlerContext context, Throwable cause) {
    link.completeExceptionally(
        TlsErrors.explain(cause, String.valueOf(context.channel().remoteAddress())));
    var unused = context.close();
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    fail(context, cause);
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    link.completeExceptionally(
        new PartnerUnavailableException(context.channel().remoteAddress() + " hung up"));
  }
}
