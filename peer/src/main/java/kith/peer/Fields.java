package kith.peer;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.dataformat.cbor.CBORFactory;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import kith.codec.CorruptDataException;
import kith.codec.Digest;
import kith.codec.OwnerId;
import kith.codec.ShardName;

/**
 * One CBOR map of named fields as it came from outside: bounded in size, depth and number of
 * tokens, no name twice, nothing after its end. Fields that nobody asks for are ignored. Immutable.
 */
final class Fields {
  /** The largest map in a message, in bytes. */
  static final int MAX_BYTES = 64 * 1024;

  private static final int MAX_DEPTH = 6;

  private static final CBORFactory FACTORY =
      CBORFactory.builder()
          .enable(com.fasterxml.jackson.core.StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(MAX_DEPTH)
                  .maxNameLength(64)
                  .maxStringLength(MAX_BYTES)
                  .maxNumberLength(32)
                  .maxDocumentLength(SignedRecord.MAX_BODY)
                  .maxTokenCount(8192)
                  .build())
          .build();

  private final Map<String, Object> values;

  private Fields(Map<String, Object> values) {
    this.values = values;
  }

  /**
   * @throws CorruptDataException if the bytes are not exactly one bounded map
   */
  static Fields parse(byte[] bytes) throws CorruptDataException {
    return parse(bytes, MAX_BYTES);
  }

  /**
   * @param maxBytes at most {@link SignedRecord#MAX_BODY}
   */
  static Fields parse(byte[] bytes, int maxBytes) throws CorruptDataException {
    if (bytes.length > maxBytes) {
      throw new CorruptDataException("a map of fields has " + bytes.length + " bytes: too large");
    }
    try (JsonParser in = FACTORY.createParser(bytes)) {
      if (in.nextToken() != JsonToken.START_OBJECT) {
        throw new CorruptDataException("no map of fields");
      }
      var fields = new Fields(readMap(in));
      if (in.nextToken() != null) {
        throw new CorruptDataException("bytes after the map of fields");
      }
      return fields;
    } catch (IOException | RuntimeException e) {
      // The parser meets a stranger's bytes: whatever it stumbles over, they are at fault.
      throw new CorruptDataException("a map of fields is damaged: " + e.getMessage(), e);
    }
  }

  private static Map<String, Object> readMap(JsonParser in)
      throws IOException, CorruptDataException {
    var map = new LinkedHashMap<String, Object>();
    while (in.nextToken() != JsonToken.END_OBJECT) {
      String name = in.currentName();
      in.nextToken();
      map.put(name, readValue(in));
    }
    return map;
  }

  private static List<Object> readList(JsonParser in) throws IOException, CorruptDataException {
    var list = new ArrayList<>();
    while (in.nextToken() != JsonToken.END_ARRAY) {
      list.add(readValue(in));
    }
    return list;
  }

  private static Object readValue(JsonParser in) throws IOException, CorruptDataException {
    JsonToken token = in.currentToken();
    if (token == null) {
      throw new CorruptDataException("a map of fields is cut off");
    }
    return switch (token) {
      case START_OBJECT -> readMap(in);
      case START_ARRAY -> readList(in);
      case VALUE_STRING -> wellFormed(in.getText());
      case VALUE_EMBEDDED_OBJECT -> in.getBinaryValue();
      case VALUE_NUMBER_INT -> in.getLongValue();
      case VALUE_TRUE -> true;
      case VALUE_FALSE -> false;
      case VALUE_NUMBER_FLOAT -> in.getDoubleValue();
      default -> new Object(); // null or undefined: of no type that anybody asks for
    };
  }

  /** A text with half a character could be read, and never be written again. */
  private static String wellFormed(String text) throws CorruptDataException {
    if (!StandardCharsets.UTF_8.newEncoder().canEncode(text)) {
      throw new CorruptDataException("a text with half a character");
    }
    return text;
  }

  boolean has(String name) {
    return values.containsKey(name);
  }

  private <T> T value(String name, Class<T> type) throws CorruptDataException {
    Object value = values.get(name);
    if (!type.isInstance(value)) {
      throw new CorruptDataException(
          "field '" + name + "' is " + (value == null ? "missing" : "of another type"));
    }
    return type.cast(value);
  }

  /** A number within {@code min} and {@code max}, both included. */
  long number(String name, long min, long max) throws CorruptDataException {
    long value = value(name, Long.class);
    if (value < min || value > max) {
      throw new CorruptDataException("field '" + name + "' is out of bounds: " + value);
    }
    return value;
  }

  /** As {@link #number}, for values that fit an int. */
  int integer(String name, int min, int max) throws CorruptDataException {
    return (int) number(name, min, max);
  }

  /** A number of at least zero. */
  long count(String name) throws CorruptDataException {
    return number(name, 0, Long.MAX_VALUE);
  }

  boolean flag(String name) throws CorruptDataException {
    return value(name, Boolean.class);
  }

  String text(String name, int maxLength) throws CorruptDataException {
    return bounded(name, value(name, String.class), maxLength);
  }

  private static String bounded(String name, String text, int maxLength)
      throws CorruptDataException {
    if (text.length() > maxLength) {
      throw new CorruptDataException("field '" + name + "' is too long");
    }
    return text;
  }

  byte[] bytes(String name, int maxLength) throws CorruptDataException {
    byte[] bytes = value(name, byte[].class);
    if (bytes.length > maxLength) {
      throw new CorruptDataException("field '" + name + "' is too long");
    }
    return bytes;
  }

  byte[] exactly(String name, int length) throws CorruptDataException {
    byte[] bytes = bytes(name, length);
    if (bytes.length != length) {
      throw new CorruptDataException("field '" + name + "' is too short");
    }
    return bytes;
  }

  Digest digest(String name) throws CorruptDataException {
    return new Digest(exactly(name, Digest.SIZE));
  }

  OwnerId owner(String name) throws CorruptDataException {
    return new OwnerId(exactly(name, OwnerId.SIZE));
  }

  ShardName shard(String name) throws CorruptDataException {
    return ShardName.parse(exactly(name, ShardName.SIZE));
  }

  @SuppressWarnings("unchecked")
  Fields map(String name) throws CorruptDataException {
    return new Fields((Map<String, Object>) value(name, Map.class));
  }

  private <T> List<T> list(String name, int maxCount, Class<T> type) throws CorruptDataException {
    List<?> list = value(name, List.class);
    if (list.size() > maxCount) {
      throw new CorruptDataException("field '" + name + "' has too many entries");
    }
    var typed = new ArrayList<T>(list.size());
    for (Object item : list) {
      if (!type.isInstance(item)) {
        throw new CorruptDataException("field '" + name + "' has an entry of another type");
      }
      typed.add(type.cast(item));
    }
    return typed;
  }

  List<String> texts(String name, int maxCount, int maxLength) throws CorruptDataException {
    List<String> texts = list(name, maxCount, String.class);
    for (String text : texts) {
      bounded(name, text, maxLength);
    }
    return List.copyOf(texts);
  }

  List<byte[]> byteStrings(String name, int maxCount) throws CorruptDataException {
    return list(name, maxCount, byte[].class);
  }
}
