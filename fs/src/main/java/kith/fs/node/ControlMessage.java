package kith.fs.node;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.JsonNode;

/**
 * What goes over a control socket, one JSON object a line: one request, then any number of replies
 * with progress, then one with a result or an error. docs/formats/control.md.
 */
final class ControlMessage {
  /** Both sides must speak the same; a home's node and command line are usually of one build. */
  static final int VERSION = 1;

  private ControlMessage() {}

  /**
   * @param version {@link #VERSION}
   * @param operation one of {@link Operation}'s names
   * @param arguments what that operation takes, or null
   */
  record Request(int version, String operation, JsonNode arguments) {}

  /** Exactly one of the three is there; a result may be JSON's null. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record Reply(int version, Progress progress, JsonNode result, Failed failed) {
    static Reply of(Progress progress) {
      return new Reply(VERSION, progress, null, null);
    }

    static Reply of(JsonNode result) {
      return new Reply(VERSION, null, result, null);
    }

    static Reply of(Throwable failure) {
      return new Reply(
          VERSION, null, null, new Failed(Failures.code(failure), Failures.text(failure)));
    }
  }

  /** An error as the other side tells it. */
  record Failed(ExitCode code, String message) {}
}
