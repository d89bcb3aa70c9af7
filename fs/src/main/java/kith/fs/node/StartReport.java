package kith.fs.node;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.BooleanNode;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.channels.Channels;
import java.nio.channels.WritableByteChannel;
import kith.codec.CorruptDataException;

/**
 * How a process that was started in the background tells the one that started it how that went: the
 * replies of the control channel, over a pipe. For one thread.
 */
public final class StartReport implements ProgressSink {
  private final JsonMapper mapper = ControlJson.mapper();
  private final ControlLines lines = new ControlLines(mapper);
  private final WritableByteChannel out;

  /** The background process' end. */
  public StartReport(OutputStream out) {
    this.out = Channels.newChannel(out);
  }

  @Override
  public boolean report(Progress progress) {
    try {
      lines.write(out, ControlMessage.Reply.of(progress));
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  /** It can be used. */
  public void ready() {
    try {
      lines.write(out, ControlMessage.Reply.of(BooleanNode.TRUE));
    } catch (IOException e) {
      throw new UncheckedIOException("whoever started this process is gone", e);
    }
  }

  /** It ends; why is told to whoever is still there. */
  public void failed(Throwable failure) throws IOException {
    lines.write(out, ControlMessage.Reply.of(failure));
  }

  /**
   * The starting process' end: returns once the other is ready.
   *
   * @throws NodeException with the other's failure
   * @throws EOFException if it ended without a word
   */
  public static void await(InputStream in, ProgressSink progress)
      throws IOException, NodeException, CorruptDataException {
    ControlClient.answer(Channels.newChannel(in), new ControlLines(ControlJson.mapper()), progress);
  }
}
