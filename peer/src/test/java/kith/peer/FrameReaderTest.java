package kith.peer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import kith.codec.CorruptDataException;
import kith.codec.KithException;
import kith.codec.NotPermittedException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Cutting what comes in into frames. */
final class FrameReaderTest {
  private final Intake intake = new Intake(1 << 20);

  private static BandwidthQueue free() {
    return new BandwidthQueue(new VirtualClock());
  }

  private final FrameReader reader = new FrameReader(intake, free());
  private final EmbeddedChannel channel = new EmbeddedChannel(reader);
  private boolean behind;

  @BeforeEach
  void greet() {
    reader.readFrom(sender(true));
  }

  private FrameReader.Sender sender(boolean mayBringRaw) {
    return new FrameReader.Sender() {
      @Override
      public boolean mayBringRaw(boolean reply) {
        return mayBringRaw;
      }

      @Override
      public boolean isBehind() {
        return behind;
      }
    };
  }

  private static byte[] all(List<Message> messages) {
    var out = new ByteArrayOutputStream();
    messages.forEach(message -> out.writeBytes(Wire.bytes(message, 7)));
    return out.toByteArray();
  }

  private Frame next() {
    return channel.readInbound();
  }

  @Test
  void givesTheSameMessagesHoweverTheBytesArrive() throws KithException {
    byte[] bytes = all(EveryMessage.all());
    for (long seed = 0; seed < 20; seed++) {
      RandomGenerator random = Shards.random(seed);
      for (int at = 0; at < bytes.length; ) {
        int length = Math.min(bytes.length - at, 1 + random.nextInt(seed < 10 ? 40 : 2000));
        channel.writeInbound(Unpooled.copiedBuffer(bytes, at, length));
        at += length;
      }
      for (Message expected : EveryMessage.all()) {
        Frame frame = next();
        assertEquals(expected.kind(), frame.read().kind(), "seed " + seed);
        assertEquals(7, frame.header().requestId());
        if (!frame.isReply()) {
          reader.handled();
        }
        frame.release();
      }
    }
    assertEquals(0, intake.taken());
    assertNull(next());
  }

  @Test
  void refusesAFrameTooLargeBeforeItIsAllocated() {
    for (int length : new int[] {FrameHeader.MAX_LENGTH + 1, Integer.MAX_VALUE, -1, 9, 0}) {
      refuse(header(length, 1, MessageKind.PUT_BLOCKS.tag(), 0));
    }
    refuse(header(FrameHeader.MAX_LENGTH, 1, MessageKind.PUT_BLOCKS.tag(), 10));
    refuse(header(100, 1, MessageKind.PING.tag(), 20));
    refuse(header(100, 2, MessageKind.PING.tag(), 90));
    refuse(header(100, 1, MessageKind.PING.tag(), 91));
    refuse(header(100, 1, MessageKind.PING.tag(), -1));
    refuse(header(10 + Fields.MAX_BYTES + 1, 1, MessageKind.PING.tag(), Fields.MAX_BYTES + 1));
  }

  private static ByteBuf header(int length, int version, int kind, int control) {
    return Unpooled.buffer()
        .writeInt(length)
        .writeByte(version)
        .writeByte(kind)
        .writeInt(1)
        .writeInt(control);
  }

  private static void refuse(ByteBuf header) {
    var fresh = new EmbeddedChannel(new FrameReader(new Intake(100), free()));
    assertThrows(CorruptDataException.class, () -> fresh.writeInbound(header));
    fresh.finishAndReleaseAll();
  }

  @Test
  void everyFlippedBitOfAHeaderIsRefusedOrLeavesAWholeFrame() {
    byte[] whole = Wire.bytes(new Request.Ping(5), 1);
    for (int bit = 0; bit < FrameHeader.SIZE * 8; bit++) {
      byte[] damaged = whole.clone();
      damaged[bit / 8] ^= (byte) (1 << (bit % 8));
      var ownIntake = new Intake(4 << 20);
      var own = new FrameReader(ownIntake, free());
      own.readFrom(sender(true));
      var fresh = new EmbeddedChannel(own);
      try {
        fresh.writeInbound(Unpooled.wrappedBuffer(damaged));
      } catch (Exception e) {
        assertEquals(CorruptDataException.class, e.getClass(), "bit " + bit);
      }
      for (Frame frame = fresh.readInbound(); frame != null; frame = fresh.readInbound()) {
        frame.release();
      }
      fresh.finishAndReleaseAll();
      assertEquals(0, ownIntake.taken(), "bit " + bit);
    }
  }

  @Test
  void stopsReadingWhileTooManyRequestsWait() {
    byte[] ping = Wire.bytes(new Request.Ping(5), 1);
    for (int i = 0; i < Protocol.MAX_IN_FLIGHT + 10; i++) {
      channel.writeInbound(Unpooled.wrappedBuffer(ping));
    }
    assertEquals(Protocol.MAX_IN_FLIGHT, reader.unhandled());
    assertFalse(channel.config().isAutoRead());
    var frames = new ArrayList<Frame>();
    for (Frame frame = next(); frame != null; frame = next()) {
      frames.add(frame);
      frame.release();
      handled();
    }
    assertEquals(Protocol.MAX_IN_FLIGHT + 10, frames.size());
    assertTrue(channel.config().isAutoRead());
  }

  private void handled() {
    try {
      reader.handled();
    } catch (KithException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void stopsReadingWhileRepliesAreNotRead() {
    byte[] ping = Wire.bytes(new Request.Ping(5), 1);
    behind = true;
    channel.writeInbound(Unpooled.wrappedBuffer(ping));
    assertNull(next());
    assertFalse(channel.config().isAutoRead());
    assertEquals(0, reader.nanosInFrame(System.nanoTime()));
    behind = false;
    channel.pipeline().fireChannelWritabilityChanged();
    assertEquals(MessageKind.PING.tag(), next().header().kind());
    assertTrue(channel.config().isAutoRead());
  }

  @Test
  void aLinkWaitsWhenTheNodesIntakeIsFull() {
    assertTrue(intake.take((1 << 20) - 10, () -> {}));
    var blocks = new Request.PutBlocks(Messages.SHARD, 0, ByteBuffer.wrap(new byte[1000]));
    channel.writeInbound(Unpooled.wrappedBuffer(Wire.bytes(blocks, 1)));
    channel.writeInbound(Unpooled.wrappedBuffer(Wire.bytes(new Request.Ping(1), 2)));
    assertNull(next());
    assertFalse(channel.config().isAutoRead());
    intake.release((1 << 20) - 10);
    channel.runPendingTasks();
    Frame first = next();
    assertEquals(1, first.header().requestId());
    assertEquals(2, next().header().requestId());
    assertTrue(channel.config().isAutoRead());
    first.release();
    assertEquals(0, intake.taken());
  }

  @Test
  void takesNothingForTheDataOfOneWhoMayBringNone() {
    reader.readFrom(sender(false));
    var blocks = new Request.PutBlocks(Messages.SHARD, 0, ByteBuffer.wrap(new byte[1000]));
    ByteBuf bytes = Unpooled.wrappedBuffer(Wire.bytes(blocks, 1));
    ByteBuf rest = bytes.copy(FrameHeader.SIZE, bytes.readableBytes() - FrameHeader.SIZE);
    ByteBuf front = bytes.readSlice(FrameHeader.SIZE);
    assertThrows(NotPermittedException.class, () -> channel.writeInbound(front));
    assertEquals(0, intake.taken());
    channel.writeInbound(rest);
    channel.writeInbound(Unpooled.wrappedBuffer(Wire.bytes(new Request.Ping(1), 2)));
    assertNull(next());
    assertEquals(0, intake.taken());
  }

  @Test
  void aFrameThatBrokeOffGivesItsShareBack() {
    var blocks = new Request.PutBlocks(Messages.SHARD, 0, ByteBuffer.wrap(new byte[1000]));
    byte[] bytes = Wire.bytes(blocks, 1);
    channel.writeInbound(Unpooled.wrappedBuffer(bytes, 0, 500));
    assertEquals(1000, intake.taken());
    assertTrue(reader.nanosInFrame(System.nanoTime()) > 0);
    channel.finishAndReleaseAll();
    assertEquals(0, intake.taken());
  }

  @Test
  void aKindThatIsNotKnownIsPassedOnWithoutItsBytes() {
    var unknown = header(10 + 4 + 1000, 1, 99, 4).writeZero(4).writeZero(1000);
    channel.writeInbound(unknown);
    channel.writeInbound(Unpooled.wrappedBuffer(Wire.bytes(new Request.Ping(1), 2)));
    Frame first = next();
    assertEquals(99, first.header().kind());
    assertNull(first.body());
    first.release();
    assertEquals(MessageKind.PING.tag(), next().header().kind());
  }
}
