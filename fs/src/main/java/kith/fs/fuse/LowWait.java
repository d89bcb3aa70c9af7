package kith.fs.fuse;

import java.io.IOException;
import java.util.concurrent.atomic.AtomicBoolean;
import jnr.ffi.LibraryLoader;

/**
 * How a thread that found no request waits for the next. One of them asks again for some
 * microseconds, yielding in between: to wake a sleeping thread takes as long as most requests do.
 * The others sleep, and each request wakes at most one. Used by the one thread that it belongs to.
 */
final class LowWait implements AutoCloseable {
  private static final int F_GETFL = 3;
  private static final int F_SETFL = 4;
  private static final int O_NONBLOCK = 04000;
  private static final int EPOLL_CLOEXEC = 02000000;
  private static final int EPOLL_CTL_ADD = 1;
  private static final int EPOLLIN = 1;
  private static final int EPOLLEXCLUSIVE = 1 << 28;
  private static final int EVENT_ROOM = 16;

  /** The functions of the C library for this; pointers are addresses. */
  public interface Poll {
    int fcntl(int fd, int command, long argument);

    int epoll_create1(int flags);

    int epoll_ctl(int epoll, int operation, int fd, long event);

    int epoll_wait(int epoll, long events, int count, int milliseconds);

    int close(int fd);
  }

  private static final int NONE = -1;

  private final Poll poll = LibraryLoader.create(Poll.class).load("c");
  private final AtomicBoolean spinner;
  private final long spinNanos;
  private final long event = NativeMemory.allocate(EVENT_ROOM);
  private final int epoll;
  private boolean spinning;
  private long until;

  /**
   * @param fd of the session
   * @param spinner of all threads of the mount: whether one is asking again
   * @param spinMicros how long to ask; with 0 the kernel has the thread wait when it asks, and
   *     {@link #idle} is not called
   */
  LowWait(int fd, AtomicBoolean spinner, int spinMicros) throws IOException {
    this.spinner = spinner;
    this.spinNanos = spinMicros * 1000L;
    this.epoll = spinMicros == 0 ? NONE : poll.epoll_create1(EPOLL_CLOEXEC);
    if (spinMicros == 0) {
      return;
    }
    NativeMemory.putInt(event, EPOLLIN | EPOLLEXCLUSIVE);
    boolean ready =
        epoll != NONE
            && poll.epoll_ctl(epoll, EPOLL_CTL_ADD, fd, event) == 0
            && poll.fcntl(fd, F_SETFL, poll.fcntl(fd, F_GETFL, 0) | O_NONBLOCK) == 0;
    if (!ready) {
      close();
      throw new IOException("the kernel does not let us wait for its requests");
    }
  }

  /**
   * There is no request now. Gives up its turn, lest it keep from work whoever has it. Returns when
   * it is time to look again.
   */
  @SuppressWarnings("ThreadPriorityCheck")
  void idle() {
    if (!spinning && spinner.compareAndSet(false, true)) {
      spinning = true;
      until = System.nanoTime() + spinNanos;
    }
    if (spinning && System.nanoTime() - until < 0) {
      Thread.yield();
    } else {
      busy();
      poll.epoll_wait(epoll, event, 1, NONE);
    }
  }

  /** There is a request. */
  void busy() {
    if (spinning) {
      spinning = false;
      spinner.set(false);
    }
  }

  @Override
  public void close() {
    busy();
    if (epoll != NONE) {
      poll.close(epoll);
    }
    NativeMemory.free(event);
  }
}
