package kith.peer;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.timeout.IdleStateEvent;
import java.util.ArrayDeque;
import java.util.concurrent.TimeUnit;
import java.util.function.LongUnaryOperator;

/**
 * A connection that a relay carries bytes from and to. The first byte from either side says that it
 * is ready for the other's; it is not passed on. Reads no faster than the other side takes, and
 * than the limits let it. On the channel's event loop only, but for what the interface has.
 */
final class NettyCircuitEnd extends ChannelInboundHandlerAdapter implements CircuitEnd {
  /** What a side that is ready says. */
  static final int READY = 1;

  private final Channel channel;
  private final Bandwidth bandwidth;
  private final ArrayDeque<ByteBuf> waiting = new ArrayDeque<>();
  private NettyCircuitEnd other;
  private LongUnaryOperator meter;
  private boolean ready;
  private boolean otherReady;
  private boolean pausing;

  NettyCircuitEnd(Channel channel, Bandwidth bandwidth) {
    this.channel = channel;
    this.bandwidth = bandwidth;
  }

  Channel channel() {
    return channel;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext context) {
    flow();
    var late =
        channel
            .eventLoop()
            .schedule(
                () -> {
                  if (other == null) {
                    close();
                  }
                },
                RelayService.JOINED_WITHIN.toMillis(),
                TimeUnit.MILLISECONDS);
    whenClosed(() -> late.cancel(false));
  }

  @Override
  public void splice(CircuitEnd joined, LongUnaryOperator metering) {
    channel
        .eventLoop()
        .execute(
            () -> {
              other = (NettyCircuitEnd) joined;
              meter = metering;
              whenClosed(other::close);
              if (ready) {
                other.goOn();
              }
              flow();
            });
  }

  /** The other side is ready; from any thread. */
  private void goOn() {
    channel
        .eventLoop()
        .execute(
            () -> {
              otherReady = true;
              flow();
            });
  }

  private boolean flows() {
    return other != null && otherReady && ready;
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    var bytes = (ByteBuf) message;
    if (!ready && bytes.isReadable()) {
      if (bytes.readByte() != READY) {
        bytes.release();
        close();
        return;
      }
      ready = true;
      if (other != null) {
        other.goOn();
      }
    }
    waiting.add(bytes);
    flow();
  }

  /** Passes on what may be passed on, and reads while that is so. */
  private void flow() {
    while (flows() && !pausing && !waiting.isEmpty() && other.channel.isWritable()) {
      pass(waiting.remove());
    }
    boolean read = !ready || (flows() && !pausing && waiting.isEmpty());
    channel.config().setAutoRead(read && channel.isActive());
  }

  private void pass(ByteBuf bytes) {
    int count = bytes.readableBytes();
    if (count == 0) {
      bytes.release();
      return;
    }
    bandwidth.down().charge(Bandwidth.onWire(count));
    bandwidth.up().charge(Bandwidth.onWire(count));
    long pause = meter.applyAsLong(count);
    var unused = other.channel.writeAndFlush(bytes, other.channel.voidPromise());
    if (pause < 0) {
      pausing = true;
      close();
    } else if (pause > 0) {
      pause(pause);
    } else if (bandwidth.up().isOverdrawn()) {
      pausing = true;
      var unusedTurn =
          bandwidth
              .up()
              .take(0, BandwidthQueue.Kind.AWAITED)
              .thenRun(() -> channel.eventLoop().execute(this::resume));
    }
  }

  private void pause(long nanos) {
    pausing = true;
    var unused = channel.eventLoop().schedule(this::resume, nanos, TimeUnit.NANOSECONDS);
  }

  private void resume() {
    pausing = false;
    flow();
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext context) {
    if (other != null && channel.isWritable()) {
      other.channel.eventLoop().execute(other::flow);
    }
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext context, Object event) {
    if (event instanceof IdleStateEvent) {
      var unused = channel.close();
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    var unused = channel.close();
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    while (!waiting.isEmpty()) {
      waiting.remove().release();
    }
  }

  /** What was passed on before still goes out. */
  @Override
  public void close() {
    channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
  }

  @Override
  public void whenClosed(Runnable then) {
    channel.closeFuture().addListener(closed -> then.run());
  }
}
