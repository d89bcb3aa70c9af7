package kith.fs.fuse;

import jnr.ffi.LibraryLoader;
import jnr.ffi.annotations.In;
import jnr.ffi.annotations.Out;

/**
 * System calls that write files of this machine, whatever the encoding of their names. Paths end
 * with NUL; failures are -1, with errno.
 */
public interface DestinationCalls {
  /** The library of this process. */
  static DestinationCalls load() {
    return LibraryLoader.create(DestinationCalls.class).load("c");
  }

  int openat(int directory, @In byte[] path, int flags, int mode);

  int close(int fd);

  long pread(int fd, @Out byte[] buffer, long length, long offset);

  long pwrite(int fd, @In byte[] buffer, long length, long offset);

  int ftruncate(int fd, long length);

  long lseek(int fd, long offset, int whence);

  int statx(int directory, @In byte[] path, int flags, int mask, @Out byte[] statx);

  int fstatfs(int fd, @Out byte[] statfs);

  long getdents64(int fd, @Out byte[] buffer, long length);

  int mkdirat(int directory, @In byte[] path, int mode);

  int symlinkat(@In byte[] target, int directory, @In byte[] path);

  int mknodat(int directory, @In byte[] path, int mode, long device);

  int linkat(int directory, @In byte[] path, int into, @In byte[] as, int flags);

  int renameat2(int directory, @In byte[] path, int into, @In byte[] as, int flags);

  int unlinkat(int directory, @In byte[] path, int flags);

  /** The same as fchown with an empty path and AT_EMPTY_PATH. */
  int fchownat(int directory, @In byte[] path, int uid, int gid, int flags);

  int fchmod(int fd, int mode);

  int fchmodat(int directory, @In byte[] path, int mode, int flags);

  int futimens(int fd, @In byte[] times);

  int utimensat(int directory, @In byte[] path, @In byte[] times, int flags);

  int fsetxattr(int fd, @In byte[] name, @In byte[] value, long length, int flags);

  int lsetxattr(@In byte[] path, @In byte[] name, @In byte[] value, long length, int flags);

  int fremovexattr(int fd, @In byte[] name);

  int lremovexattr(@In byte[] path, @In byte[] name);

  int flock(int fd, int operation);

  int syncfs(int fd);
}
