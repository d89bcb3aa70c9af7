package kith.fs.fuse;

import jnr.ffi.LibraryLoader;

/**
 * The functions of libfuse3 that serve inode numbers. Pointers are addresses; what returns an int
 * returns 0 or a negative errno where nothing else is said. A reply frees its request. Functions
 * with six arguments are not for jnr-ffi 2.2: its stubs lose the last.
 */
public interface LowLibrary {
  /** 100 times the major version and the minor one. */
  int fuse_version();

  /**
   * @return a struct fuse_session, or 0
   */
  long fuse_session_new(long arguments, long operations, long size, long userData);

  /** Returns -1 if it failed; standard error tells why. */
  int fuse_session_mount(long session, long mountPoint);

  void fuse_session_unmount(long session);

  void fuse_session_destroy(long session);

  int fuse_session_fd(long session);

  int fuse_session_exited(long session);

  /**
   * Waits for a request.
   *
   * @param buffer a struct fuse_buf; its memory is allocated if it has none
   * @return its length; 0 when unmounted
   */
  int fuse_session_receive_buf(long session, long buffer);

  void fuse_session_process_buf(long session, long buffer);

  /**
   * Drops the kernel's pages of a file, and writes those that are not written yet.
   *
   * @param length 0 for all
   */
  int fuse_lowlevel_notify_inval_inode(long session, long inode, long offset, long length);

  /**
   * Gives the kernel pages of a file.
   *
   * @param buffers struct fuse_bufvec
   */
  int fuse_lowlevel_notify_store(long session, long inode, long offset, long buffers, int flags);

  /** The kernel forgets what a name stands for. */
  int fuse_lowlevel_notify_inval_entry(long session, long directory, long name, long length);

  /** The caller: uid, gid, pid, umask. */
  long fuse_req_ctx(long request);

  void fuse_req_interrupt_func(long request, long function, long data);

  int fuse_reply_err(long request, int errno);

  void fuse_reply_none(long request);

  int fuse_reply_entry(long request, long entry);

  int fuse_reply_create(long request, long entry, long fileInfo);

  int fuse_reply_attr(long request, long stat, double timeout);

  int fuse_reply_readlink(long request, long target);

  int fuse_reply_open(long request, long fileInfo);

  int fuse_reply_write(long request, long length);

  int fuse_reply_buf(long request, long buffer, long length);

  int fuse_reply_statfs(long request, long statvfs);

  int fuse_reply_xattr(long request, long length);

  int fuse_reply_lseek(long request, long offset);

  /**
   * @param name for example libfuse3.so.3
   * @throws MountException if it can't be loaded
   */
  static LowLibrary load(String name) throws MountException {
    try {
      return LibraryLoader.create(LowLibrary.class).failImmediately().load(name);
    } catch (UnsatisfiedLinkError e) {
      throw new MountException(
          MountException.Reason.NO_LIBRARY,
          name + " cannot be loaded: install the package fuse3, which brings libfuse3-3",
          e);
    }
  }
}
