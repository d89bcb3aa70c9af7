package kith.codec;

import java.time.Duration;

/** A partner does this only after a time: ask elsewhere, or him again then. */
public final class NotYetException extends PartnerUnavailableException {
  private static final long serialVersionUID = 1;

  private final Duration after;

  /**
   * @param after when asking again makes sense; zero if that is not known
   */
  public NotYetException(String message, Duration after) {
    super(message);
    this.after = after;
  }

  /** When asking again makes sense; zero if that is not known. */
  public Duration after() {
    return after;
  }
}
