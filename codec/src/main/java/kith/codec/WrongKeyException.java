package kith.codec;

/** The key, passphrase or kit does not open this. */
public final class WrongKeyException extends KithException {
  public WrongKeyException(String message) {
    super(message, null);
  }

  public WrongKeyException(String message, Throwable cause) {
    super(message, cause);
  }
}
