package kith.codec;

/** The other side, or a rule of ours, refuses: asking again changes nothing. */
public final class NotPermittedException extends KithException {
  public NotPermittedException(String message) {
    super(message, null);
  }

  public NotPermittedException(String message, Throwable cause) {
    super(message, cause);
  }
}
