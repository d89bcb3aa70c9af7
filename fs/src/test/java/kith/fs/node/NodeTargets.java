package kith.fs.node;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import kith.codec.CorruptDataException;
import kith.codec.FuzzTarget;
import kith.codec.KithException;

/** The readers of a node that bytes of its own user reach: its configuration, and its socket. */
public final class NodeTargets {
  private static final List<String> REQUESTS =
      List.of(
          "{\"version\":1,\"operation\":\"status\"}",
          "{\"version\":1,\"operation\":\"wait\",\"arguments\":{\"timeout\":\"PT10M\"}}",
          "{\"version\":1,\"operation\":\"repair\",\"arguments\":{\"timeout\":null}}",
          "{\"version\":1,\"operation\":\"prune\",\"arguments\":{\"all\":true,"
              + "\"overrides\":[\"00\"]}}",
          "{\"version\":1,\"operation\":\"snapshot\",\"arguments\":{\"name\":\"before\"}}",
          "{\"version\":1,\"operation\":\"accept\",\"arguments\":{\"code\":\"K\",\"terms\":{"
              + "\"name\":\"Anna\",\"mostForThem\":5,\"at\":null,\"force\":false}}}",
          "{\"version\":1,\"operation\":\"pause\",\"arguments\":{\"time\":\"PT2H\"}}");

  private static final List<String> REPLIES =
      List.of(
          "{\"version\":1,\"result\":{\"state\":\"FULL\"}}",
          "{\"version\":1,\"failed\":{\"code\":\"ERROR\",\"message\":\"it failed\"}}",
          "{\"version\":1,\"progress\":{\"phase\":\"shipping\",\"doneBytes\":1,\"totalBytes\":2,"
              + "\"doneObjects\":0,\"totalObjects\":0,\"bytesPerSecond\":3,\"etaSeconds\":-1}}");

  private static final List<String> CONFIGS =
      List.of(
          "{}",
          "{\"listen\":\"0.0.0.0:5484\",\"code\":\"4+2\",\"cache\":\"20 GiB\",\"limits\":{"
              + "\"uploadRate\":\"20 Mbit/s\",\"hours\":\"mo-fr 22:00-06:00\",\"fuseThreads\":4}}",
          "{\"partners\":{\"schedule\":\"mon-fri 18-24\",\"target\":\"survive 2 losses\"},"
              + "\"audits\":{\"perDay\":24,\"proof\":\"hash\"},\"finding\":{\"brokers\":[]}}");

  private static final com.fasterxml.jackson.databind.json.JsonMapper MAPPER = ControlJson.mapper();

  private NodeTargets() {}

  public static List<FuzzTarget> all() {
    return List.of(
        new FuzzTarget("control-request", bytes(REQUESTS), NodeTargets::request),
        new FuzzTarget("control-reply", bytes(REPLIES), bytes -> line(bytes, REPLY)),
        new FuzzTarget("config", bytes(CONFIGS), NodeTargets::config),
        FuzzTarget.of(
            "unlock-slot",
            List.of(
                new UnlockSlot(UnlockSlot.Kind.COMMAND, "secret-tool", new byte[99]).toBytes(),
                new UnlockSlot(UnlockSlot.Kind.PASSPHRASE, "", new byte[127]).toBytes()),
            UnlockSlot::ofBytes,
            UnlockSlot::toBytes));
  }

  private static final Class<ControlMessage.Reply> REPLY = ControlMessage.Reply.class;

  private static List<byte[]> bytes(List<String> texts) {
    return texts.stream().flatMap(t -> Stream.of(t.getBytes(StandardCharsets.UTF_8))).toList();
  }

  /** As it comes over the socket. */
  private static <T> T line(byte[] bytes, Class<T> type) throws KithException {
    byte[] ended = java.util.Arrays.copyOf(bytes, bytes.length + 1);
    ended[bytes.length] = '\n';
    var in = Channels.newChannel(new ByteArrayInputStream(ended));
    try {
      return new ControlLines(MAPPER).read(in, type);
    } catch (IOException e) {
      throw new CorruptDataException("cut off", e);
    }
  }

  /** Up to the call on a node that does nothing. */
  private static void request(byte[] bytes) throws KithException {
    var request = line(bytes, ControlMessage.Request.class);
    var idle =
        (RunningNode)
            Proxy.newProxyInstance(
                NodeTargets.class.getClassLoader(),
                new Class<?>[] {RunningNode.class},
                (proxy, method, arguments) -> null);
    try {
      new ControlDispatcher(idle, MAPPER).call(request, ProgressSink.NONE);
    } catch (NodeException | IOException e) {
      throw new CorruptDataException(String.valueOf(e.getMessage()), e);
    } catch (InterruptedException e) {
      throw new AssertionError("nobody interrupts", e);
    }
  }

  private static void config(byte[] bytes) throws CorruptDataException {
    try {
      ConfigFile.parse(Path.of("config.json"), new String(bytes, StandardCharsets.UTF_8));
    } catch (NodeException e) {
      throw new CorruptDataException(String.valueOf(e.getMessage()), e);
    }
  }
}
