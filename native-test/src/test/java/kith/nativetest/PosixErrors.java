package kith.nativetest;

import java.util.Map;

/** Linux's error numbers as negative results, and their names. */
final class PosixErrors {
  static final long EPERM = -1;
  static final long ENOENT = -2;
  static final long ENXIO = -6;
  static final long E2BIG = -7;
  static final long EBADF = -9;
  static final long EACCES = -13;
  static final long EBUSY = -16;
  static final long EEXIST = -17;
  static final long EXDEV = -18;
  static final long ENOTDIR = -20;
  static final long EISDIR = -21;
  static final long EINVAL = -22;
  static final long ETXTBSY = -26;
  static final long EFBIG = -27;
  static final long EROFS = -30;
  static final long EMLINK = -31;
  static final long ERANGE = -34;
  static final long ENAMETOOLONG = -36;
  static final long ENOTEMPTY = -39;
  static final long ELOOP = -40;
  static final long ENODATA = -61;
  static final long EOPNOTSUPP = -95;
  static final long ESTALE = -116;

  private static final Map<Long, String> NAMES =
      Map.ofEntries(
          Map.entry(EPERM, "EPERM"),
          Map.entry(ENOENT, "ENOENT"),
          Map.entry(ENXIO, "ENXIO"),
          Map.entry(E2BIG, "E2BIG"),
          Map.entry(EBADF, "EBADF"),
          Map.entry(EACCES, "EACCES"),
          Map.entry(EBUSY, "EBUSY"),
          Map.entry(EEXIST, "EEXIST"),
          Map.entry(EXDEV, "EXDEV"),
          Map.entry(ENOTDIR, "ENOTDIR"),
          Map.entry(EISDIR, "EISDIR"),
          Map.entry(EINVAL, "EINVAL"),
          Map.entry(ETXTBSY, "ETXTBSY"),
          Map.entry(EFBIG, "EFBIG"),
          Map.entry(EROFS, "EROFS"),
          Map.entry(EMLINK, "EMLINK"),
          Map.entry(ERANGE, "ERANGE"),
          Map.entry(ENAMETOOLONG, "ENAMETOOLONG"),
          Map.entry(ENOTEMPTY, "ENOTEMPTY"),
          Map.entry(ELOOP, "ELOOP"),
          Map.entry(ENODATA, "ENODATA"),
          Map.entry(EOPNOTSUPP, "EOPNOTSUPP"),
          Map.entry(ESTALE, "ESTALE"));

  private PosixErrors() {}

  /** For messages: the name of an error, else the number. */
  static String name(long result) {
    return result < 0 ? NAMES.getOrDefault(result, "errno " + -result) : Long.toString(result);
  }
}
