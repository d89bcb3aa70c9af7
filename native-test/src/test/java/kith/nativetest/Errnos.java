package kith.nativetest;

import java.io.IOException;
import java.util.Map;
import kith.fs.DriveException;
import kith.fs.DriveException.Reason;

/** Linux's error numbers as reasons; written down apart from the table of the product. */
final class Errnos {
  private static final Map<Integer, Reason> REASONS =
      Map.ofEntries(
          Map.entry(1, Reason.NOT_PERMITTED),
          Map.entry(2, Reason.NOT_FOUND),
          Map.entry(6, Reason.NO_SUCH_OFFSET),
          Map.entry(7, Reason.ATTRIBUTE_TOO_LARGE),
          Map.entry(9, Reason.BAD_HANDLE),
          Map.entry(13, Reason.ACCESS_DENIED),
          Map.entry(16, Reason.BUSY),
          Map.entry(17, Reason.EXISTS),
          Map.entry(20, Reason.NOT_DIRECTORY),
          Map.entry(21, Reason.IS_DIRECTORY),
          Map.entry(22, Reason.INVALID),
          Map.entry(27, Reason.FILE_TOO_LARGE),
          Map.entry(28, Reason.NO_SPACE),
          Map.entry(30, Reason.READ_ONLY),
          Map.entry(31, Reason.TOO_MANY_LINKS),
          Map.entry(34, Reason.RANGE),
          Map.entry(36, Reason.NAME_TOO_LONG),
          Map.entry(39, Reason.NOT_EMPTY),
          Map.entry(61, Reason.NO_ATTRIBUTE),
          Map.entry(95, Reason.NOT_SUPPORTED),
          Map.entry(110, Reason.TIMED_OUT),
          Map.entry(116, Reason.STALE));

  private Errnos() {}

  static IOException exception(int errno, String what) {
    Reason reason = REASONS.get(errno);
    return reason == null
        ? new IOException(what + ": errno " + errno)
        : new DriveException(reason, what + ": errno " + errno);
  }
}
