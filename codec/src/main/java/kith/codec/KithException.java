package kith.codec;

/**
 * What can go wrong in ways that a caller must deal with, named by what the caller must do.
 * Programmer errors are unchecked instead.
 */
public abstract sealed class KithException extends Exception
    permits CorruptDataException,
        NotEnoughShardsException,
        NotPermittedException,
        PartnerUnavailableException,
        SpaceExhaustedException,
        WrongKeyException {
  KithException(String message, Throwable cause) {
    super(message, cause);
  }
}
