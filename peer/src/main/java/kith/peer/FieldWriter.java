package kith.peer;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.dataformat.cbor.CBORFactory;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.function.BiConsumer;
import kith.codec.FixedBytes;

/**
 * Writes one CBOR map of named fields: the control part of a message, or the body of a record. The
 * same fields in the same order give the same bytes. Used by one thread.
 */
final class FieldWriter {
  private static final CBORFactory FACTORY = new CBORFactory();

  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream(256);
  private final JsonGenerator out;

  FieldWriter() {
    try {
      out = FACTORY.createGenerator(bytes);
      out.writeStartObject();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** One step of writing; what fails on an array in memory is a programmer's error. */
  private interface Step {
    void run() throws IOException;
  }

  private FieldWriter write(Step step) {
    try {
      step.run();
      return this;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  FieldWriter number(String name, long value) {
    return write(() -> out.writeNumberField(name, value));
  }

  FieldWriter text(String name, String value) {
    return write(() -> out.writeStringField(name, value));
  }

  FieldWriter flag(String name, boolean value) {
    return write(() -> out.writeBooleanField(name, value));
  }

  FieldWriter bytes(String name, byte[] value) {
    return write(() -> out.writeBinaryField(name, value));
  }

  FieldWriter bytes(String name, FixedBytes value) {
    return bytes(name, value.toBytes());
  }

  FieldWriter texts(String name, List<String> values) {
    return write(
        () -> {
          out.writeArrayFieldStart(name);
          for (String value : values) {
            out.writeString(value);
          }
          out.writeEndArray();
        });
  }

  /** A nested map, filled by {@code fill}. */
  <T> FieldWriter map(String name, T value, BiConsumer<FieldWriter, T> fill) {
    return write(
        () -> {
          out.writeObjectFieldStart(name);
          fill.accept(this, value);
          out.writeEndObject();
        });
  }

  /** A list of byte strings. */
  FieldWriter byteStrings(String name, List<byte[]> values) {
    return write(
        () -> {
          out.writeArrayFieldStart(name);
          for (byte[] value : values) {
            out.writeBinary(value);
          }
          out.writeEndArray();
        });
  }

  /** Closes the map. Call once, last. */
  byte[] toBytes() {
    write(
        () -> {
          out.writeEndObject();
          out.close();
        });
    return bytes.toByteArray();
  }
}
