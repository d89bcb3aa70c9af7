package kith.peer;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import kith.codec.CorruptDataException;
import kith.codec.FuzzTarget;
import kith.codec.KithException;

/** What reads messages: a target of each kind there is, and one that cuts bytes into frames. */
final class MessageTargets {
  private static final int INTAKE = 4 << 20;

  private static final int AT_ONCE = 12;

  private MessageTargets() {}

  static List<FuzzTarget> all() {
    var targets = new ArrayList<FuzzTarget>();
    for (MessageKind kind : MessageKind.values()) {
      targets.add(message(kind));
    }
    targets.add(new FuzzTarget("frames", frames(), MessageTargets::cut));
    return targets;
  }

  /** Control part and raw part, before them a u16 that says how long the first is. */
  private static FuzzTarget message(MessageKind kind) {
    List<byte[]> seeds =
        EveryMessage.all().stream()
            .filter(message -> message.kind() == kind)
            .map(MessageTargets::parts)
            .toList();
    return FuzzTarget.of(
        "message-" + kind.name().toLowerCase(Locale.ROOT),
        seeds,
        bytes -> message(kind, bytes),
        MessageTargets::parts);
  }

  private static Message message(MessageKind kind, byte[] bytes) throws CorruptDataException {
    if (bytes.length < 2) {
      throw new CorruptDataException("no length");
    }
    ByteBuffer in = ByteBuffer.wrap(bytes);
    byte[] control = new byte[Math.min(in.getShort() & 0xffff, in.remaining())];
    in.get(control);
    return MessageCodec.read(kind, control, in.slice());
  }

  private static byte[] parts(Message message) {
    byte[] control = MessageCodec.control(message);
    ByteBuffer payload = message.payload().duplicate();
    return ByteBuffer.allocate(2 + control.length + payload.remaining())
        .putShort((short) control.length)
        .put(control)
        .put(payload)
        .array();
  }

  /** All messages, some at a time one behind the other. */
  private static List<byte[]> frames() {
    var all = new ArrayList<byte[]>();
    List<Message> messages = EveryMessage.all();
    for (int from = 0; from < messages.size(); from += AT_ONCE) {
      var out = new ByteArrayOutputStream();
      for (Message message : messages.subList(from, Math.min(from + AT_ONCE, messages.size()))) {
        out.writeBytes(Wire.bytes(message, 7));
      }
      all.add(out.toByteArray());
    }
    try {
      cut(all.get(0)); // the network's library takes its memory the first time
    } catch (KithException e) {
      throw new IllegalStateException(e);
    }
    return all;
  }

  /** Gives them to a link in pieces; what it took in it must give back. */
  private static void cut(byte[] bytes) throws KithException {
    var intake = new Intake(INTAKE);
    var reader = new FrameReader(intake, new BandwidthQueue(new VirtualClock()));
    reader.readFrom(partner());
    var channel = new EmbeddedChannel(reader);
    try {
      for (int at = 0, length = 1; at < bytes.length; at += length, length = 3 * length + 1) {
        channel.writeInbound(
            Unpooled.copiedBuffer(
                Arrays.copyOfRange(bytes, at, Math.min(at + length, bytes.length))));
        takeAll(channel, reader);
      }
    } catch (Exception e) {
      if (e instanceof KithException refused) {
        throw refused;
      }
      throw e;
    } finally {
      for (Frame left = channel.readInbound(); left != null; left = channel.readInbound()) {
        left.release();
      }
      channel.finishAndReleaseAll();
      assertEquals(0, intake.taken());
    }
  }

  private static void takeAll(EmbeddedChannel channel, FrameReader reader) throws KithException {
    for (Frame frame = channel.readInbound(); frame != null; frame = channel.readInbound()) {
      try {
        frame.read();
      } finally {
        frame.release();
        if (!frame.isReply()) {
          reader.handled();
        }
      }
    }
  }

  private static FrameReader.Sender partner() {
    return new FrameReader.Sender() {
      @Override
      public boolean mayBringRaw(boolean reply) {
        return true;
      }

      @Override
      public boolean isBehind() {
        return false;
      }
    };
  }
}
