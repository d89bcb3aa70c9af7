package kith.fs.node;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.ser.std.ToStringSerializer;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import kith.codec.CodeParameters;
import kith.codec.CorruptDataException;
import kith.codec.OwnerId;
import kith.fs.FileState;
import kith.peer.NodeAddress;

/** How the node's records look as JSON: times in ISO 8601, ids and codes as they are printed. */
public final class ControlJson {
  /** The longest message in bytes, its line end included. */
  static final int MAX_LINE = 4 << 20;

  private static final int MAX_DEPTH = 16;

  private ControlJson() {}

  /** A new mapper; unknown fields are ignored, so that newer nodes can be asked. */
  public static JsonMapper mapper() {
    var limits =
        StreamReadConstraints.builder()
            .maxNestingDepth(MAX_DEPTH)
            .maxStringLength(MAX_LINE)
            .build();
    var mapper =
        JsonMapper.builder()
            .enable(MapperFeature.ACCEPT_CASE_INSENSITIVE_ENUMS)
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .addModule(types())
            .build();
    mapper.getFactory().setStreamReadConstraints(limits);
    return mapper;
  }

  private static SimpleModule types() {
    var module = new SimpleModule();
    for (Class<?> type :
        new Class<?>[] {
          Instant.class,
          Duration.class,
          OwnerId.class,
          CodeParameters.class,
          NodeAddress.class,
          ByteSize.class,
          Rate.class,
          Hours.class,
          ZoneId.class,
          FileState.class,
          Reachability.class,
          NodeStatus.Role.class
        }) {
      module.addSerializer(type, ToStringSerializer.instance);
    }
    module.addDeserializer(Instant.class, new FromText<>(Instant::parse));
    module.addDeserializer(Duration.class, new FromText<>(Duration::parse));
    module.addDeserializer(OwnerId.class, new FromText<>(OwnerId::parse));
    module.addDeserializer(NodeAddress.class, new FromText<>(NodeAddress::parse));
    module.addDeserializer(ByteSize.class, new FromText<>(ByteSize::parse));
    module.addDeserializer(Rate.class, new FromText<>(Rate::parse));
    module.addDeserializer(Hours.class, new FromText<>(Hours::parse));
    module.addDeserializer(ZoneId.class, new FromText<>(ZoneId::of));
    module.addDeserializer(CodeParameters.class, new FromText<>(CodeText::parse));
    return module;
  }

  private interface Reading<T> {
    T read(String text) throws CorruptDataException;
  }

  private static final class FromText<T> extends JsonDeserializer<T> {
    private final transient Reading<T> reading;

    FromText(Reading<T> reading) {
      this.reading = reading;
    }

    @Override
    public T deserialize(JsonParser in, DeserializationContext context) throws IOException {
      String text = in.getText();
      try {
        return reading.read(text);
      } catch (CorruptDataException | IllegalArgumentException | DateTimeException e) {
        throw JsonMappingException.from(in, e.getMessage(), e);
      }
    }
  }
}
