package kith.nativetest;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.function.IntToLongFunction;
import java.util.function.LongSupplier;
import jnr.ffi.Memory;
import jnr.ffi.Pointer;
import jnr.ffi.Runtime;
import kith.fs.FileKind;
import kith.fs.Timestamp;
import ru.serce.jnrfuse.struct.FileStat;

/**
 * System calls on paths relative to the working directory of a {@link PosixThread}, within which
 * they are made. What fails gives the negative error number. Paths are ISO 8859-1: a byte each.
 */
final class PosixCalls {
  static final Timestamp LONG_AGO = new Timestamp(1_000_000_000, 123_456_789);
  private static final int FD = Posix.AT_FDCWD;
  private static final int TIMESPEC = 16;
  private static final int REALTIME = 0;
  private static final int REALTIME_COARSE = 5;
  private static final long UTIME_NOW = 0x3fffffff;
  private static final long UTIME_OMIT = 0x3ffffffe;

  private final Posix posix;
  private final PosixThread thread;
  private final Runtime runtime = Runtime.getSystemRuntime();
  private final FileStat layout = new FileStat(runtime);

  private Map<String, Timestamp> remembered = Map.of();

  PosixCalls(Posix posix, PosixThread thread) {
    this.posix = posix;
    this.thread = thread;
  }

  static byte[] path(String path) {
    return Arrays.copyOf(path.getBytes(StandardCharsets.ISO_8859_1), path.length() + 1);
  }

  private long result(long result) {
    return result < 0 ? -runtime.getLastError() : result;
  }

  /** Makes a call as somebody else. */
  long as(PosixUser user, LongSupplier call) {
    thread.become(user);
    try {
      return call.getAsLong();
    } finally {
      thread.become(PosixUser.ROOT);
    }
  }

  /** Makes a call under a umask. */
  long under(int umask, LongSupplier call) {
    int before = posix.umask(umask);
    try {
      return call.getAsLong();
    } finally {
      posix.umask(before);
    }
  }

  /** Keeps times for a later comparison. */
  void remember(Map<String, Timestamp> times) {
    remembered = times;
  }

  Map<String, Timestamp> remembered() {
    return remembered;
  }

  long chdir(String path) {
    return result(posix.chdir(path(path)));
  }

  /** Opens, and closes again. */
  long open(String path, int flags, int mode) {
    return withFile(path, flags, mode, fd -> 0);
  }

  /** Opens, does something with the descriptor, and closes it; what fails first is the result. */
  long withFile(String path, int flags, int mode, IntToLongFunction use) {
    long fd = openKept(path, flags, mode);
    if (fd < 0) {
      return fd;
    }
    try {
      return use.applyAsLong((int) fd);
    } finally {
      posix.close((int) fd);
    }
  }

  /** The descriptor; the caller closes it. */
  long openKept(String path, int flags, int mode) {
    return result(posix.openat(FD, path(path), flags | Posix.O_CLOEXEC, mode));
  }

  void close(long fd) {
    posix.close((int) fd);
  }

  /** Makes a regular file with that many bytes. */
  long file(String path, int bytes) {
    int flags = Posix.O_CREAT | Posix.O_EXCL | Posix.O_WRONLY;
    return withFile(path, flags, 0644, fd -> Math.min(0, write(fd, bytes, 0)));
  }

  long write(int fd, int bytes, long offset) {
    var content = new byte[bytes];
    Arrays.fill(content, (byte) 'x');
    return result(posix.pwrite(fd, content, bytes, offset));
  }

  long read(int fd, int bytes, long offset) {
    return result(posix.pread(fd, new byte[bytes], bytes, offset));
  }

  long mkdir(String path, int mode) {
    return result(posix.mkdirat(FD, path(path), mode));
  }

  long mknod(String path, FileKind kind, int mode, long device) {
    return result(posix.mknodat(FD, path(path), kind.modeBits() | mode, device));
  }

  long symlink(String target, String path) {
    return result(posix.symlinkat(path(target), FD, path(path)));
  }

  long link(String existing, String path) {
    return result(posix.linkat(FD, path(existing), FD, path(path), 0));
  }

  long unlink(String path) {
    return result(posix.unlinkat(FD, path(path), 0));
  }

  long rmdir(String path) {
    return result(posix.unlinkat(FD, path(path), Posix.AT_REMOVEDIR));
  }

  long rename(String from, String to) {
    return rename(from, to, 0);
  }

  /** RENAME_NOREPLACE 1, RENAME_EXCHANGE 2. */
  long rename(String from, String to, int flags) {
    return result(posix.renameat2(FD, path(from), FD, path(to), flags));
  }

  long chmod(String path, int mode) {
    return result(posix.chmod(path(path), mode));
  }

  long fchmod(int fd, int mode) {
    return result(posix.fchmod(fd, mode));
  }

  long chown(String path, int uid, int gid) {
    return result(posix.fchownat(FD, path(path), uid, gid, 0));
  }

  long lchown(String path, int uid, int gid) {
    return result(posix.fchownat(FD, path(path), uid, gid, Posix.AT_SYMLINK_NOFOLLOW));
  }

  long fchown(int fd, int uid, int gid) {
    return result(posix.fchown(fd, uid, gid));
  }

  long truncate(String path, long length) {
    return result(posix.truncate(path(path), length));
  }

  long ftruncate(int fd, long length) {
    return result(posix.ftruncate(fd, length));
  }

  /** fallocate(2); mode 0 is posix_fallocate. */
  long fallocate(int fd, int mode, long offset, long length) {
    return result(posix.fallocate(fd, mode, offset, length));
  }

  long lseek(int fd, long offset, int whence) {
    return result(posix.lseek(fd, offset, whence));
  }

  long fsync(int fd) {
    return result(posix.fsync(fd));
  }

  /** Whether the effective user may; 4 to read, 2 to write, 1 to search or execute. */
  long access(String path, int mode) {
    return result(posix.faccessat(FD, path(path), mode, 0x200));
  }

  long readlink(String path) {
    return result(posix.readlinkat(FD, path(path), new byte[4096], 4096));
  }

  long setxattr(String path, String name, int bytes, int flags) {
    return result(posix.setxattr(path(path), path(name), new byte[bytes], bytes, flags));
  }

  long setxattr(String path, String name, byte[] value) {
    return result(posix.setxattr(path(path), path(name), value, value.length, 0));
  }

  long lsetxattr(String path, String name, int bytes) {
    return result(posix.lsetxattr(path(path), path(name), new byte[bytes], bytes, 0));
  }

  /**
   * The length of the value.
   *
   * @param room 0 asks how much is needed
   */
  long getxattr(String path, String name, int room) {
    return result(posix.getxattr(path(path), path(name), new byte[Math.max(1, room)], room));
  }

  long lgetxattr(String path, String name, int room) {
    return result(posix.lgetxattr(path(path), path(name), new byte[Math.max(1, room)], room));
  }

  long listxattr(String path, int room) {
    return result(posix.listxattr(path(path), new byte[Math.max(1, room)], room));
  }

  long removexattr(String path, String name) {
    return result(posix.removexattr(path(path), path(name)));
  }

  /** A time that utimensat sets: a moment, or one of the two that mean something. */
  record Time(long seconds, long nanos) {
    static final Time NOW = new Time(0, UTIME_NOW);
    static final Time OMIT = new Time(0, UTIME_OMIT);

    static Time of(Timestamp time) {
      return new Time(time.seconds(), time.nanos());
    }
  }

  long utimens(String path, Time atime, Time mtime, boolean follow) {
    int flags = follow ? 0 : Posix.AT_SYMLINK_NOFOLLOW;
    return result(posix.utimensat(FD, path(path), times(atime, mtime), flags));
  }

  /** Both to now, as utimes(path, NULL). */
  long utimens(String path) {
    return result(posix.utimensat(FD, path(path), null, 0));
  }

  long futimens(int fd, Time atime, Time mtime) {
    return result(posix.futimens(fd, times(atime, mtime)));
  }

  private Pointer times(Time atime, Time mtime) {
    Pointer times = Memory.allocateDirect(runtime, 2 * TIMESPEC);
    times.putLong(0, atime.seconds);
    times.putLong(8, atime.nanos);
    times.putLong(16, mtime.seconds);
    times.putLong(24, mtime.nanos);
    return times;
  }

  /** 0, or what is wrong. */
  long statResult(String path, boolean follow) {
    Pointer p = Memory.allocateDirect(runtime, 256, true);
    return result(posix.fstatat(FD, path(path), p, follow ? 0 : Posix.AT_SYMLINK_NOFOLLOW));
  }

  /** Null if there is no such file. */
  PosixStat lstat(String path) {
    return stat(FD, path(path), Posix.AT_SYMLINK_NOFOLLOW);
  }

  PosixStat fstat(int fd) {
    return stat(fd, new byte[1], Posix.AT_EMPTY_PATH);
  }

  private PosixStat stat(int fd, byte[] path, int flags) {
    Pointer p = Memory.allocateDirect(runtime, 256, true);
    if (posix.fstatat(fd, path, p, flags) != 0) {
      return null;
    }
    int mode = p.getInt(layout.st_mode.offset());
    return new PosixStat(
        FileKind.ofMode(mode),
        mode & 07777,
        p.getInt(layout.st_uid.offset()),
        p.getInt(layout.st_gid.offset()),
        p.getLong(layout.st_nlink.offset()),
        p.getLong(layout.st_size.offset()),
        p.getLong(layout.st_rdev.offset()),
        time(p, layout.st_atim.tv_sec.offset()),
        time(p, layout.st_mtim.tv_sec.offset()),
        time(p, layout.st_ctim.tv_sec.offset()));
  }

  private static Timestamp time(Pointer stat, long offset) {
    return new Timestamp(stat.getLong(offset), (int) stat.getLong(offset + 8));
  }

  /**
   * Waits until the coarse clock, which files are stamped with, has passed the fine one, by which
   * some may have been stamped already: some milliseconds.
   */
  void awaitTick() {
    long[] now = new long[2];
    posix.clock_gettime(REALTIME, now);
    Timestamp start = new Timestamp(now[0], (int) now[1]);
    do {
      Thread.onSpinWait();
      posix.clock_gettime(REALTIME_COARSE, now);
    } while (new Timestamp(now[0], (int) now[1]).compareTo(start) <= 0);
  }
}
