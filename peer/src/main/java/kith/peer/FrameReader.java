package kith.peer;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import kith.codec.KithException;
import kith.codec.NotPermittedException;

/**
 * Cuts what comes in into frames. Checks a header, and whose it is, before it allocates; stops
 * reading while too many requests of the link, or too many bytes of all links, wait to be handled,
 * and while the other side does not read its replies. On the link's event loop only.
 */
final class FrameReader extends ChannelInboundHandlerAdapter {
  /** What is known about the other side. */
  interface Sender {
    /** Somebody who has not shown yet who he is. */
    Sender UNKNOWN =
        new Sender() {
          @Override
          public boolean mayBringRaw(boolean reply) {
            return false;
          }

          @Override
          public boolean isBehind() {
            return false;
          }
        };

    /**
     * Whether a message of it may have a raw part.
     *
     * @param reply whether the message is a reply
     */
    boolean mayBringRaw(boolean reply);

    /** Whether so many replies wait for it to read that nothing more is read from it. */
    boolean isBehind();
  }

  private final Intake intake;
  private final BandwidthQueue bandwidth;
  private final ArrayDeque<ByteBuf> backlog = new ArrayDeque<>();
  private final ByteBuffer headerBytes = ByteBuffer.allocate(FrameHeader.SIZE);

  private ChannelHandlerContext context;
  private Sender sender = Sender.UNKNOWN;
  private FrameHeader header;
  private byte[] control;
  private int controlFill;
  private ByteBuf body;
  private int bodyFill;
  private boolean admitted;
  private boolean waitsForIntake;
  private boolean draining;
  private boolean gone;
  private boolean held;
  private long heldNanos;
  private int unhandled;
  private long startedNanos;

  /**
   * @param bandwidth of what comes in
   */
  FrameReader(Intake intake, BandwidthQueue bandwidth) {
    this.intake = intake;
    this.bandwidth = bandwidth;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext added) {
    context = added;
  }

  /** The other side has shown who it is. */
  void readFrom(Sender known) {
    sender = known;
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext same) throws KithException {
    drain();
    context.fireChannelWritabilityChanged();
  }

  @Override
  public void channelRead(ChannelHandlerContext same, Object message) throws Exception {
    if (gone) {
      ((ByteBuf) message).release();
      return;
    }
    backlog.add((ByteBuf) message);
    count(((ByteBuf) message).readableBytes());
    drain();
  }

  /** Counts what has come; what comes next waits while that is over the limit. */
  private void count(int bytes) {
    bandwidth.charge(Bandwidth.onWire(bytes));
    if (!held && bandwidth.isOverdrawn()) {
      held = true;
      long since = System.nanoTime();
      var unused =
          bandwidth
              .take(0, BandwidthQueue.Kind.AWAITED)
              .thenRun(() -> context.executor().execute(() -> letGo(since)));
    }
  }

  private void letGo(long since) {
    long now = System.nanoTime();
    held = false;
    heldNanos += now - since;
    startedNanos = now;
    if (!gone) {
      context.channel().config().setAutoRead(!mustWait());
    }
  }

  /** For how long, all in all, nothing was read to keep a limit. */
  long heldNanos() {
    return heldNanos;
  }

  /** One request of this link has been handled. */
  void handled() throws KithException {
    unhandled--;
    drain();
  }

  /** Requests of this link that were passed on and not handled yet. */
  int unhandled() {
    return unhandled;
  }

  private boolean mustWait() {
    return waitsForIntake || unhandled >= Protocol.MAX_IN_FLIGHT || sender.isBehind();
  }

  private void drain() throws KithException {
    if (draining || gone) {
      return; // a frame that was handled at once calls back
    }
    draining = true;
    try {
      while (!mustWait() && !gone && !backlog.isEmpty()) {
        ByteBuf next = backlog.peek();
        consume(next);
        if (!next.isReadable() && !gone) {
          backlog.remove().release();
        }
      }
      finishEmpty();
      if (!gone) {
        context.channel().config().setAutoRead(!mustWait() && !held);
      }
    } finally {
      draining = false;
    }
  }

  private void consume(ByteBuf in) throws KithException {
    if (header == null) {
      readHeader(in);
    } else if (!admitted) {
      admit();
    } else if (controlFill < header.control()) {
      int part = Math.min(in.readableBytes(), header.control() - controlFill);
      in.readBytes(control, controlFill, part);
      controlFill += part;
    } else if (bodyFill < header.payload()) {
      int part = Math.min(in.readableBytes(), header.payload() - bodyFill);
      takeBody(in, part);
      bodyFill += part;
    }
    finish();
  }

  /** A frame may be complete, or fit to be admitted, without a further byte. */
  private void finishEmpty() {
    if (header != null && !admitted && !waitsForIntake && !gone) {
      admit();
      finish();
    }
  }

  private void takeBody(ByteBuf in, int length) {
    if (body == null) {
      in.skipBytes(length); // of a kind that is not known here
    } else {
      body.writeBytes(in, length);
    }
  }

  private void readHeader(ByteBuf in) throws KithException {
    if (headerBytes.position() == 0) {
      startedNanos = System.nanoTime();
    }
    int part = Math.min(in.readableBytes(), headerBytes.remaining());
    headerBytes.limit(headerBytes.position() + part);
    in.readBytes(headerBytes);
    headerBytes.limit(FrameHeader.SIZE);
    if (!headerBytes.hasRemaining()) {
      header = FrameHeader.read(headerBytes.flip());
      headerBytes.clear();
      if (header.payload() > 0 && !sender.mayBringRaw(!isRequest())) {
        header = null;
        gone = true; // the link ends with this
        throw new NotPermittedException("data from one who is no partner");
      }
    }
  }

  private void admit() {
    if (isRequest() && !intake.take(header.payload(), () -> retry())) {
      waitsForIntake = true;
      return;
    }
    admitted = true;
    control = new byte[header.control()];
    if (header.payload() > 0 && MessageKind.find(header.kind()) != null) {
      // Requests are written to disk, which likes direct memory; replies end in arrays.
      body =
          isRequest()
              ? context.alloc().directBuffer(header.payload(), header.payload())
              : Unpooled.wrappedBuffer(new byte[header.payload()]).clear();
    }
  }

  private boolean isRequest() {
    return !MessageKind.isReply(header.kind());
  }

  private void retry() {
    context
        .executor()
        .execute(
            () -> {
              waitsForIntake = false;
              startedNanos = System.nanoTime();
              if (!gone) {
                try {
                  drain();
                } catch (KithException e) {
                  context.fireExceptionCaught(e);
                }
              } else {
                intake.release(0); // let the next one have its turn
              }
            });
  }

  private void finish() {
    if (header == null
        || !admitted
        || controlFill < header.control()
        || bodyFill < header.payload()) {
      return;
    }
    var frame = new Frame(header, control, body, isRequest() ? intake : null);
    if (isRequest()) {
      unhandled++;
    }
    header = null;
    control = null;
    body = null;
    controlFill = 0;
    bodyFill = 0;
    admitted = false;
    context.fireChannelRead(frame);
  }

  /** How long the other side has been sending one frame; 0 when it is none, or we let it wait. */
  long nanosInFrame(long nowNanos) {
    boolean inFrame = header != null || headerBytes.position() > 0;
    return inFrame && !mustWait() && !held ? nowNanos - startedNanos : 0;
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext same) {
    gone = true;
    while (!backlog.isEmpty()) {
      backlog.remove().release();
    }
    if (admitted) {
      new Frame(header, control, body, isRequest() ? intake : null).release();
      admitted = false;
    }
  }
}
