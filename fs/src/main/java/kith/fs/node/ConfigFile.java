package kith.fs.node;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;

/** Reads and writes {@link NodeConfig}; every complaint names the file and the key. */
public final class ConfigFile {
  /** Name in the home. */
  public static final String NAME = "config.json";

  private static final long MAX_BYTES = 1 << 20;

  private ConfigFile() {}

  /**
   * @throws NodeException if the file is missing, can't be understood or has a value that won't do
   */
  public static NodeConfig read(Path home) throws IOException, NodeException {
    var file = home.resolve(NAME);
    if (!Files.exists(file)) {
      throw refused(file, "is missing: write {} into it to take every default", null);
    }
    if (Files.size(file) > MAX_BYTES) {
      throw refused(file, "has more than 1 MiB: is it the right file?", null);
    }
    return parse(file, Files.readString(file));
  }

  static NodeConfig parse(Path file, String text) throws NodeException {
    try {
      var config = mapper().readValue(text, NodeConfig.class);
      if (config == null) {
        throw refused(file, "is empty: write {} into it to take every default", null);
      }
      return config;
    } catch (UnrecognizedPropertyException e) {
      var known = e.getKnownPropertyIds().stream().map(Object::toString).sorted();
      throw refused(
          file,
          "has the key '"
              + path(e)
              + "', which is not known; known here are "
              + known.collect(Collectors.joining(", ")),
          e);
    } catch (JsonMappingException e) {
      throw refused(file, complaint(e), e);
    } catch (JacksonException e) {
      throw refused(file, "is not JSON: " + place(e) + e.getOriginalMessage(), e);
    }
  }

  /** What a constructor said, where one spoke; else what Jackson says of the key. */
  private static String complaint(JsonMappingException failure) {
    var cause = failure.getCause();
    if (cause instanceof JsonParseException broken) {
      return "is not JSON: " + place(broken) + broken.getOriginalMessage();
    }
    String said =
        cause instanceof IllegalArgumentException
            ? cause.getMessage()
            : failure.getOriginalMessage();
    String key = path(failure);
    return key.isEmpty() || said.startsWith("'" + key)
        ? "won't do: " + said
        : "'" + key + "': " + said;
  }

  private static String path(JsonMappingException failure) {
    var path = new StringBuilder();
    for (var step : failure.getPath()) {
      if (step.getFieldName() == null) {
        path.append('[').append(step.getIndex()).append(']');
      } else {
        path.append(path.isEmpty() ? "" : ".").append(step.getFieldName());
      }
    }
    return path.toString();
  }

  private static String place(JacksonException failure) {
    var place = failure.getLocation();
    return place == null
        ? ""
        : "line " + place.getLineNr() + ", column " + place.getColumnNr() + ": ";
  }

  private static NodeException refused(Path file, String what, Exception cause) {
    return new NodeException(ExitCode.ERROR, file + " " + what, cause);
  }

  /**
   * Changes what is limited and leaves the rest as it was typed.
   *
   * @throws NodeException if the file can't be understood as it is
   */
  static void limit(Path home, LimitSettings wanted) throws IOException, NodeException {
    read(home);
    var file = home.resolve(NAME);
    var all = (ObjectNode) mapper().readTree(Files.readString(file));
    ObjectNode limits = all.withObject("/limits");
    set(limits, "cpuPercent", wanted.cpuPercent());
    set(limits, "uploadRate", wanted.uploadRate());
    set(limits, "downloadRate", wanted.downloadRate());
    set(limits, "hours", wanted.hours());
    set(limits, "pausedUntil", wanted.pausedUntil());
    set(limits, "resumedUntil", wanted.resumedUntil());
    if (limits.isEmpty()) {
      all.remove("limits");
    }
    String text = mapper().writeValueAsString(all) + "\n";
    PrivateFiles.replace(file, text.getBytes(StandardCharsets.UTF_8));
  }

  private static void set(ObjectNode limits, String key, Object value) {
    if (value == null) {
      limits.remove(key);
    } else {
      limits.set(
          key,
          value instanceof Integer number ? new IntNode(number) : new TextNode(value.toString()));
    }
  }

  /** The file's text. */
  static String text(NodeConfig config) throws IOException {
    return mapper().writeValueAsString(config) + "\n";
  }

  private static JsonMapper mapper() {
    return ControlJson.mapper()
        .rebuild()
        .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
        .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
        .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
        .enable(SerializationFeature.INDENT_OUTPUT)
        .defaultPropertyInclusion(
            JsonInclude.Value.construct(JsonInclude.Include.NON_NULL, JsonInclude.Include.NON_NULL))
        .build();
  }
}
