package kith.fs.fuse;

import java.io.IOException;

/** A mount or unmount that cannot be done; the message says what to do about it. */
public final class MountException extends IOException {
  /** Why. */
  public enum Reason {
    NO_MOUNT_POINT,
    NOT_A_DIRECTORY,
    NOT_EMPTY,
    ALREADY_MOUNTED,
    NO_DEVICE,
    NO_LIBRARY,
    NO_HELPER,
    NOT_PERMITTED,
    BUSY,
    FAILED
  }

  private final Reason reason;

  MountException(Reason reason, String message) {
    this(reason, message, null);
  }

  MountException(Reason reason, String message, Throwable cause) {
    super(message, cause);
    this.reason = reason;
  }

  public Reason reason() {
    return reason;
  }
}
