package kith.fs.fuse;

import jnr.ffi.LibraryLoader;

/**
 * System calls that read files of this machine, whatever the encoding of their names. Pointers are
 * addresses; failures are -1, with errno.
 */
public interface SourceCalls {
  /** The library of this process. */
  static SourceCalls load() {
    return LibraryLoader.create(SourceCalls.class).load("c");
  }

  int openat(int directory, long path, int flags);

  int close(int fd);

  long pread(int fd, long buffer, long length, long offset);

  /** Its struct statx is the same for all processors. */
  int statx(int directory, long path, int flags, int mask, long statx);

  long getdents64(int fd, long buffer, long length);

  long readlinkat(int directory, long path, long buffer, long length);

  long lseek(int fd, long offset, int whence);

  long flistxattr(int fd, long list, long length);

  long fgetxattr(int fd, long name, long value, long length);

  long llistxattr(long path, long list, long length);

  long lgetxattr(long path, long name, long value, long length);
}
