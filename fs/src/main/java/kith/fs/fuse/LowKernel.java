package kith.fs.fuse;

/** What is said to the kernel without being asked. Safe for any number of threads. */
final class LowKernel {
  private final LowLibrary fuse;
  private volatile long session;

  LowKernel(LowLibrary fuse) {
    this.fuse = fuse;
  }

  /**
   * Nobody can be spoken to before.
   *
   * @param address struct fuse_session
   */
  void connect(long address) {
    session = address;
  }

  /**
   * Has the kernel write what it holds back of a file, and waits for that: not in a thread that
   * takes requests, which must serve those writes. What the kernel cannot write stays with it.
   */
  void writeBack(long inode) {
    fuse.fuse_lowlevel_notify_inval_inode(session, inode, 0, 0);
  }

  /** Has the kernel ask for a file's attributes before it tells them again. */
  void attributesChanged(long inode) {
    fuse.fuse_lowlevel_notify_inval_inode(session, inode, -1, 0);
  }
}
