package kith.peer;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLException;
import kith.codec.OwnerId;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Links over TCP and TLS 1.3. Owns its event loops and the workers that handle requests; both end
 * with {@link #close}.
 */
public final class NettyNetwork implements Network {
  private static final Logger LOG = LoggerFactory.getLogger(NettyNetwork.class);
  private static final int LOOPS = Math.max(2, Runtime.getRuntime().availableProcessors());
  private static final int CLOSE_SECONDS = 5;
  private static final int BACKLOG = 1024;

  /** Circuits that this node is about to join because a relay has called. */
  private static final int MOST_COMING = 16;

  /** Bytes in a channel that bulk stops at: what a more urgent request has to wait for. */
  private static final WriteBufferWaterMark BUFFERED = new WriteBufferWaterMark(512 << 10, 1 << 20);

  private final LocalNode self;
  private final TransportLimits limits;
  private final TlsContexts tls;
  private final SslContext serverTls;
  private final Workers workers;
  private final LinkDuties duties;
  private final Intake intake;
  private final HandshakeGuard guard;
  private final EventLoopGroup loops;
  private final Bandwidth bandwidth;
  private final AtomicBoolean closed = new AtomicBoolean();
  private final AtomicInteger coming = new AtomicInteger();
  private final ChannelGroup channels = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE, true);

  /** A network with the default limits, and native TLS where there is one. */
  public NettyNetwork(LocalNode self, RequestHandler handler, NetworkThreads threads) {
    this(self, handler, threads, TransportLimits.DEFAULT, true);
  }

  /**
   * @param handler answers what others ask
   * @param nativeTls whether to use BoringSSL where it is there; else the JDK's TLS
   */
  public NettyNetwork(
      LocalNode self, RequestHandler handler, TransportLimits limits, boolean nativeTls) {
    this(self, handler, NetworkThreads.PLAIN, limits, nativeTls);
  }

  /** A network with native TLS where there is one. */
  public NettyNetwork(
      LocalNode self, RequestHandler handler, NetworkThreads threads, TransportLimits limits) {
    this(self, handler, threads, limits, true);
  }

  private NettyNetwork(
      LocalNode self,
      RequestHandler handler,
      NetworkThreads threads,
      TransportLimits limits,
      boolean nativeTls) {
    this.self = self;
    this.workers = new Workers(threads.worker());
    this.limits = limits;
    this.tls = new TlsContexts(self.identity(), self.clock(), nativeTls);
    try {
      this.serverTls = tls.server();
    } catch (SSLException e) {
      throw new IllegalStateException("no TLS with the key of " + self.identity(), e);
    }
    this.intake = new Intake(limits.intake());
    this.guard = new HandshakeGuard(limits);
    this.loops =
        new MultiThreadIoEventLoopGroup(LOOPS, loops(threads.loop()), NioIoHandler.newFactory());
    this.bandwidth = new Bandwidth(new LoopTimer());
    this.duties = new LinkDuties(handler, workers::execute, bandwidth, this::come);
    LOG.debug("links use {}", tls);
  }

  private final class LoopTimer implements Bandwidth.Timer {
    @Override
    public long nanos() {
      return System.nanoTime();
    }

    @Override
    public void after(long nanos, Runnable task) {
      if (!loops.isShuttingDown()) {
        var unused = loops.schedule(task, nanos, TimeUnit.NANOSECONDS);
      }
    }
  }

  @Override
  public Bandwidth bandwidth() {
    return bandwidth;
  }

  private static ThreadFactory loops(Runnable first) {
    return new DefaultThreadFactory("kith-net", true) {
      @Override
      protected Thread newThread(Runnable work, String name) {
        return super.newThread(
            () -> {
              first.run();
              work.run();
            },
            name);
      }
    };
  }

  @Override
  public CompletableFuture<Link> connect(Contact contact) {
    return new Dialing(this, contact.owner(), contact.addresses(), hello())
        .start()
        .thenApply(link -> link);
  }

  @Override
  public CompletableFuture<Link> connect(NodeAddress address) {
    return new Dialing(this, null, List.of(address), hello()).start().thenApply(link -> link);
  }

  private Dialing.Opening hello() {
    return new Dialing.Opening(self.hello(), Reply.Welcome.class);
  }

  @Override
  public CompletableFuture<Link> join(Circuit circuit) {
    var join =
        new Dialing.Opening(new Request.RelayJoin(circuit.ticket()), Reply.RelayJoined.class);
    Contact relay = circuit.relay();
    String where = "the other end of the circuit through " + relay.owner().brief();
    return new Dialing(this, relay.owner(), relay.addresses(), join)
        .start()
        .thenCompose(outer -> through(outer, circuit))
        .thenCompose(
            link ->
                circuit.calling()
                    ? Dialing.greeted(link, hello(), limits.hello(), where)
                    : CompletableFuture.completedFuture(link))
        .thenApply(link -> link);
  }

  /** The link between the two ends of a circuit, inside the connection with the relay. */
  private CompletableFuture<NettyLink> through(NettyLink outer, Circuit circuit) {
    var link = new CompletableFuture<NettyLink>();
    Channel channel = outer.channel();
    channel
        .eventLoop()
        .execute(
            () -> {
              try {
                outer.leave();
                var ready = Unpooled.buffer(1).writeByte(NettyCircuitEnd.READY);
                var unused = channel.writeAndFlush(ready);
                addInner(channel, circuit, link);
              } catch (SSLException | RuntimeException e) {
                link.completeExceptionally(TlsErrors.explain(e, "the relay"));
                outer.close();
              }
            });
    return link;
  }

  private void addInner(Channel channel, Circuit circuit, CompletableFuture<NettyLink> link)
      throws SSLException {
    SslContext context = circuit.calling() ? tls.client(circuit.other()) : serverTls;
    SslHandler inner = context.newHandler(channel.alloc());
    // The other comes when it is called, which takes its time.
    long millis = limits.handshake().plus(RelayService.JOINED_WITHIN).toMillis();
    inner.setHandshakeTimeoutMillis(millis);
    if (circuit.calling()) {
      ReferenceCountUtil.release(context);
    }
    var start = new LinkStart(this, LinkStart.Meant.from(circuit), link);
    channel.pipeline().addLast(inner, new FrameReader(intake, bandwidth.down()), start);
    channel.config().setAutoRead(true);
  }

  /** A relay has called. */
  private void come(Circuit circuit) {
    if (coming.incrementAndGet() > MOST_COMING) {
      coming.decrementAndGet();
      return;
    }
    var unused =
        join(circuit)
            .whenComplete(
                (link, failure) -> {
                  coming.decrementAndGet();
                  if (failure != null) {
                    LOG.info("called in vain: {}", Calls.kith(failure).getMessage());
                  }
                });
  }

  /**
   * Connects and shakes hands; no hello yet.
   *
   * @param owner null for any
   */
  CompletableFuture<NettyLink> open(InetSocketAddress address, OwnerId owner) {
    var link = new CompletableFuture<NettyLink>();
    var bootstrap =
        new Bootstrap()
            .group(loops)
            .channel(NioSocketChannel.class)
            .option(ChannelOption.TCP_NODELAY, true)
            .option(ChannelOption.WRITE_BUFFER_WATER_MARK, BUFFERED)
            .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, (int) limits.handshake().toMillis())
            .handler(
                initializer(
                    channel -> {
                      SslContext context = tls.client(owner);
                      prepare(
                          channel,
                          context,
                          new LinkStart(
                              this, new LinkStart.Meant(LinkStart.Opener.US, owner, null), link));
                      ReferenceCountUtil.release(context); // the engine has its own hold on it
                    }));
    bootstrap
        .connect(address)
        .addListener(
            done -> {
              if (!done.isSuccess()) {
                link.completeExceptionally(TlsErrors.explain(done.cause(), address.toString()));
              }
            });
    return link;
  }

  @Override
  public Server listen(InetSocketAddress address) throws IOException {
    var bootstrap =
        new ServerBootstrap()
            .group(loops)
            .channel(NioServerSocketChannel.class)
            .option(ChannelOption.SO_BACKLOG, BACKLOG)
            .option(ChannelOption.SO_REUSEADDR, true)
            .childOption(ChannelOption.TCP_NODELAY, true)
            .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, BUFFERED)
            .childHandler(initializer(this::accept));
    var bound = bootstrap.bind(address).awaitUninterruptibly();
    if (!bound.isSuccess()) {
      var failed =
          new BindException("cannot listen on " + address + ": " + bound.cause().getMessage());
      failed.initCause(bound.cause());
      throw failed;
    }
    channels.add(bound.channel());
    return new NettyServer(bound.channel());
  }

  private void accept(Channel channel) {
    if (!guard.admit(channel)) {
      LOG.debug("too many connections: closing the one from {}", channel.remoteAddress());
      var unused = channel.close();
      return;
    }
    var link = new CompletableFuture<NettyLink>();
    var anybody = new LinkStart.Meant(LinkStart.Opener.OTHER, null, null);
    prepare(channel, serverTls, new LinkStart(this, anybody, link));
    var unused =
        link.whenComplete(
            (started, failure) -> {
              if (started == null) {
                LOG.info("refused {}: {}", channel.remoteAddress(), failure.getMessage());
              } else if (!guard.proved(channel, duties.handler().knows(started.partner()))) {
                started.close();
              }
            });
  }

  private void prepare(Channel channel, SslContext context, LinkStart start) {
    SslHandler handler = context.newHandler(channel.alloc());
    handler.setHandshakeTimeout(limits.handshake().toMillis(), TimeUnit.MILLISECONDS);
    channels.add(channel);
    channel.pipeline().addLast(handler, new FrameReader(intake, bandwidth.down()), start);
  }

  /** Sets up one channel. */
  private interface Preparation {
    void prepare(Channel channel) throws SSLException;
  }

  private static ChannelInitializer<Channel> initializer(Preparation preparation) {
    return new ChannelInitializer<>() {
      @Override
      protected void initChannel(Channel channel) throws SSLException {
        preparation.prepare(channel);
      }
    };
  }

  /** Runs something later, unless the network is closed by then; it must not block. */
  void later(Duration time, Runnable task) {
    if (!loops.isShuttingDown()) {
      var unused = loops.schedule(task, time.toMillis(), TimeUnit.MILLISECONDS);
    }
  }

  LocalNode self() {
    return self;
  }

  InstantSource clock() {
    return self.clock();
  }

  TransportLimits limits() {
    return limits;
  }

  LinkDuties duties() {
    return duties;
  }

  Workers workers() {
    return workers;
  }

  /** Bytes of requests that wait to be handled. */
  long intakeTaken() {
    return intake.taken();
  }

  int handshakes() {
    return guard.handshakes();
  }

  @Override
  public void close() {
    if (!closed.compareAndSet(false, true)) {
      return;
    }
    channels.close().awaitUninterruptibly(CLOSE_SECONDS, TimeUnit.SECONDS);
    workers.close();
    loops
        .shutdownGracefully(0, CLOSE_SECONDS, TimeUnit.SECONDS)
        .awaitUninterruptibly(2L * CLOSE_SECONDS, TimeUnit.SECONDS);
    ReferenceCountUtil.release(serverTls);
  }

  @Override
  public String toString() {
    return "network of " + self.identity() + " over " + tls;
  }
}
