package kith.nativetest;

import jnr.ffi.LibraryLoader;
import jnr.ffi.LibraryOption;
import jnr.ffi.Pointer;
import jnr.ffi.annotations.In;
import jnr.ffi.annotations.Out;
import jnr.ffi.annotations.SaveError;

/** System calls, with paths as bytes that end with NUL. Failures are -1, with errno. */
public interface Posix {
  int AT_FDCWD = -100;
  int AT_SYMLINK_NOFOLLOW = 0x100;
  int AT_REMOVEDIR = 0x200;
  int AT_SYMLINK_FOLLOW = 0x400;
  int AT_EMPTY_PATH = 0x1000;
  int O_RDONLY = 0;
  int O_RDWR = 2;
  int O_WRONLY = 1;
  int O_CREAT = 0100;
  int O_EXCL = 0200;
  int O_TRUNC = 01000;
  int O_APPEND = 02000;
  int O_NONBLOCK = 04000;
  int O_DIRECTORY = 0200000;
  int O_PATH = 010000000;
  int O_NOFOLLOW = 0400000;
  int O_CLOEXEC = 02000000;

  static Posix load() {
    return LibraryLoader.create(Posix.class).option(LibraryOption.SaveError, true).load("c");
  }

  @SaveError
  int openat(int directory, @In byte[] path, int flags, int mode);

  int close(int fd);

  @SaveError
  long pread(int fd, @Out byte[] buffer, long count, long offset);

  @SaveError
  long pwrite(int fd, @In byte[] buffer, long count, long offset);

  @SaveError
  int fsync(int fd);

  @SaveError
  int fstatat(int directory, @In byte[] path, Pointer stat, int flags);

  @SaveError
  int mkdirat(int directory, @In byte[] path, int mode);

  @SaveError
  int mknodat(int directory, @In byte[] path, int mode, long device);

  @SaveError
  int symlinkat(@In byte[] target, int directory, @In byte[] path);

  @SaveError
  long readlinkat(int directory, @In byte[] path, @Out byte[] buffer, long size);

  @SaveError
  int linkat(int oldDirectory, @In byte[] oldPath, int directory, @In byte[] path, int flags);

  @SaveError
  int unlinkat(int directory, @In byte[] path, int flags);

  @SaveError
  int renameat(int oldDirectory, @In byte[] oldPath, int directory, @In byte[] path);

  /** RENAME_NOREPLACE 1, RENAME_EXCHANGE 2. */
  @SaveError
  int renameat2(int oldDirectory, @In byte[] oldPath, int directory, @In byte[] path, int flags);

  @SaveError
  int fallocate(int fd, int mode, long offset, long length);

  @SaveError
  int chmod(@In byte[] path, int mode);

  @SaveError
  int fchownat(int directory, @In byte[] path, int uid, int gid, int flags);

  @SaveError
  int truncate(@In byte[] path, long length);

  @SaveError
  int utimensat(int directory, @In byte[] path, Pointer times, int flags);

  @SaveError
  long getdents64(int fd, @Out byte[] buffer, long size);

  @SaveError
  long lseek(int fd, long offset, int whence);

  @SaveError
  int statvfs(@In byte[] path, Pointer statvfs);

  @SaveError
  int setxattr(@In byte[] path, @In byte[] name, @In byte[] value, long size, int flags);

  @SaveError
  long getxattr(@In byte[] path, @In byte[] name, @Out byte[] value, long size);

  @SaveError
  long listxattr(@In byte[] path, @Out byte[] list, long size);

  @SaveError
  int removexattr(@In byte[] path, @In byte[] name);

  int umask(int mask);

  @SaveError
  int lsetxattr(@In byte[] path, @In byte[] name, @In byte[] value, long size, int flags);

  @SaveError
  long lgetxattr(@In byte[] path, @In byte[] name, @Out byte[] value, long size);

  @SaveError
  int fchmod(int fd, int mode);

  @SaveError
  int fchown(int fd, int uid, int gid);

  @SaveError
  int ftruncate(int fd, long length);

  @SaveError
  int futimens(int fd, Pointer times);

  @SaveError
  int faccessat(int directory, @In byte[] path, int mode, int flags);

  @SaveError
  int fchdir(int fd);

  @SaveError
  int chdir(@In byte[] path);

  /** CLONE_FS 0x200: the calling thread gets a working directory and a umask of its own. */
  @SaveError
  int unshare(int flags);

  /** clockid 5: CLOCK_REALTIME_COARSE, which files are stamped with. */
  int clock_gettime(int clock, @Out long[] time);

  /** By number: the library's own functions would change all threads. */
  @SaveError
  long syscall(long number, long first, long second, long third);

  @SaveError
  long syscall(long number, long count, @In int[] list, long none);

  @SaveError
  Pointer mmap(Pointer at, long length, int protection, int flags, int fd, long offset);

  @SaveError
  int munmap(Pointer at, long length);

  @SaveError
  int msync(Pointer at, long length, int flags);

  @SaveError
  int fdatasync(int fd);

  @SaveError
  int posix_fadvise(int fd, long offset, long length, int advice);

  @SaveError
  long copy_file_range(
      int from, @In @Out long[] fromAt, int to, @In @Out long[] toAt, long length, int flags);
}
