package kith.fs;

import java.io.IOException;

/** Something cannot be written where it is restored to: the fault is not the drive's. */
public final class DestinationException extends IOException {
  private static final long serialVersionUID = 1;

  /** What a restore does about it. */
  public enum Reason {
    /** No room, or the quota is used up: nothing more can be written. */
    FULL,
    /** Something has that name. */
    EXISTS,
    /** There is nothing of that name. */
    GONE,
    /** The filesystem knows no such thing, or the user may not. */
    UNSUPPORTED,
    OTHER
  }

  private final Reason reason;

  /**
   * @param message a clause for people, without the file's name
   */
  public DestinationException(Reason reason, String message) {
    super(message);
    this.reason = reason;
  }

  public Reason reason() {
    return reason;
  }
}
