package kith.peer;

import java.time.Duration;
import kith.codec.CorruptDataException;
import kith.codec.KithException;
import kith.codec.NotEnoughShardsException;
import kith.codec.NotPermittedException;
import kith.codec.NotYetException;
import kith.codec.PartnerUnavailableException;
import kith.codec.SpaceExhaustedException;
import kith.codec.WrongKeyException;

/** Why a request was not done, by what the asker must do. */
public enum FailureKind {
  /** Asking again changes nothing. */
  NOT_PERMITTED(1),
  /** The holder does not have it (any more). */
  NOT_FOUND(2),
  /** The agreed space, or the disk, is full. */
  SPACE_EXHAUSTED(3),
  /** What was sent, or what lies here, is not what it should be. */
  CORRUPT_DATA(4),
  /** Too much at once: ask again later. */
  BUSY(5),
  /** The holder's disk fails: ask elsewhere. */
  SICK(6),
  /** The request is of a newer protocol. */
  UNKNOWN_REQUEST(7),
  /** Too early: ask elsewhere, or again after the time that is told. */
  NOT_YET(8);

  private final int tag;

  FailureKind(int tag) {
    this.tag = tag;
  }

  int tag() {
    return tag;
  }

  static FailureKind of(int tag) throws CorruptDataException {
    for (FailureKind kind : values()) {
      if (kind.tag == tag) {
        return kind;
      }
    }
    throw new CorruptDataException("failure " + tag + " is unknown");
  }

  /** What an asker is told of a failure here. */
  static FailureKind of(KithException e) {
    if (e instanceof NotYetException) {
      return NOT_YET;
    } else if (e instanceof NotPermittedException || e instanceof WrongKeyException) {
      return NOT_PERMITTED;
    } else if (e instanceof SpaceExhaustedException) {
      return SPACE_EXHAUSTED;
    } else if (e instanceof CorruptDataException) {
      return CORRUPT_DATA;
    } else if (e instanceof NotEnoughShardsException || e instanceof PartnerUnavailableException) {
      return BUSY;
    }
    throw new IllegalStateException("a failure of a new kind", e);
  }

  /** The exception that tells the asker's caller the same. */
  KithException exception(String message) {
    return switch (this) {
      case NOT_PERMITTED, UNKNOWN_REQUEST -> new NotPermittedException(message);
      case NOT_FOUND, CORRUPT_DATA -> new CorruptDataException(message);
      case SPACE_EXHAUSTED -> new SpaceExhaustedException(message);
      case NOT_YET -> new NotYetException(message, Duration.ZERO);
      case BUSY, SICK -> new PartnerUnavailableException(message);
    };
  }
}
