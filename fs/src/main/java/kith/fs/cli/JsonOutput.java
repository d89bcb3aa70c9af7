package kith.fs.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.SerializationFeature;
import kith.fs.node.ControlJson;

/** What --json prints: the records as docs/operations.md lists them, indented. */
final class JsonOutput {
  private JsonOutput() {}

  static String of(Object value) throws JsonProcessingException {
    return ControlJson.mapper()
        .rebuild()
        .enable(SerializationFeature.INDENT_OUTPUT)
        .build()
        .writeValueAsString(value);
  }
}
