package kith.codec;

/** No room, here or at a partner: free some, or place it elsewhere. */
public final class SpaceExhaustedException extends KithException {
  public SpaceExhaustedException(String message) {
    super(message, null);
  }

  public SpaceExhaustedException(String message, Throwable cause) {
    super(message, cause);
  }
}
