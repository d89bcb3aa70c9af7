package kith.codec;

/** The other side, or a rule of ours, refuses: asking again changes nothing. */
public final class NotPermittedException extends KithException {
  private final boolean answered;

  public NotPermittedException(String message) {
    this(message, false);
  }

  /**
   * @param answered whether the partner himself has said so, and not whoever is at his address
   */
  public NotPermittedException(String message, boolean answered) {
    super(message, null);
    this.answered = answered;
  }

  public NotPermittedException(String message, Throwable cause) {
    super(message, cause);
    this.answered = false;
  }

  /** Whether the partner himself has said so. */
  public boolean answered() {
    return answered;
  }
}
