package kith.fs;

import java.io.IOException;

/**
 * A filesystem call that cannot be carried out, for a reason that POSIX has a number for. Any other
 * IOException that leaves the drive is an input/output error: a missing file of the node's own must
 * never look like a missing file of the user's.
 */
public final class DriveException extends IOException {
  /** Why; the FUSE edge has the one table that maps these to errno. */
  public enum Reason {
    NOT_FOUND,
    EXISTS,
    NOT_EMPTY,
    NOT_DIRECTORY,
    IS_DIRECTORY,
    NOT_PERMITTED,
    ACCESS_DENIED,
    READ_ONLY,
    INVALID,
    NAME_TOO_LONG,
    NO_SPACE,
    FILE_TOO_LARGE,
    TOO_MANY_LINKS,
    NO_ATTRIBUTE,
    RANGE,
    ATTRIBUTE_TOO_LARGE,
    BAD_HANDLE,
    BUSY,
    NOT_SUPPORTED,
    NO_SUCH_OFFSET,
    TIMED_OUT,
    STALE
  }

  private final Reason reason;

  public DriveException(Reason reason, String what) {
    super(what);
    this.reason = reason;
  }

  public Reason reason() {
    return reason;
  }
}
