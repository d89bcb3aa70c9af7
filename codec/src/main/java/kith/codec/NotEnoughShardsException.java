package kith.codec;

/** Fewer than m shards could be had: try again later. */
public final class NotEnoughShardsException extends KithException {
  public NotEnoughShardsException(String message) {
    super(message, null);
  }

  public NotEnoughShardsException(String message, Throwable cause) {
    super(message, cause);
  }
}
