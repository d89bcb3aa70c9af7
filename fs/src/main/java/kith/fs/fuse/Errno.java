package kith.fs.fuse;

import java.io.IOException;
import kith.fs.DriveException;
import kith.index.DiskFull;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The one table from what goes wrong in the drive to Linux's error numbers. */
final class Errno {
  static final int EPERM = 1;
  static final int ENOENT = 2;
  static final int EINTR = 4;
  static final int EIO = 5;
  static final int EAGAIN = 11;
  static final int EBUSY = 16;
  static final int ENOTCONN = 107;
  static final int ENODATA = 61;
  static final int ERANGE = 34;

  private static final Logger LOG = LoggerFactory.getLogger(Errno.class);

  private Errno() {}

  /**
   * The (positive) number for a failure. What the drive has no reason for is EIO, and logged: it is
   * a fault of ours or of the disk.
   */
  static int of(Throwable failure) {
    if (failure instanceof DriveException e) {
      return of(e.reason());
    }
    if (failure instanceof IOException && DiskFull.is(failure)) {
      return of(DriveException.Reason.NO_SPACE);
    }
    LOG.error("a filesystem call failed", failure);
    return EIO;
  }

  static int of(DriveException.Reason reason) {
    return switch (reason) {
      case NOT_PERMITTED -> EPERM;
      case NOT_FOUND -> ENOENT;
      case NO_SUCH_OFFSET -> 6;
      case BAD_HANDLE -> 9;
      case ACCESS_DENIED -> 13;
      case BUSY -> EBUSY;
      case EXISTS -> 17;
      case NOT_DIRECTORY -> 20;
      case IS_DIRECTORY -> 21;
      case INVALID -> 22;
      case FILE_TOO_LARGE -> 27;
      case NO_SPACE -> 28;
      case READ_ONLY -> 30;
      case TOO_MANY_LINKS -> 31;
      case RANGE -> ERANGE;
      case ATTRIBUTE_TOO_LARGE -> 7;
      case NAME_TOO_LONG -> 36;
      case NOT_EMPTY -> 39;
      case NO_ATTRIBUTE -> ENODATA;
      case NOT_SUPPORTED -> 95;
      case TIMED_OUT -> 110;
      case STALE -> 116;
    };
  }
}
