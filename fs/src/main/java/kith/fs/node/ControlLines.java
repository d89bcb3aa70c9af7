package kith.fs.node;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import kith.codec.CorruptDataException;

/** Writes and reads JSON objects, one a line, at most {@link ControlJson#MAX_LINE} bytes each. */
final class ControlLines {
  private final JsonMapper mapper;
  private final ByteBuffer buffer = ByteBuffer.allocate(8192).flip();

  ControlLines(JsonMapper mapper) {
    this.mapper = mapper;
  }

  void write(WritableByteChannel out, Object message) throws IOException {
    byte[] line = (mapper.writeValueAsString(message) + "\n").getBytes(StandardCharsets.UTF_8);
    if (line.length > ControlJson.MAX_LINE) {
      throw new IOException("a control message of " + line.length + " bytes is too long");
    }
    var bytes = ByteBuffer.wrap(line);
    while (bytes.hasRemaining()) {
      out.write(bytes);
    }
  }

  /**
   * @throws EOFException if the other side closed before a whole line
   * @throws CorruptDataException if the line is too long or no such object
   */
  <T> T read(ReadableByteChannel in, Class<T> type) throws IOException, CorruptDataException {
    String line = line(in);
    try {
      T message = mapper.readValue(line, type);
      if (message == null) {
        throw new CorruptDataException("an empty control message");
      }
      return message;
    } catch (JsonProcessingException e) {
      throw new CorruptDataException("not a control message: " + e.getOriginalMessage(), e);
    }
  }

  private String line(ReadableByteChannel in) throws IOException, CorruptDataException {
    var line = new ByteArrayOutputStream();
    while (true) {
      while (buffer.hasRemaining()) {
        byte next = buffer.get();
        if (next == '\n') {
          return line.toString(StandardCharsets.UTF_8);
        }
        line.write(next);
      }
      if (line.size() >= ControlJson.MAX_LINE) {
        throw new CorruptDataException(
            "a control message of more than " + ControlJson.MAX_LINE + " bytes");
      }
      buffer.clear();
      int read = in.read(buffer);
      buffer.flip();
      if (read < 0) {
        throw new EOFException("the other side closed the control socket");
      }
    }
  }
}
