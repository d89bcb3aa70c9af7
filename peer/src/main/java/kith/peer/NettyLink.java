package kith.peer;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.timeout.IdleStateHandler;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import kith.codec.CorruptDataException;
import kith.codec.KithException;
import kith.codec.NotPermittedException;
import kith.codec.OwnerId;
import kith.codec.PartnerUnavailableException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A link over a channel whose TLS handshake is done. State is touched on the channel's event loop
 * only; requests of the other side are handled by workers.
 */
final class NettyLink extends ChannelInboundHandlerAdapter implements Link, FrameReader.Sender {
  private static final Logger LOG = LoggerFactory.getLogger(NettyLink.class);
  private static final int LINK_ITSELF = 0;

  /** Longer than the silence after which the nodes at its ends ping. */
  private static final int CIRCUIT_IDLE_SECONDS = 180;

  /** Replies that wait for the other side to read, in bytes; an honest one asks for half of it. */
  private static final long MAX_QUEUED = 2 * Outbox.MAX_BYTES;

  /** For telling a partner that it has to wait; then nothing more is read from it. */
  private static final long MAX_REFUSALS = 1 << 20;

  private final Channel channel;
  private final Credential peer;
  private final FrameReader reader;
  private final LinkDuties duties;
  private final boolean openedByOther;
  private final OwnerId relay;
  private final Lanes lanes;
  private final Outbox outbox;
  private volatile boolean greeted;
  private KithException reason;
  private boolean handlerKnows;
  private boolean left;
  private final long startedNanos = System.nanoTime();
  private long heardNanos = startedNanos;

  /**
   * @param from who opened it, and through whom
   */
  NettyLink(Channel channel, Credential peer, LinkDuties duties, LinkStart.Meant from) {
    this.openedByOther = from.opener() == LinkStart.Opener.OTHER;
    this.relay = from.relay();
    this.channel = channel;
    this.peer = peer;
    this.duties = duties;
    this.reader = channel.pipeline().get(FrameReader.class);
    this.lanes = new Lanes(duties.workers());
    this.outbox = new Outbox(channel, this::send, reader::heldNanos);
    reader.readFrom(this);
  }

  @Override
  public CompletableFuture<Reply> send(Request request, Duration deadline) {
    var reply = new CompletableFuture<Reply>();
    var pending = new Pending(request, deadline, reply);
    try {
      channel.eventLoop().execute(() -> outbox.add(pending));
    } catch (java.util.concurrent.RejectedExecutionException e) {
      reply.completeExceptionally(new PartnerUnavailableException("this node is closing"));
    }
    return reply;
  }

  @Override
  public Credential peer() {
    return peer;
  }

  /** The network address; of IPv6 the network's half, since one host has all of that. */
  @Override
  public String source() {
    if (!(channel.remoteAddress() instanceof InetSocketAddress address)) {
      return Link.super.source();
    }
    byte[] bytes = address.getAddress().getAddress();
    return HexFormat.of().formatHex(bytes, 0, Math.min(bytes.length, 8));
  }

  @Override
  public Optional<OwnerId> relay() {
    return Optional.ofNullable(relay);
  }

  @Override
  public boolean isOpen() {
    return channel.isActive();
  }

  @Override
  public void close() {
    var unused = channel.close();
  }

  /** Closes with a reason that requests under way fail for. On the event loop. */
  void close(KithException why) {
    if (reason == null) {
      reason = why;
    }
    var unused = channel.close();
  }

  private void send(Pending pending) {
    write(pending.request, pending.id);
  }

  private void write(Message message, int id) {
    byte[] control = MessageCodec.control(message);
    ByteBuffer payload = message.payload();
    var header = new FrameHeader(message.kind().tag(), id, control.length, payload.remaining());
    ByteBuf front = channel.alloc().directBuffer(FrameHeader.SIZE + control.length);
    ByteBuffer headerBytes = ByteBuffer.allocate(FrameHeader.SIZE);
    header.write(headerBytes);
    duties.bandwidth().up().charge(Bandwidth.onWire(FrameHeader.SIZE + control.length));
    front.writeBytes(headerBytes.flip()).writeBytes(control);
    if (payload.hasRemaining()) {
      var unused = channel.write(front, channel.voidPromise());
      front = Unpooled.wrappedBuffer(payload);
    }
    var unused = channel.writeAndFlush(front, channel.voidPromise());
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    var frame = (Frame) message;
    heardNanos = System.nanoTime();
    if (frame.isReply()) {
      takeReply(frame);
    } else {
      takeRequest(context, frame);
    }
  }

  private void takeReply(Frame frame) {
    Message reply;
    try {
      reply = frame.read();
    } catch (CorruptDataException e) {
      Pending asked = outbox.take(frame.header().requestId());
      if (asked != null) {
        asked.reply.completeExceptionally(e);
        outbox.sendWaiting();
      }
      return;
    }
    if (frame.header().requestId() == LINK_ITSELF && reply instanceof Reply.Failure failure) {
      close(closed(failure));
      return;
    }
    if (reply instanceof Reply.Welcome) {
      greeted = true;
      handlerKnows = true;
    }
    Pending asked = outbox.take(frame.header().requestId());
    if (asked != null) {
      asked.reply.complete((Reply) reply);
      outbox.sendWaiting();
    }
  }

  /** What broke the link is no answer to what was asked over it. */
  private KithException closed(Reply.Failure failure) {
    String why = peer.owner().brief() + " closes: " + failure.message();
    return failure.reason() == FailureKind.NOT_PERMITTED
        ? new NotPermittedException(why)
        : new PartnerUnavailableException(why);
  }

  private void takeRequest(ChannelHandlerContext context, Frame frame) {
    int id = frame.header().requestId();
    Request request;
    try {
      MessageKind kind = MessageKind.find(frame.header().kind());
      if (kind == null) {
        String message = "request " + frame.header().kind() + " is not known to this version";
        refuse(
            context, frame, new Reply.Failure(FailureKind.UNKNOWN_REQUEST, message, Duration.ZERO));
        return;
      }
      request = (Request) frame.read();
    } catch (CorruptDataException e) {
      refuse(
          context,
          frame,
          new Reply.Failure(FailureKind.CORRUPT_DATA, e.getMessage(), Duration.ZERO));
      return;
    }
    boolean opening = request instanceof Request.Hello || request instanceof Request.RelayJoin;
    if (!greeted && !opening) {
      refuse(
          context,
          frame,
          new Reply.Failure(FailureKind.NOT_PERMITTED, "say hello first", Duration.ZERO));
      return;
    }
    if (queuedBytes() > MAX_QUEUED) {
      refuse(context, frame, tooMuch());
      return;
    }
    lanes.run(request.lane(), () -> handle(context, frame, request, id));
  }

  private static Reply.Failure tooMuch() {
    String message = "too much is on its way to you already";
    return new Reply.Failure(FailureKind.BUSY, message, Duration.ofSeconds(1));
  }

  @Override
  public boolean mayBringRaw(boolean reply) {
    return greeted && ((reply && !openedByOther) || duties.handler().knows(partner()));
  }

  @Override
  public boolean isBehind() {
    return !channel.isWritable() && queuedBytes() > (isPartner() ? MAX_QUEUED + MAX_REFUSALS : 0);
  }

  private boolean isPartner() {
    return greeted && (!openedByOther || duties.handler().knows(partner()));
  }

  private long queuedBytes() {
    var buffer = channel.unsafe().outboundBuffer();
    return buffer == null ? 0 : buffer.totalPendingWriteBytes();
  }

  private void refuse(ChannelHandlerContext context, Frame frame, Reply.Failure failure) {
    write(failure, frame.header().requestId());
    handled(context, frame);
  }

  private void handle(ChannelHandlerContext context, Frame frame, Request request, int id) {
    Reply reply = duties.handle(request, this);
    long bytes = Bandwidth.onWire(reply.payload().remaining());
    var unused =
        turn(bytes)
            .thenRun(
                () ->
                    channel
                        .eventLoop()
                        .execute(
                            () -> {
                              answer(request, reply, id);
                              handled(context, frame);
                            }));
  }

  private CompletableFuture<Void> turn(long bytes) {
    return bytes == 0
        ? CompletableFuture.completedFuture(null)
        : duties.bandwidth().up().take(bytes, BandwidthQueue.Kind.AWAITED);
  }

  private void answer(Request request, Reply reply, int id) {
    boolean joins = request instanceof Request.RelayJoin && reply instanceof Reply.RelayJoined;
    if (joins && (greeted || reader.unhandled() > 1)) {
      fail(new CorruptDataException("a circuit is joined by the only request on a connection"));
      return;
    }
    // Many may have been on their way to the disk when the first replies came from there.
    boolean wait = queuedBytes() > MAX_QUEUED && reply.payload().hasRemaining();
    write(wait ? tooMuch() : reply, id);
    if (!greeted) {
      begin(request, reply);
    } else if (request instanceof Request.RelayCall call && reply instanceof Reply.Done) {
      duties.called(call, partner());
    }
  }

  /** What follows from the answer to the first request. */
  private void begin(Request request, Reply reply) {
    if (reply instanceof Reply.Welcome) {
      greeted = true;
      handlerKnows = true;
      duties.workers().execute(() -> duties.handler().opened(this));
    } else if (request instanceof Request.RelayJoin join && reply instanceof Reply.RelayJoined) {
      leave();
      var end = new NettyCircuitEnd(channel, duties.bandwidth());
      channel.pipeline().addLast(new IdleStateHandler(CIRCUIT_IDLE_SECONDS, 0, 0), end);
      duties.handler().joined(join.ticket(), end);
    } else {
      channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
    }
  }

  Channel channel() {
    return channel;
  }

  /** Gives the channel away to what follows; this is no link any more. On the event loop. */
  void leave() {
    left = true;
    outbox.close(new PartnerUnavailableException("the connection is a circuit now"));
    channel.pipeline().remove(reader);
    channel.pipeline().remove(this);
  }

  private void handled(ChannelHandlerContext context, Frame frame) {
    frame.release();
    try {
      reader.handled();
    } catch (KithException e) {
      exceptionCaught(context, e);
    }
    tellClosed();
  }

  /** Closes a link that is too slow, silent or not greeted; called from time to time. */
  void tick(TransportLimits limits) {
    long now = System.nanoTime();
    long silence = now - heardNanos;
    if (left) {
      return;
    }
    if (reader.nanosInFrame(now) > limits.frame().toNanos()) {
      fail(
          new CorruptDataException(
              "a message took longer than " + limits.frame().toSeconds() + " s"));
    } else if (!greeted && silence > limits.hello().toNanos()) {
      fail(new CorruptDataException("no hello within " + limits.hello().toSeconds() + " s"));
    } else if (now - startedNanos > limits.strangerLife().toNanos()
        && openedByOther
        && !duties.handler().knows(partner())) {
      close(new PartnerUnavailableException(peer.owner().brief() + " is no partner"));
    } else if (silence > limits.idle().toNanos() && reader.unhandled() == 0) {
      close(new PartnerUnavailableException(peer.owner().brief() + " has fallen silent"));
    } else if (silence > limits.keepAlive().toNanos() && greeted && outbox.isIdle()) {
      outbox.add(new Pending(new Request.Ping(now), limits.idle(), new CompletableFuture<>()));
    }
  }

  /** Tells the other side why, and closes. */
  private void fail(KithException why) {
    LOG.warn("closing the link with {}: {}", peer, why.getMessage());
    FailureKind kind =
        why instanceof NotPermittedException ? FailureKind.NOT_PERMITTED : FailureKind.CORRUPT_DATA;
    write(new Reply.Failure(kind, why.getMessage(), Duration.ZERO), LINK_ITSELF);
    close(new PartnerUnavailableException("we closed the link: " + why.getMessage(), why));
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext context) {
    outbox.sendWaiting();
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    if (cause instanceof CorruptDataException || cause instanceof NotPermittedException) {
      fail((KithException) cause);
    } else {
      close(TlsErrors.explain(cause, peer.owner().brief()));
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    if (reason == null) {
      reason = new PartnerUnavailableException("the link with " + peer.owner().brief() + " closed");
    }
    outbox.close(reason);
    tellClosed();
  }

  private void tellClosed() {
    if (!channel.isActive() && reader.unhandled() == 0 && handlerKnows) {
      handlerKnows = false;
      duties.workers().execute(() -> duties.handler().closed(this));
    }
  }

  @Override
  public String toString() {
    String way = relay == null ? " at " : " through " + relay.brief() + " at ";
    return "link with " + peer + way + channel.remoteAddress();
  }
}
