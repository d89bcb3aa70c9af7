package kith.fs.node;

/**
 * A failure that a person is told about: the message says what happened, to what, and what to do;
 * the code says which kind it is.
 */
public final class NodeException extends Exception {
  private final ExitCode code;

  public NodeException(ExitCode code, String message) {
    this(code, message, null);
  }

  public NodeException(ExitCode code, String message, Throwable cause) {
    super(message, cause);
    this.code = code;
  }

  public ExitCode code() {
    return code;
  }
}
