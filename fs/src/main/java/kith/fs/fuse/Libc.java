package kith.fs.fuse;

import jnr.ffi.LibraryLoader;

/** The functions of the C library that mounting needs. */
public interface Libc {
  /** The library of this process. */
  static Libc load() {
    return LibraryLoader.create(Libc.class).load("c");
  }

  int geteuid();

  /**
   * @param path address of the path
   * @return 0, or -1 with errno
   */
  int umount2(long path, int flags);
}
