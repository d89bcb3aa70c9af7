package kith.fs.fuse;

import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import kith.fs.FileName;
import kith.fs.KernelNames;

/** What is said to the kernel without being asked. Safe for any number of threads. */
final class LowKernel implements KernelNames {
  private final LowLibrary fuse;
  private final LowHandles handles;

  /** Shared by those who speak; alone, who ends the session. */
  private final ReadWriteLock lock = new ReentrantReadWriteLock();

  private long session;

  LowKernel(LowLibrary fuse, LowHandles handles) {
    this.fuse = fuse;
    this.handles = handles;
  }

  /**
   * Nobody can be spoken to before.
   *
   * @param address struct fuse_session
   */
  void connect(long address) {
    setSession(address);
  }

  /** Nobody can be spoken to any more. */
  void disconnect() {
    setSession(0);
  }

  private void setSession(long address) {
    lock.writeLock().lock();
    try {
      session = address;
    } finally {
      lock.writeLock().unlock();
    }
  }

  private void tell(long inode, long offset) {
    lock.readLock().lock();
    try {
      if (session != 0) {
        fuse.fuse_lowlevel_notify_inval_inode(session, inode, offset, 0);
      }
    } finally {
      lock.readLock().unlock();
    }
  }

  /**
   * Gives the kernel pages that it didn't ask for; what it has already is overwritten, and pages
   * that others wait for are waited for.
   *
   * @param buffers struct fuse_bufvec
   */
  void store(long inode, long offset, long buffers) {
    lock.readLock().lock();
    try {
      if (session != 0) {
        fuse.fuse_lowlevel_notify_store(session, inode, offset, buffers, 0);
      }
    } finally {
      lock.readLock().unlock();
    }
  }

  /**
   * Has the kernel write what it holds back of a file, and waits for that: not in a thread that
   * takes requests, which must serve those writes. What the kernel cannot write stays with it.
   */
  void writeBack(long inode) {
    tell(inode, 0);
  }

  /** As {@link #writeBack(long)} for all files that are open for writing. */
  void writeBack() {
    handles.written().forEach(this::writeBack);
  }

  /** Has the kernel ask for a file's attributes before it tells them again. */
  @Override
  public void attributesChanged(long inode) {
    tell(inode, -1);
  }

  /**
   * Has the kernel ask what a name stands for. Waits for calls of programs that change names in the
   * same directory: not in a thread that takes requests, nor with a lock that they need.
   */
  @Override
  public void nameChanged(long directory, FileName name) {
    byte[] bytes = name.toBytes();
    long memory = NativeMemory.allocate(bytes.length + 1L);
    lock.readLock().lock();
    try {
      if (session != 0) {
        NativeMemory.putString(memory, bytes);
        fuse.fuse_lowlevel_notify_inval_entry(session, directory, memory, bytes.length);
      }
    } finally {
      lock.readLock().unlock();
      NativeMemory.free(memory);
    }
  }
}
