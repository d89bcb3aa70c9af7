package kith.codec;

/** The bytes are not what was written: never ask this source for them again. */
public final class CorruptDataException extends KithException {
  public CorruptDataException(String message) {
    super(message, null);
  }

  public CorruptDataException(String message, Throwable cause) {
    super(message, cause);
  }
}
