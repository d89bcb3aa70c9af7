package kith.fs.fuse;

import jnr.ffi.LibraryLoader;

/**
 * The functions of libfuse 2.9 that jnr-fuse's own interface lacks. Pointers are addresses. Only
 * functions whose newest version is what dlsym finds are here: fuse_new is not one of them.
 */
public interface Libfuse {
  /**
   * Mounts.
   *
   * @param mountPoint receives the address of the path of the mount point
   * @param multithreaded receives an int
   * @return a struct fuse, or 0
   */
  long fuse_setup(
      int count,
      long arguments,
      long operations,
      long size,
      long mountPoint,
      long multithreaded,
      long userData);

  void fuse_teardown(long fuse, long mountPoint);

  long fuse_get_session(long fuse);

  long fuse_session_next_chan(long session, long channel);

  int fuse_session_exited(long session);

  long fuse_chan_bufsize(long channel);

  /**
   * Waits for a request.
   *
   * @param channel address of the channel's address
   * @return its length; 0 when unmounted; a negative errno
   */
  int fuse_chan_recv(long channel, long buffer, long size);

  void fuse_session_process(long session, long buffer, long length, long channel);

  /**
   * @param name for example libfuse.so.2
   * @throws MountException if it can't be loaded
   */
  static Libfuse load(String name) throws MountException {
    try {
      return LibraryLoader.create(Libfuse.class).failImmediately().load(name);
    } catch (UnsatisfiedLinkError e) {
      throw new MountException(
          MountException.Reason.NO_LIBRARY,
          name
              + " cannot be loaded: install the package libfuse2"
              + " (libfuse2t64 on Debian 13 and Ubuntu 24.04)",
          e);
    }
  }
}
