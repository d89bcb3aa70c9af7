package kith.fs.fuse;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import jnr.constants.platform.Errno;
import jnr.ffi.Runtime;
import kith.fs.Attributes;
import kith.fs.DestinationAttributes;
import kith.fs.DestinationException;
import kith.fs.DestinationLoss;
import kith.fs.SourceStat;
import kith.fs.Timestamp;
import kith.fs.Xattr;

/** The system calls of {@link DestinationCalls}, with failures as exceptions. Safe for threads. */
final class DestinationNative {
  /** The directory that relative paths begin at; absolute ones don't care. */
  static final int NOWHERE = -100;

  private static final int SET_IDS = 06000;
  private static final int KEEP_TIME = 0x3ffffffe; // UTIME_OMIT
  private static final int KEEP_ID = -1;
  private static final byte[] EMPTY = {0};
  private static final int FOR_OWNER = 0600;
  private static final int FOR_GROUP = 0070;
  private static final byte[] ACCESS = name("system.posix_acl_access");
  private static final byte[] DEFAULT = name("system.posix_acl_default");

  private final DestinationCalls calls = DestinationCalls.load();
  private final Runtime runtime = Runtime.getSystemRuntime();

  private static byte[] name(String text) {
    return path(text.getBytes(StandardCharsets.US_ASCII));
  }

  DestinationCalls calls() {
    return calls;
  }

  Errno errno() {
    return Errno.valueOf(runtime.getLastError());
  }

  /** What the last call said. */
  DestinationException failure() {
    Errno errno = errno();
    var reason =
        switch (errno) {
          case ENOSPC, EDQUOT -> DestinationException.Reason.FULL;
          case EEXIST, ENOTEMPTY -> DestinationException.Reason.EXISTS;
          case ENOENT -> DestinationException.Reason.GONE;
          case EOPNOTSUPP, EPERM, EINVAL, ENOSYS, EMLINK -> DestinationException.Reason.UNSUPPORTED;
          default -> DestinationException.Reason.OTHER;
        };
    return new DestinationException(reason, errno.toString());
  }

  /** Throws unless a call succeeded; returns what it returned. */
  int done(int result) throws DestinationException {
    if (result < 0) {
      throw failure();
    }
    return result;
  }

  /** With the NUL that ends it. */
  static byte[] path(byte[] name) {
    return Arrays.copyOf(name, name.length + 1);
  }

  SourceStat stat(int directory, byte[] path) throws DestinationException {
    byte[] statx = new byte[Statx.SIZE];
    int flags = Statx.NO_FOLLOW | Statx.EMPTY_PATH;
    done(calls.statx(directory, path, flags, Statx.BASIC_STATS, statx));
    return Statx.decode(ByteBuffer.wrap(statx));
  }

  SourceStat stat(int fd) throws DestinationException {
    return stat(fd, EMPTY);
  }

  /** Gives an open file or folder its attributes: the owner first, for that clears bits. */
  Set<DestinationLoss> adapt(int fd, DestinationAttributes wanted) throws DestinationException {
    Set<DestinationLoss> lost = EnumSet.noneOf(DestinationLoss.class);
    Attributes now = stat(fd).attributes();
    own(fd, EMPTY, Statx.EMPTY_PATH, now, wanted, lost);
    if (!wanted.xattrs().isEmpty()) {
      calls.fchmod(fd, wanted.mode() | FOR_OWNER); // or not even the owner may give it any
    }
    inheritNothing(fd, wanted);
    boolean unlisted = false; // what is the mask of an access list must not be a group's rights
    for (Xattr xattr : wanted.xattrs()) {
      byte[] value = xattr.value();
      int result = calls.fsetxattr(fd, path(xattr.name()), value, value.length, 0);
      note(result, loss(xattr), lost);
      unlisted |= result < 0 && Arrays.equals(path(xattr.name()), ACCESS);
    }
    int mode = unlisted ? mode(wanted, lost) & ~FOR_GROUP : mode(wanted, lost);
    note(calls.fchmod(fd, mode), DestinationLoss.MODE, lost);
    note(calls.futimens(fd, times(wanted.mtime())), DestinationLoss.TIME, lost);
    return lost;
  }

  /** Access lists come from the folder that a file is made in: who had none gets none. */
  private void inheritNothing(int fd, DestinationAttributes wanted) {
    for (byte[] list : List.of(ACCESS, DEFAULT)) {
      if (wanted.xattrs().stream().noneMatch(xattr -> Arrays.equals(path(xattr.name()), list))) {
        calls.fremovexattr(fd, list);
      }
    }
  }

  /** The same for what can't be opened without harm. */
  Set<DestinationLoss> adapt(int directory, byte[] name, DestinationAttributes wanted)
      throws DestinationException {
    Set<DestinationLoss> lost = EnumSet.noneOf(DestinationLoss.class);
    byte[] path = path(name);
    Attributes now = stat(directory, path).attributes();
    own(directory, path, Statx.NO_FOLLOW, now, wanted, lost);
    byte[] whole = throughFolder(directory, name);
    calls.lremovexattr(whole, ACCESS);
    for (Xattr xattr : wanted.xattrs()) {
      byte[] value = xattr.value();
      int result = calls.lsetxattr(whole, path(xattr.name()), value, value.length, 0);
      note(result, loss(xattr), lost);
    }
    if (now.kind() != kith.fs.FileKind.SYMLINK) {
      int mode = mode(wanted, lost);
      note(calls.fchmodat(directory, path, mode, 0), DestinationLoss.MODE, lost);
    }
    byte[] times = times(wanted.mtime());
    note(calls.utimensat(directory, path, times, Statx.NO_FOLLOW), DestinationLoss.TIME, lost);
    return lost;
  }

  private void own(
      int directory,
      byte[] path,
      int flags,
      Attributes now,
      DestinationAttributes wanted,
      Set<DestinationLoss> lost)
      throws DestinationException {
    boolean user = now.uid() != wanted.uid();
    boolean group = now.gid() != wanted.gid();
    if (user || group) {
      // who may not give a file away may perhaps give it to a group of his
      int keptUser = user ? wanted.uid() : KEEP_ID;
      int result = calls.fchownat(directory, path, keptUser, wanted.gid(), flags);
      if (result < 0 && user && group) {
        calls.fchownat(directory, path, KEEP_ID, wanted.gid(), flags);
        lost.add(DestinationLoss.OWNER);
      } else {
        note(result, DestinationLoss.OWNER, lost);
      }
    }
  }

  /** A file that isn't its owner's must not run as somebody else. */
  private static int mode(DestinationAttributes wanted, Set<DestinationLoss> lost) {
    int foreign = lost.contains(DestinationLoss.OWNER) ? SET_IDS : 0;
    return wanted.mode() & ~foreign;
  }

  /** A lack is noted; a full disk is no lack. */
  private void note(int result, DestinationLoss loss, Set<DestinationLoss> lost)
      throws DestinationException {
    if (result < 0) {
      DestinationException failure = failure();
      // ext4 says so of attributes that are larger than it keeps, on an empty disk too
      if (failure.reason() == DestinationException.Reason.FULL && loss != DestinationLoss.XATTR) {
        throw failure;
      }
      lost.add(loss);
    }
  }

  private static DestinationLoss loss(Xattr xattr) {
    String name = new String(xattr.name(), StandardCharsets.ISO_8859_1);
    boolean acl = name.startsWith("system.posix_acl_");
    return acl ? DestinationLoss.ACL : DestinationLoss.XATTR;
  }

  /** There is no call that takes a directory and a name and follows no symlink. */
  private static byte[] throughFolder(int directory, byte[] name) {
    byte[] before = ("/proc/self/fd/" + directory + "/").getBytes(StandardCharsets.US_ASCII);
    byte[] whole = Arrays.copyOf(before, before.length + name.length + 1);
    System.arraycopy(name, 0, whole, before.length, name.length);
    return whole;
  }

  /** Two struct timespec: the time of the last access stays. */
  private static byte[] times(Timestamp mtime) {
    ByteBuffer times = ByteBuffer.allocate(32).order(ByteOrder.nativeOrder());
    times.putLong(0).putLong(KEEP_TIME).putLong(mtime.seconds()).putLong(mtime.nanos());
    return times.array();
  }
}
