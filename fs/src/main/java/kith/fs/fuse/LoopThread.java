package kith.fs.fuse;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A thread that takes requests from the kernel and serves them, until the drive is unmounted.
 * Threads made by libfuse would attach to the JVM anew for each of their first calls. {@link
 * LoopThreads} makes, starts and joins them.
 */
final class LoopThread extends Thread {
  private static final int STAT_SIZE = 256;

  private final Libfuse libfuse;
  private final long session;
  private final long channel;
  private final long bufferSize;
  private final long buffer;
  private final long stat;
  private final long name;
  private final long channelSlot;
  private final Request request;
  private final Runnable onEnd;
  private final ReentrantLock serving = new ReentrantLock();

  /**
   * @param session address of libfuse's session
   * @param onEnd run by this thread when it takes no more requests
   */
  LoopThread(String threadName, Libfuse libfuse, long session, Runnable onEnd) {
    super(threadName);
    this.onEnd = onEnd;
    setDaemon(true);
    this.libfuse = libfuse;
    this.session = session;
    this.channel = libfuse.fuse_session_next_chan(session, 0);
    this.bufferSize = libfuse.fuse_chan_bufsize(channel);
    this.buffer = NativeMemory.allocate(bufferSize);
    this.stat = NativeMemory.allocate(STAT_SIZE);
    this.name = NativeMemory.allocate(STAT_SIZE);
    this.channelSlot = NativeMemory.allocate(Long.BYTES);
    this.request = new Request(buffer);
  }

  /** The thread that runs a callback. */
  static LoopThread current() {
    return (LoopThread) Thread.currentThread();
  }

  /** What is being served. */
  Request request() {
    return request;
  }

  /** Room for a struct stat, for use within one callback. */
  long statBuffer() {
    return stat;
  }

  /** Room for a name and a NUL, for use within one callback. */
  long nameBuffer() {
    return name;
  }

  @Override
  public void run() {
    try {
      takeRequests();
    } finally {
      onEnd.run();
    }
  }

  private void takeRequests() {
    while (libfuse.fuse_session_exited(session) == 0) {
      NativeMemory.putLong(channelSlot, channel);
      int length = libfuse.fuse_chan_recv(channelSlot, buffer, bufferSize);
      if (length > 0) {
        serve(length);
      } else if (length != -Errno.EINTR && length != -Errno.EAGAIN) {
        return;
      }
    }
  }

  private void serve(int length) {
    serving.lock();
    try {
      libfuse.fuse_session_process(session, buffer, length, channel);
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
    NativeMemory.free(buffer);
    NativeMemory.free(stat);
    NativeMemory.free(name);
    NativeMemory.free(channelSlot);
  }
}
