package kith.codec;

/** A partner did not answer in time: ask elsewhere, or later. */
public sealed class PartnerUnavailableException extends KithException permits NotYetException {
  public PartnerUnavailableException(String message) {
    super(message, null);
  }

  public PartnerUnavailableException(String message, Throwable cause) {
    super(message, cause);
  }
}
