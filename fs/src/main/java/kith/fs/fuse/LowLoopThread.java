package kith.fs.fuse;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A thread that takes requests from the kernel and serves them, until the drive is unmounted.
 * {@link LowLoopThreads} makes, starts and joins them.
 */
final class LowLoopThread extends Thread {
  /** Size of struct fuse_in_header of linux/fuse.h, which each request starts with. */
  static final int HEADER = 40;

  private final LowLibrary fuse;
  private final long session;
  private final long buffer = NativeMemory.allocate(LowLayout.BUFFER_ROOM);
  private final LowScratch scratch = new LowScratch();
  private final LowWait wait;
  private final Runnable onEnd;
  private final ReentrantLock serving = new ReentrantLock();
  private boolean registering;
  private boolean early;

  /**
   * @param onEnd run by this thread when it takes no more requests
   */
  LowLoopThread(String name, LowSession session, LowWait wait, Runnable onEnd) {
    super(name);
    setDaemon(true);
    this.fuse = session.fuse();
    this.session = session.address();
    this.wait = wait;
    this.onEnd = onEnd;
  }

  /** The thread that runs a callback. */
  static LowLoopThread current() {
    return (LowLoopThread) Thread.currentThread();
  }

  /**
   * An int of the request that is being served, as the kernel sent it: for what libfuse doesn't
   * pass on.
   *
   * @param offset after the header
   */
  int requestInt(int offset) {
    return NativeMemory.getInt(
        NativeMemory.getLong(buffer + LowLayout.BUFFER_MEMORY) + HEADER + offset);
  }

  /** Memory for the answer to the request that is being served. */
  LowScratch scratch() {
    return scratch;
  }

  /**
   * Registers for the interrupt of a request, of which libfuse may tell at once. It still uses the
   * request then, which must be answered later.
   *
   * @return whether the request is interrupted already
   */
  boolean registers(Runnable registration) {
    registering = true;
    early = false;
    registration.run();
    registering = false;
    return early;
  }

  /** Told by libfuse of an interrupt: whether {@link #registers} will tell of it. */
  boolean isEarly() {
    early = registering;
    return early;
  }

  @Override
  public void run() {
    try {
      takeRequests();
    } finally {
      wait.close();
      onEnd.run();
    }
  }

  private void takeRequests() {
    while (fuse.fuse_session_exited(session) == 0) {
      int length = fuse.fuse_session_receive_buf(session, buffer);
      if (length > 0) {
        wait.busy();
        serve();
      } else if (length == -Errno.EAGAIN) {
        wait.idle();
      } else if (length != -Errno.EINTR) {
        return;
      }
    }
  }

  private void serve() {
    serving.lock();
    try {
      fuse.fuse_session_process_buf(session, buffer);
    } finally {
      serving.unlock();
    }
  }

  /**
   * Waits for the request in progress, if any.
   *
   * @return whether there is none any more
   */
  boolean awaitIdle(Duration atMost) throws InterruptedException {
    if (serving.tryLock(atMost.toMillis(), TimeUnit.MILLISECONDS)) {
      serving.unlock();
      return true;
    }
    return false;
  }

  /** Gives back the memory of a thread that has ended. */
  void free() {
    NativeMemory.free(NativeMemory.getLong(buffer + LowLayout.BUFFER_MEMORY));
    NativeMemory.free(buffer);
    scratch.close();
  }
}
